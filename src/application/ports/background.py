"""Work that outlives the request that began it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Coroutine


class Background(Protocol):
    """Runs coroutines detached from their caller, logs what they raise, and cancels them at shutdown, waiting until
    they have put their things in order."""

    def admit(self) -> None:
        """Return if there is room for one more, else raise `Overloaded`: asked before anything is promised."""
        ...

    def start(self, work: Coroutine[None, None, None], *, name: str) -> None:
        """Run it in this process."""
        ...
