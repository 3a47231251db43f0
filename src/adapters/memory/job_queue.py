"""The queue of one process: jobs wait in memory, and the index remembers which are unfinished."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from domain.errors import DomainError, Overloaded, Problem

if TYPE_CHECKING:
    from application.ports.job_queue import IngestJob

_log = logging.getLogger(__name__)


class IngestWork(Protocol):
    """Who carries a job out, and what to do when that fails for good."""

    async def __call__(self, job: IngestJob) -> None: ...

    async def give_up(self, job: IngestJob, problem: Problem) -> None: ...


@dataclass(slots=True, kw_only=True)
class MemoryJobQueue:
    """Carries jobs out one after another, each tried a few times. After a crash the service's start enqueues again
    what the index says is unfinished, so that nothing is lost with this queue."""

    attempts: int = 3
    pause_seconds: float = 1.0
    most_waiting: int = 100_000
    jobs: dict[IngestJob, None] = field(default_factory=dict["IngestJob", None])
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def enqueue(self, job: IngestJob) -> None:
        """See the port."""
        if len(self.jobs) >= self.most_waiting:
            raise Overloaded("Too many documents are waiting to be read; try again later.", 60)
        self.jobs.setdefault(job)
        self._arrived.set()

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return len(self.jobs)

    async def work(self, ingest: IngestWork) -> None:
        """Carry out jobs until cancelled."""
        while True:
            while self.jobs:
                job = next(iter(self.jobs))
                del self.jobs[job]
                await self._carry_out(job, ingest)
            self._arrived.clear()
            await self._arrived.wait()

    async def work_off(self, ingest: IngestWork) -> None:
        """Carry out what waits now, then return: for tests and for the command line."""
        while self.jobs:
            job = next(iter(self.jobs))
            del self.jobs[job]
            await self._carry_out(job, ingest)

    async def _carry_out(self, job: IngestJob, ingest: IngestWork) -> None:
        for attempt in range(1, self.attempts + 1):
            try:
                await ingest(job)
            except Exception as error:  # noqa: BLE001  # a poisoned job must not end the worker
                _log.exception("Reading source %s failed (attempt %d of %d)", job.source_id, attempt, self.attempts)
                if attempt == self.attempts:
                    await self._give_up(job, ingest, error)
                    return
                await asyncio.sleep(self.pause_seconds * attempt)
            else:
                return

    async def _give_up(self, job: IngestJob, ingest: IngestWork, error: Exception) -> None:
        problem = (
            error.problem
            if isinstance(error, DomainError)
            else Problem(code="internal", detail="Reading it failed unexpectedly; the log says why.")
        )
        with contextlib.suppress(DomainError):
            # If even that can't be written now, the next start finds the job unfinished and tries again.
            await ingest.give_up(job, problem)
