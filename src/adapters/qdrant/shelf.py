"""The seam between generations and where their collections stand, side by side, one of them current."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from adapters.qdrant.points import Points


class Shelf(Protocol):
    """Collections by name, and a pointer to the current one. Each call raises `IndexUnavailable`."""

    @property
    def is_shared(self) -> bool:
        """Whether other processes may be using what stands here."""
        ...

    async def current(self) -> str | None:
        """The name of the current collection; None where there is none. Raises `StartRefused` for what an operator
        has to put right."""
        ...

    async def names(self) -> Collection[str]:
        """Every collection of ours that stands here, whole or half made; none of anybody else's."""
        ...

    def name_for(self, fingerprint: str, *, is_first: bool) -> str:
        """What the collection of a model with this fingerprint is called."""
        ...

    async def take(self, name: str, *, dimension: int | None) -> Points:
        """Open a collection, which is closed by itself; make it for vectors of this length where there is none. Raises
        `StartRefused` too."""
        ...

    async def point_at(self, name: str) -> None:
        """Make a collection current, durably and in one step."""
        ...

    async def remove(self, name: str) -> bool:
        """Delete a collection that is neither open here nor current; whether there was one."""
        ...

    async def close(self) -> None:
        """Let go of connections; the collections taken are closed by those who took them."""
        ...
