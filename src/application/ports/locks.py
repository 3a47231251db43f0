"""Turn-taking on one thing, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager


class Locks(Protocol):
    """Named locks over every process that shares the stores."""

    def hold(self, name: str) -> AbstractAsyncContextManager[None]:
        """Wait for the lock of this name (bounded: then `Overloaded`) and hold it for the block. Not reentrant. A
        holder that dies lets go."""
        ...

    def hold_all(self) -> AbstractAsyncContextManager[None]:
        """Wait until nobody holds any lock of `hold`, and let nobody have one for the time of the block (bounded too)."""
        ...

    def try_hold(self, name: str) -> AbstractAsyncContextManager[bool]:
        """Hold the lock for the block if it is free just now; whether it was. Others than those of `hold`: for work that
        one process is enough for, however long."""
        ...
