"""The index that searches use, and the one that takes its place when the embedding model changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from application.ports.embedder import Embedder
    from application.ports.retriever import Retriever
    from application.ports.source_index import SourceIndex
    from application.ports.splitter import Splitter


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """An index with the embedding model that made its vectors, and all that hangs on that model. Two of the same `id`
    are the same index."""

    id: str
    embedder: Embedder
    splitter: Splitter
    source_index: SourceIndex
    retriever: Retriever


class Generations(Protocol):
    """One generation is current; every process that shares the stores comes to agree on which. Raises
    `IndexUnavailable`."""

    def current(self) -> Generation:
        """The one that searches use, as far as this process knows. It can be used for at least a minute after
        another one has become current."""
        ...

    async def refresh(self) -> Generation:
        """Ask the store which one is current, open it if it is not open yet, and use it from now on."""
        ...

    async def following(self) -> Generation | None:
        """The generation of the configured embedding model, opened, and made where there is none; None where that is
        the current one. What an interrupted process put into it is still there."""
        ...

    async def switch(self, to: Generation) -> None:
        """Make this one current, durably and in one step, for every process."""
        ...

    async def retire(self) -> int:
        """Delete the generations that are neither current nor the one that follows, once no process can be using them
        any more (a minute after a switch); how many."""
        ...
