"""Background work as tasks of the running event loop."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.errors import Overloaded

if TYPE_CHECKING:
    from collections.abc import Coroutine

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class TaskBackground:
    """Keeps its tasks alive, counts them, and waits for them at the end."""

    most: int = 500
    _tasks: set[asyncio.Task[None]] = field(default_factory=set["asyncio.Task[None]"])
    _closing: bool = False

    def admit(self) -> None:
        """See the port."""
        if self._closing:
            raise Overloaded("The server is shutting down; try again shortly.", 5)
        if len(self._tasks) >= self.most:
            raise Overloaded("Too many answers are being written at once; try again shortly.", 5)

    def start(self, work: Coroutine[None, None, None], *, name: str) -> None:
        """See the port."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def __len__(self) -> int:
        """How many are under way."""
        return len(self._tasks)

    async def close(self, *, grace_seconds: float) -> None:
        """Give what is under way some time to finish, then cancel it and wait for it to put its things in order."""
        self._closing = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_seconds)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s failed", task.get_name(), exc_info=error)
