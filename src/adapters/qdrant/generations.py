"""Generations of the index on Qdrant: a collection each, side by side, one of them current."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from adapters.qdrant.opening import Opened, Opening
from adapters.qdrant.store import SearchSettings
from domain.errors import IndexUnavailable, StartRefused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator
    from typing import Self

    from adapters.qdrant.shelf import Shelf
    from application.ports.embedder import Embedder
    from application.ports.generations import Generation
    from application.ports.splitter import Splitter

_DEFAULTS = SearchSettings()


class QdrantGenerations:
    """Works the same over the embedded engine and a server: they differ in the shelf. Make one with `open`."""

    def __init__(self, opening: Opening, current: Opened, *, keep_seconds: float, now: Callable[[], float]) -> None:
        self._opening = opening
        self._shelf = opening.shelf
        self._current = current
        self._keep_seconds = keep_seconds
        self._now = now
        self._switches = 0
        self._unused_since: dict[str, float] = {}
        self._one_at_a_time = asyncio.Lock()

    @classmethod
    async def open(
        cls,
        shelf: Shelf,
        *,
        model_name: str,
        load_embedder: Callable[[str], Awaitable[Embedder]],
        splitter_for: Callable[[Embedder], Splitter],
        search: SearchSettings = _DEFAULTS,
        keep_seconds: float = 60.0,
        now: Callable[[], float] = time.monotonic,
        for_repair: bool = False,
    ) -> Self:
        """Open the current generation with the model that made it, whatever is configured; make the first one. Raises
        `StartRefused` with the way out, or `IndexUnavailable`. Closes the shelf, then or with `close`.

        With `for_repair`, a generation whose model can't be had is opened too: its sources can be listed, so that the
        one that follows can be made from their originals; nothing may be searched in it or written to it."""
        async with contextlib.AsyncExitStack() as undo:
            undo.push_async_callback(shelf.close)
            opening = Opening(
                shelf=shelf,
                configured=await load_embedder(model_name),
                model_name=model_name,
                load_embedder=load_embedder,
                splitter_for=splitter_for,
                search=search,
                for_repair=for_repair,
            )
            undo.pop_all()
            undo.push_async_callback(opening.close_all)
            name = await shelf.current()
            current = await opening.open(name) if name else await opening.adopted() or await opening.first()
            undo.pop_all()
        return cls(opening, current, keep_seconds=keep_seconds, now=now)

    def current(self) -> Generation:
        """See the port."""
        return self._current.generation

    async def refresh(self) -> Generation:
        """See the port: one request where nothing has changed."""
        seen = self._switches
        name = await self._name_of_current()
        if name != self._current.generation.id:
            async with self._one_at_a_time:
                if seen == self._switches:  # otherwise somebody was quicker, and knows better
                    with _unavailable():
                        self._use(await self._opening.open(name))
        return self._current.generation

    async def following(self) -> Generation | None:
        """See the port."""
        await self.refresh()
        async with self._one_at_a_time:
            if self._current.is_configured:
                return None
            name = self._opening.name_of_configured()
            if name in self._opening.names and name not in await self._shelf.names():
                await self._opening.close(name)  # another process took it for a leftover
            with _unavailable():
                return (await self._opening.make(is_first=False)).generation

    async def switch(self, to: Generation) -> None:
        """See the port."""
        async with self._one_at_a_time:
            with _unavailable():
                opened = await self._opening.open(to.id)
            await self._shelf.point_at(to.id)
            self._use(opened)

    async def retire(self) -> int:
        """See the port. Every process calls it, to let go of what it has open itself. What other processes may be using
        is deleted a minute after this one noticed that it is neither of the two."""
        await self.refresh()
        async with self._one_at_a_time:
            keep = {self._current.generation.id}
            if not self._current.is_configured:
                keep.add(self._opening.name_of_configured())
            removed = 0
            for name in {*await self._shelf.names(), *self._opening.names} - keep:
                if self._is_out_of_use(name):
                    await self._opening.close(name)
                    removed += await self._shelf.remove(name)
                    self._unused_since.pop(name, None)
            return removed

    async def check(self) -> None:
        """Raises `IndexUnavailable` unless the store answers."""
        await self.refresh()
        await self._current.store.check()

    async def close(self) -> None:
        """Let go of every generation and of the shelf."""
        await self._opening.close_all()

    async def _name_of_current(self) -> str:
        with _unavailable():
            if (name := await self._shelf.current()) is not None:
                return name
            async with self._one_at_a_time:
                name = await self._shelf.current()
                adopted = await self._opening.adopted() if name is None else None
        if adopted is not None:
            return adopted.generation.id
        if name is None:
            raise IndexUnavailable("The vector store has no index any more.")
        return name

    def _use(self, opened: Opened) -> None:
        self._unused_since[self._current.generation.id] = self._now()
        self._unused_since.pop(opened.generation.id, None)
        self._current = opened
        self._switches += 1

    def _is_out_of_use(self, name: str) -> bool:
        noticed = self._now() if self._shelf.is_shared else self._now() - self._keep_seconds
        return self._unused_since.setdefault(name, noticed) + self._keep_seconds <= self._now()


@contextlib.contextmanager
def _unavailable() -> Generator[None]:
    """What refuses a start does not end a process that is running: it goes on with what it has."""
    try:
        yield
    except StartRefused as refused:
        raise IndexUnavailable(refused.detail) from refused
