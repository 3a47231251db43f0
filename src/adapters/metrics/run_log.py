"""A run log that counts what goes through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram

from domain.run import RunFailed, RunFinished, RunStarted, SourcesFound, TextAdded, is_last

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from application.ports.clock import Clock
    from application.ports.run_log import LoggedEvent, RunLog
    from domain.identity import RunId
    from domain.run import AnswerEvent

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
RUNS = Counter("quoth_runs", "Answers by how they ended: complete, stopped, or the code of the problem.", ["outcome"])
ACTIVE = Gauge("quoth_runs_active", "Answers that are being written now.", multiprocess_mode="livesum")
RETRIEVAL = Histogram("quoth_retrieval_seconds", "From the question to the passages found.", buckets=_SECONDS)
FIRST_TOKEN = Histogram("quoth_first_token_seconds", "From the question to the answer's first text.", buckets=_SECONDS)
DURATION = Histogram("quoth_run_seconds", "From the question to the answer's end.", buckets=_SECONDS)


@dataclass(slots=True)
class _Watched:
    begun: float
    has_text: bool = False


@dataclass(slots=True, kw_only=True)
class MeteredRunLog:
    """Another run log, with every event of this process's runs measured on its way."""

    run_log: RunLog
    clock: Clock
    _watched: dict[RunId, _Watched] = field(default_factory=dict["RunId", _Watched])

    async def append(self, run_id: RunId, event: AnswerEvent) -> int:
        """See the port."""
        self._measure(run_id, event)
        return await self.run_log.append(run_id, event)

    async def knows(self, run_id: RunId) -> bool:
        """See the port."""
        return await self.run_log.knows(run_id)

    def follow(self, run_id: RunId, *, after: int = 0) -> AsyncIterator[LoggedEvent]:
        """See the port."""
        return self.run_log.follow(run_id, after=after)

    async def request_stop(self, run_id: RunId) -> None:
        """See the port."""
        await self.run_log.request_stop(run_id)

    async def stop_requested(self, run_id: RunId) -> None:
        """See the port."""
        await self.run_log.stop_requested(run_id)

    def _measure(self, run_id: RunId, event: AnswerEvent) -> None:
        if isinstance(event, RunStarted):
            self._watched[run_id] = _Watched(self.clock.monotonic())
            ACTIVE.inc()
        watched = self._watched.get(run_id)
        if watched is None:
            return
        seconds = self.clock.monotonic() - watched.begun
        if isinstance(event, SourcesFound):
            RETRIEVAL.observe(seconds)
        elif isinstance(event, TextAdded) and not watched.has_text:
            watched.has_text = True
            FIRST_TOKEN.observe(seconds)
        elif is_last(event):
            del self._watched[run_id]
            ACTIVE.dec()
            DURATION.observe(seconds)
            RUNS.labels(_outcome(event)).inc()


def _outcome(event: AnswerEvent) -> str:
    match event:
        case RunFinished(message=message):
            return message.status or "complete"
        case RunFailed(problem=problem):
            return problem.code
        case _:
            return "unknown"
