"""The queue of one process: jobs wait in memory, and the index remembers which are unfinished."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.errors import DomainError, Overloaded, Problem, is_passing

if TYPE_CHECKING:
    from application.ports.job_queue import IngestJob, IngestWork

_log = logging.getLogger(__name__)
UNEXPECTED = Problem(code="internal", detail="Reading it failed unexpectedly; the log says why.")


@dataclass(frozen=True, slots=True)
class _Pause:
    timer: asyncio.TimerHandle
    failures: int


@dataclass(slots=True, kw_only=True)
class MemoryJobQueue:
    """Carries jobs out one after another, each tried a few times; while one pauses before its next try, others go on.
    After a crash the service's start enqueues again what the index says is unfinished, so that nothing is lost with
    this queue. `jobs` are those in the line, with how often each failed."""

    attempts: int = 3
    pause_seconds: float = 1.0
    most_waiting: int = 100_000
    jobs: dict[IngestJob, int] = field(default_factory=dict["IngestJob", int])
    _busy: set[IngestJob] = field(default_factory=set["IngestJob"])
    _pauses: dict[IngestJob, _Pause] = field(default_factory=dict["IngestJob", "_Pause"])
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def enqueue(self, job: IngestJob) -> None:
        """See the port."""
        if job in self._busy or job in self.jobs or job in self._pauses:
            return
        await self.check_room()
        self._put_back(job, 0)

    async def check_room(self) -> None:
        """See the port."""
        if await self.waiting() >= self.most_waiting:
            raise Overloaded("Too many documents are waiting to be read; try again later.", 60)

    async def waiting(self) -> int:
        """See the port."""
        return len(self.jobs) + len(self._pauses)

    async def work(self, ingest: IngestWork) -> None:
        """See the port."""
        try:
            while True:
                await self._work_off(ingest)
                await self._arrival()
        finally:
            for job, pause in [*self._pauses.items()]:
                pause.timer.cancel()
                self._put_back(job, pause.failures)

    async def work_off(self, ingest: IngestWork) -> None:
        """Carry out what waits now, later tries included, then return: for tests."""
        await self._work_off(ingest)
        while self._pauses:
            await self._arrival()
            await self._work_off(ingest)

    async def _work_off(self, ingest: IngestWork) -> None:
        while self.jobs:
            job = next(iter(self.jobs))
            failures = self.jobs.pop(job)
            self._busy.add(job)
            try:
                is_done = await self._try(job, failures + 1, ingest)
            except asyncio.CancelledError:
                self._put_back(job, failures)
                raise
            self._busy.discard(job)
            if not is_done:
                self._pause(job, failures + 1)

    async def _try(self, job: IngestJob, tries: int, ingest: IngestWork) -> bool:
        """Whether it was done, or given up."""
        try:
            await ingest(job)
        except Exception as error:  # noqa: BLE001  # a poisoned job must not end the worker
            level = logging.WARNING if is_passing(error) else logging.ERROR
            _log.log(
                level, "Reading source %s failed (try %d of %d)", job.source_id, tries, self.attempts, exc_info=error
            )
            if tries < self.attempts:
                return False
            if not is_passing(error):
                await self._give_up(job, ingest, error)
        return True

    async def _give_up(self, job: IngestJob, ingest: IngestWork, error: Exception) -> None:
        try:
            await ingest.give_up(job, error.problem if isinstance(error, DomainError) else UNEXPECTED)
        except Exception:  # noqa: BLE001  # see `_try`
            # The index still says that it is to be read: it is asked for again, and fails again.
            _log.exception("Source %s could not be given up", job.source_id)

    def _pause(self, job: IngestJob, failures: int) -> None:
        seconds = self.pause_seconds * failures
        timer = asyncio.get_running_loop().call_later(seconds, self._put_back, job, failures)
        self._pauses[job] = _Pause(timer, failures)

    def _put_back(self, job: IngestJob, failures: int) -> None:
        self._busy.discard(job)
        self._pauses.pop(job, None)
        self.jobs.setdefault(job, failures)
        self._arrived.set()

    async def _arrival(self) -> None:
        self._arrived.clear()
        await self._arrived.wait()
