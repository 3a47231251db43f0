"""The events of runs in the memory of one process: the log of the embedded default, and of the tests."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from application.ports.run_log import MOST_EVENTS, LoggedEvent
from domain.errors import TooLarge
from domain.run import is_last

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from application.ports.clock import Clock
    from domain.identity import RunId
    from domain.run import AnswerEvent


@dataclass(slots=True)
class _Run:
    events: list[AnswerEvent] = field(default_factory=list["AnswerEvent"])
    grown: asyncio.Event = field(default_factory=asyncio.Event)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    ended_at: float | None = None


@dataclass(slots=True, kw_only=True)
class MemoryRunLog:
    """`runs` is there to look at. Readers look at one shared list, each at its own pace. A finished run is forgotten
    after `keep_seconds`."""

    clock: Clock
    keep_seconds: float = 900.0
    most_events: int = MOST_EVENTS
    runs: dict[RunId, _Run] = field(default_factory=dict["RunId", _Run])

    async def append(self, run_id: RunId, event: AnswerEvent) -> int:
        """See the port."""
        run = self.runs.get(run_id)
        if run is None:
            self._forget_old()
            run = self.runs.setdefault(run_id, _Run())
        if run.ended_at is not None:
            return len(run.events)
        if len(run.events) >= self.most_events and not is_last(event):
            raise TooLarge(f"An answer has at most {self.most_events:,} events.")
        run.events.append(event)
        if is_last(event):
            run.ended_at = self.clock.monotonic()
        # Whoever waits now is woken; whoever waits later waits for a new event.
        grown, run.grown = run.grown, asyncio.Event()
        grown.set()
        return len(run.events)

    async def knows(self, run_id: RunId) -> bool:
        """See the port."""
        self._forget_old()
        run = self.runs.get(run_id)
        return run is not None and bool(run.events)

    async def follow(self, run_id: RunId, *, after: int = 0) -> AsyncIterator[LoggedEvent]:
        """See the port."""
        run = self.runs.get(run_id)
        if run is None or not run.events:
            return
        position = max(0, after)
        while True:
            grown = run.grown
            while position < len(run.events):
                event = run.events[position]
                position += 1
                yield LoggedEvent(position, event)
                if is_last(event):
                    return
            if run.ended_at is not None:
                return
            await grown.wait()

    async def request_stop(self, run_id: RunId) -> None:
        """See the port."""
        run = self.runs.get(run_id)
        if run is not None:
            run.stop.set()

    async def stop_requested(self, run_id: RunId) -> None:
        """See the port."""
        await self.runs.setdefault(run_id, _Run()).stop.wait()

    def _forget_old(self) -> None:
        now = self.clock.monotonic()
        old = [
            run_id
            for run_id, run in self.runs.items()
            if run.ended_at is not None and now - run.ended_at > self.keep_seconds
        ]
        for run_id in old:
            del self.runs[run_id]
