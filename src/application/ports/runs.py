"""Runs under way, so that none is lost with the process that was working on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.identity import ConversationId, RunId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveRun:
    """A run that a process is working on. It holds a lease: past `leased_until` (renewed while the process lives)
    the process is taken for dead and the answer for interrupted."""

    id: RunId
    conversation_id: ConversationId
    owner: UserId
    leased_until: datetime


class Runs(Protocol):
    """The runs under way; a finished one has no entry."""

    async def add(self, run: ActiveRun) -> None:
        """Enter a run; its answer's message must exist already or be added in the same block before it."""
        ...

    async def renew(self, run_id: RunId, *, until: datetime) -> bool:
        """Extend the lease; False when there is no such entry any more (the answer was taken for interrupted, or its
        conversation was deleted)."""
        ...

    async def remove(self, run_id: RunId) -> bool:
        """End the run; False when there was no entry. In a `write=True` block exactly one of several callers gets
        True: it is the one that may write the answer's last state."""
        ...

    async def active_in(self, conversation_id: ConversationId, *, owner: UserId) -> Sequence[ActiveRun]:
        """The runs under way in a conversation, newest first."""
        ...

    async def expired(self, *, now: datetime | None) -> Sequence[ActiveRun]:
        """The runs of any owner whose lease has run out, at most 100 at a time; with None, all (a single process
        that starts knows that nobody else works on any)."""
        ...
