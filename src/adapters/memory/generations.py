"""Generations of the index in a dictionary."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.memory.retriever import MemoryRetriever
from adapters.memory.source_index import MemorySourceIndex
from application.ports.generations import Generation

if TYPE_CHECKING:
    from collections.abc import Callable

    from application.ports.embedder import Embedder
    from application.ports.splitter import Splitter


@dataclass(slots=True)
class MemoryShelf:
    """What processes share, to look at: the indexes by the ids of their generations, and which one is current."""

    indexes: dict[str, MemorySourceIndex] = field(default_factory=dict[str, MemorySourceIndex])
    current: str | None = None


@dataclass(slots=True, kw_only=True)
class MemoryGenerations:
    """One process's; `embedder` is the configured model. Two that share a `shelf` play two processes."""

    embedder: Embedder
    splitter_for: Callable[[Embedder], Splitter]
    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    keep_seconds: float = 60.0
    now: Callable[[], float] = time.monotonic
    _current: str = field(init=False)
    _unused_since: dict[str, float] = field(default_factory=dict[str, float])

    def __post_init__(self) -> None:
        if self.shelf.current is None:
            self.shelf.current = self._make()
        self._current = self.shelf.current

    def current(self) -> Generation:
        return self._generation(self._current)

    async def refresh(self) -> Generation:
        assert self.shelf.current is not None
        if self.shelf.current != self._current:
            self._use(self.shelf.current)
        return self.current()

    async def following(self) -> Generation | None:
        await self.refresh()
        return None if self._current == self._configured else self._generation(self._make())

    async def switch(self, to: Generation) -> None:
        self.shelf.current = to.id
        self._use(to.id)

    async def retire(self) -> int:
        await self.refresh()
        unused = self.shelf.indexes.keys() - {self._current, self._configured}
        doomed = [name for name in unused if self._noticed(name) + self.keep_seconds <= self.now()]
        for name in doomed:
            del self.shelf.indexes[name]
        return len(doomed)

    @property
    def _configured(self) -> str:
        model = self.embedder.model
        return f"{model.fingerprint}-{model.dimension}"

    def _make(self) -> str:
        self.shelf.indexes.setdefault(self._configured, MemorySourceIndex(embedder=self.embedder))
        return self._configured

    def _generation(self, name: str) -> Generation:
        index = self.shelf.indexes[name]
        return Generation(
            id=name,
            embedder=index.embedder,
            splitter=self.splitter_for(index.embedder),
            source_index=index,
            retriever=MemoryRetriever(source_index=index, embedder=index.embedder),
        )

    def _use(self, name: str) -> None:
        self._unused_since[self._current] = self.now()
        self._unused_since.pop(name, None)
        self._current = name

    def _noticed(self, name: str) -> float:
        return self._unused_since.setdefault(name, self.now())
