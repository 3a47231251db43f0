"""Ingestion, counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from application.ports.clock import Clock
    from application.ports.job_queue import IngestJob, IngestWork
    from domain.errors import Problem
    from domain.source import Source

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)
# Several processes see the same queue: what was counted last holds.
QUEUE_DEPTH = Gauge("quoth_ingestion_waiting", "Documents that wait to be read.", multiprocess_mode="livemostrecent")
INGESTIONS = Counter(
    "quoth_ingestions",
    "Documents by how reading them ended: ready, retried, superseded, or the code of the problem.",
    ["outcome"],
)
DURATION = Histogram("quoth_ingestion_seconds", "Reading, splitting and embedding one document.", buckets=_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredIngest:
    """Other ingestion, with each job's outcome counted. `find` gives the job's source, None where it is gone."""

    ingest: IngestWork
    find: Callable[[IngestJob], Awaitable[Source | None]]
    clock: Clock

    async def __call__(self, job: IngestJob) -> None:
        """See the port."""
        begun = self.clock.monotonic()
        try:
            await self.ingest(job)
        except Exception:
            INGESTIONS.labels("retried").inc()
            raise
        DURATION.observe(self.clock.monotonic() - begun)
        INGESTIONS.labels(_outcome(job, await self.find(job))).inc()

    async def give_up(self, job: IngestJob, problem: Problem) -> None:
        """See the port."""
        await self.ingest.give_up(job, problem)
        INGESTIONS.labels(problem.code).inc()


def _outcome(job: IngestJob, source: Source | None) -> str:
    if source is not None and source.current is not None and source.current.id == job.version_id:
        return "ready"
    if source is not None and source.pending is None and source.problem is not None:
        return source.problem.code
    return "superseded"
