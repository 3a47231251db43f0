"""Work that outlives the request that began it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Coroutine


class Background(Protocol):
    """Runs coroutines detached from their caller, logs what they raise, and cancels them at shutdown, waiting until
    they have put their things in order."""

    def start(self, work: Coroutine[None, None, None], *, name: str) -> None:
        """Run it in this process; `Overloaded` when too much is under way (the coroutine is closed then)."""
        ...
