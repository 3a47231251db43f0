"""Named locks within one process."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from domain.errors import Overloaded

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@dataclass(slots=True, kw_only=True)
class MemoryLocks:
    """A lock lives as long as somebody holds it or waits for it."""

    patience_seconds: float = 30.0
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary[str, asyncio.Lock])

    @contextlib.asynccontextmanager
    async def hold(self, name: str) -> AsyncGenerator[None]:
        """See the port."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        try:
            async with asyncio.timeout(self.patience_seconds):
                await lock.acquire()
        except TimeoutError:
            raise Overloaded("Somebody else is still busy with the same thing; try again shortly.", 5) from None
        try:
            yield
        finally:
            lock.release()
