"""Opening generations on a shelf: each with the embedding model that made it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.qdrant.conditions import Where
from adapters.qdrant.payload import SOURCE
from adapters.qdrant.provenance import check_provenance, is_record_of, name_in, not_to_be_had, recorded_model
from adapters.qdrant.store import over
from application.ports.generations import Generation
from domain.errors import StartRefused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from adapters.qdrant.points import Payload, Points
    from adapters.qdrant.shelf import Shelf
    from adapters.qdrant.store import QdrantStore, SearchSettings
    from application.ports.embedder import Embedder
    from application.ports.splitter import Splitter


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A generation that is open. `is_configured`: the configured model made it."""

    generation: Generation
    store: QdrantStore
    is_configured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """`configured` is the configured model and `model_name` what it is called; `load_embedder` has others by their
    names. With `for_repair`, a generation whose model can't be had is opened all the same, under the configured one."""

    shelf: Shelf
    configured: Embedder
    model_name: str
    load_embedder: Callable[[str], Awaitable[Embedder]]
    splitter_for: Callable[[Embedder], Splitter]
    search: SearchSettings
    for_repair: bool
    _opened: dict[str, Opened] = field(default_factory=dict[str, Opened])

    @property
    def names(self) -> Collection[str]:
        """Those that are open."""
        return self._opened.keys()

    async def open(self, name: str) -> Opened:
        """A generation that stands there. Raises `StartRefused` or `IndexUnavailable`."""
        return await self._open(name, dimension=None)

    async def make(self, *, is_first: bool) -> Opened:
        """The configured model's generation, as it was left, or new."""
        name = self.name_of_configured(is_first=is_first)
        return await self._open(name, dimension=self.configured.model.dimension)

    def name_of_configured(self, *, is_first: bool = False) -> str:
        """What `make` calls it."""
        return self.shelf.name_for(self.configured.model.fingerprint, is_first=is_first)

    async def adopted(self) -> Opened | None:
        """Where nothing is current: the generation that holds sources, made current. A switch that was interrupted at
        a moment when nothing is leaves one."""
        for name in await self.shelf.names():
            opened = await self.open(name)
            if await opened.store.points.count(Where((SOURCE,))):
                await self.shelf.point_at(name)
                return opened
        return None

    async def first(self) -> Opened:
        """A generation made and made current, where there is none; of processes that start at once, all get the one
        that was made current last."""
        opened = await self.make(is_first=True)
        if await self.shelf.current() is None:
            await self.shelf.point_at(opened.generation.id)
        current = await self.shelf.current()
        return opened if current is None else await self.open(current)

    async def close(self, name: str) -> None:
        """Let go of it, if it is open."""
        opened = self._opened.pop(name, None)
        if opened is not None:
            await opened.store.close()

    async def close_all(self) -> None:
        """Let go of everything, the shelf last."""
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self.shelf.close)
            for opened in self._opened.values():
                stack.push_async_callback(opened.store.close)

    async def _open(self, name: str, *, dimension: int | None) -> Opened:
        if name not in self._opened:
            points = await self.shelf.take(name, dimension=dimension)
            try:
                self._opened[name] = await self._over(points, name)
            except BaseException:
                await points.close()
                raise
        return self._opened[name]

    async def _over(self, points: Points, name: str) -> Opened:
        recorded = await recorded_model(points)
        is_configured = recorded is None or is_record_of(recorded, self.configured.model)
        embedder = self.configured
        if recorded is None:
            await check_provenance(points, embedder.model, self.model_name)
        elif not is_configured:
            embedder = await self._embedder_of(points, recorded)
        store = over(points, embedder, self.search)
        generation = Generation(
            id=name,
            embedder=embedder,
            splitter=self.splitter_for(embedder),
            source_index=store.source_index,
            retriever=store.retriever,
        )
        return Opened(generation=generation, store=store, is_configured=is_configured)

    async def _embedder_of(self, points: Points, recorded: Payload) -> Embedder:
        try:
            embedder = await self._loaded(recorded)
            await check_provenance(points, embedder.model)
        except StartRefused:
            if self.for_repair:
                return self.configured
            raise
        return embedder

    async def _loaded(self, recorded: Payload) -> Embedder:
        name = name_in(recorded)
        if name == self.model_name:
            return self.configured
        try:
            return await self.load_embedder(name)
        except StartRefused as refused:
            raise not_to_be_had(recorded, refused) from refused
