"""One thread that works for many, one task at a time, urgent ones first."""

from __future__ import annotations

import asyncio
import itertools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Generic, TypeVar

_Result = TypeVar("_Result")


class Urgency(IntEnum):
    """Who goes first: somebody waits for a query, a passage can wait."""

    QUERY = 0
    PASSAGE = 1
    STOP = 2


@dataclass(order=True, frozen=True, slots=True)
class _Task(Generic[_Result]):
    urgency: Urgency
    number: int  # first come, first served
    work: Callable[[], _Result] = field(compare=False)
    future: Future[_Result] = field(compare=False)

    def run(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            self.future.set_result(self.work())
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the result
            self.future.set_exception(error)


class Worker:
    """Runs what it is given in one thread of its own, which starts with the first task."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tasks: queue.PriorityQueue[_Task[object]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._lock = threading.Lock()

    async def run(self, work: Callable[[], _Result], urgency: Urgency) -> _Result:
        """The result of `work`. Cancelled before its turn, it never runs."""
        return await asyncio.wrap_future(self._submit(work, urgency))

    def close(self) -> None:
        """Finish what has been given, then end the thread."""
        with self._lock:
            thread = self._thread
            if self._closed or thread is None:
                self._closed = True
                return
            self._put(lambda: None, Urgency.STOP)
            self._closed = True
        thread.join()

    def _submit(self, work: Callable[[], _Result], urgency: Urgency) -> Future[_Result]:
        with self._lock:
            if self._closed:
                raise RuntimeError(f"The {self._name} worker is closed.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name=self._name, daemon=True)
                self._thread.start()
            return self._put(work, urgency)

    def _put(self, work: Callable[[], _Result], urgency: Urgency) -> Future[_Result]:
        future: Future[_Result] = Future()
        self._tasks.put(_Task(urgency, next(self._numbers), work, future))  # type: ignore[arg-type]  # invariant
        return future

    def _loop(self) -> None:
        while (task := self._tasks.get()).urgency is not Urgency.STOP:
            task.run()
        task.run()
