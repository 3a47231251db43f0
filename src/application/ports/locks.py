"""Turn-taking on one thing, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager


class Locks(Protocol):
    """Named locks over every process that shares the stores."""

    def hold(self, name: str) -> AbstractAsyncContextManager[None]:
        """Wait for the lock of this name (bounded: then `Overloaded`) and hold it for the block. Not reentrant."""
        ...
