"""Named locks within one process."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from domain.errors import Overloaded

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass(slots=True, kw_only=True)
class MemoryLocks:
    """A lock lives as long as somebody holds it or waits for it."""

    patience_seconds: float = 30.0
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary[str, asyncio.Lock])
    _holders: int = 0
    _idle: asyncio.Event = field(default_factory=_set)
    _open: asyncio.Event = field(default_factory=_set)
    _everything: asyncio.Lock = field(default_factory=asyncio.Lock)
    _tried: set[str] = field(default_factory=set[str])

    @contextlib.asynccontextmanager
    async def hold(self, name: str) -> AsyncGenerator[None]:
        """See the port."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        with _patience():
            async with asyncio.timeout(self.patience_seconds):
                await lock.acquire()
                try:
                    while not self._open.is_set():
                        await self._open.wait()
                except BaseException:
                    lock.release()
                    raise
        self._holders += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._holders -= 1
            if not self._holders:
                self._idle.set()
            lock.release()

    @contextlib.asynccontextmanager
    async def hold_all(self) -> AsyncGenerator[None]:
        """See the port."""
        with _patience():
            async with asyncio.timeout(self.patience_seconds):
                await self._everything.acquire()
                self._open.clear()
                try:
                    await self._idle.wait()
                except BaseException:
                    self._let_in()
                    raise
        try:
            yield
        finally:
            self._let_in()

    @contextlib.asynccontextmanager
    async def try_hold(self, name: str) -> AsyncGenerator[bool]:
        """See the port."""
        if name in self._tried:
            yield False
            return
        self._tried.add(name)
        try:
            yield True
        finally:
            self._tried.discard(name)

    def _let_in(self) -> None:
        self._open.set()
        self._everything.release()


@contextlib.contextmanager
def _patience() -> Generator[None]:
    try:
        yield
    except TimeoutError:
        raise Overloaded("Somebody else is still busy with the same thing; try again shortly.", 5) from None
