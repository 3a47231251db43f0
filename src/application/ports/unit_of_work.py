"""One short transaction over conversations, messages, runs, tokens and idempotency keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from application.ports.conversations import Conversations
    from application.ports.idempotency_keys import IdempotencyKeys
    from application.ports.messages import Messages
    from application.ports.runs import Runs
    from application.ports.tokens import Tokens


class UnitOfWork(Protocol):
    """What is written through its members becomes true together, at `commit`, or not at all.

    Leaving the block without `commit` undoes everything. Never await a model, a search or a stream inside one.
    Writers within one process and across processes may collide: an adapter waits for its turn (bounded) rather than
    fail, and raises `DatabaseUnavailable` when the wait or the connection gives out.
    """

    @property
    def conversations(self) -> Conversations: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def idempotency_keys(self) -> IdempotencyKeys: ...

    async def commit(self) -> None:
        """Make everything written so far durable. An error here means that nothing was written."""
        ...


class StartUnitOfWork(Protocol):
    """Opens a unit of work.

    `write=True` announces that the block will write, so that an adapter can take its place among the writers at once
    instead of failing when a reader turns into a writer (SQLite's `BEGIN IMMEDIATE`). A block opened without it that
    writes is a programming error.
    """

    def __call__(self, *, write: bool = False) -> AbstractAsyncContextManager[UnitOfWork]: ...
