"""One process's share of the work: SAQ's queue, worked off without SAQ's worker, which takes over the process's signals,
spins while the server is away, and counts a shutdown as a try."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from saq.job import Job, Status
from saq.utils import now

from adapters.saq.connection import within
from adapters.saq.jobs import from_saq, note_tries, tries_of
from adapters.saq.lost_jobs import LostJobs
from domain.errors import DomainError, Problem, QueueUnavailable, is_passing

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from saq.queue.redis import RedisQueue

    from application.ports.job_queue import IngestJob, IngestWork

Settle = Callable[[Job], Awaitable[None]]

_log = logging.getLogger(__name__)
_UNEXPECTED = Problem(code="internal", detail="Reading it failed unexpectedly; the log says why.")
_LISTEN_SECONDS = 5.0
_REPORT_SECONDS, _REPORT_KEPT_SECONDS = 10.0, 60
_AWAY_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class Worker:
    """Carries out jobs, `concurrency` at once, until it is cancelled; then what is under way is put back at once."""

    queue: RedisQueue
    ingest: IngestWork
    concurrency: int
    lost_after_seconds: float
    attempts: int
    pause_seconds: float
    _id: str = field(default_factory=lambda: uuid.uuid4().hex)
    _is_stopping: bool = False
    _is_away: bool = False

    async def run(self) -> None:
        """Does not end by itself."""
        lost_jobs = LostJobs(queue=self.queue, every_seconds=self.lost_after_seconds / 4)
        async with asyncio.TaskGroup() as group:
            for _ in range(self.concurrency):
                group.create_task(self._again_and_again(self._next_job))
            group.create_task(self._again_and_again(self._take_up_retries, pause_seconds=1))
            group.create_task(self._again_and_again(lost_jobs.put_back, pause_seconds=lost_jobs.every_seconds))
            group.create_task(self._again_and_again(self._report, pause_seconds=_REPORT_SECONDS))
            try:
                await asyncio.Event().wait()
            finally:
                self._is_stopping = True

    async def _again_and_again(self, work: Callable[[], Awaitable[object]], *, pause_seconds: float = 0) -> None:
        # A part that swallows its cancellation ends here all the same.
        while not self._is_stopping:
            try:
                await work()
                self._note_reached()
            except QueueUnavailable as error:
                self._note_away(error)
                await asyncio.sleep(_AWAY_SECONDS)
            except Exception:  # noqa: BLE001  # one job, or one moment, must not end the worker
                _log.exception("Work on the queue failed")
                await asyncio.sleep(_AWAY_SECONDS)
            if pause_seconds:
                await asyncio.sleep(pause_seconds)

    async def _next_job(self) -> None:
        job = await self._taken()
        if job is not None:
            await self._carry_out(job, from_saq(job))

    async def _taken(self) -> Job | None:
        """A job that is ours now; until that is written, `LostJobs` sees to it."""
        async with within(_LISTEN_SECONDS + 5):
            job = await self.queue.dequeue(timeout=_LISTEN_SECONDS)
            if job is not None:
                job.started = now()
                job.attempts += 1
                job.worker_id = self._id
                await self.queue.update(job, status=Status.ACTIVE)
            return job

    async def _carry_out(self, job: Job, work: IngestJob) -> None:
        then: Settle = _put_back
        try:
            async with self._heartbeats(job):
                then = await self._try(job, work)
            await self._surely(lambda: then(job))
        except asyncio.CancelledError:
            await self._hastily(lambda: then(job))
            raise

    async def _try(self, job: Job, work: IngestJob) -> Settle:
        """What is to become of the job."""
        try:
            await self.ingest(work)
        except Exception as error:  # noqa: BLE001  # a poisoned job must not end the worker
            tries = tries_of(job) + 1
            level = logging.WARNING if is_passing(error) else logging.ERROR
            _log.log(
                level, "Reading source %s failed (try %d of %d)", work.source_id, tries, self.attempts, exc_info=error
            )
            if tries < self.attempts:
                note_tries(job, tries)
                job.retry_delay = self.pause_seconds * float(2 ** (tries - 1))
                return _try_again
            if not is_passing(error):
                await self._give_up(work, error)
        return _finish

    async def _give_up(self, work: IngestJob, error: Exception) -> None:
        problem = error.problem if isinstance(error, DomainError) else _UNEXPECTED
        try:
            await self.ingest.give_up(work, problem)
        except Exception:  # noqa: BLE001  # see `_try`
            # The index still says that it is to be read: it is asked for again, and fails again.
            _log.exception("Source %s could not be given up", work.source_id)

    async def _surely(self, action: Callable[[], Awaitable[None]]) -> None:
        """Done at last: while the server is away there is nothing else to do."""
        while True:
            try:
                async with within():
                    await action()
            except QueueUnavailable as error:
                self._note_away(error)
                await asyncio.sleep(_AWAY_SECONDS)
            else:
                return

    async def _hastily(self, action: Callable[[], Awaitable[None]]) -> None:
        """Done if it can be now: the process is about to end."""
        try:
            async with within():
                await action()
        except QueueUnavailable as error:
            _log.warning("A job could not be put back, and will be missed in a while: %s", error.detail)

    @contextlib.asynccontextmanager
    async def _heartbeats(self, job: Job) -> AsyncGenerator[None]:
        """The job is known to be worked on. The last beat is waited for: later it would bring the job back to life."""
        over = asyncio.Event()
        beating = asyncio.create_task(self._beat(job, over))
        try:
            yield
        finally:
            over.set()
            await asyncio.wait({beating})

    async def _beat(self, job: Job, over: asyncio.Event) -> None:
        while not await _happens(over, within_seconds=self.lost_after_seconds / 6):
            with contextlib.suppress(QueueUnavailable):
                async with within():
                    await self.queue.update(job)

    async def _take_up_retries(self) -> None:
        async with within():
            await self.queue.schedule()

    async def _report(self) -> None:
        about: dict[str, object] = {"host": socket.gethostname(), "pid": os.getpid()}
        async with within():
            # SAQ leaves open what `metadata` may hold.
            report = self.queue.worker_info  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
            await report(self._id, queue_key=self.queue.name, metadata=about, ttl=_REPORT_KEPT_SECONDS)

    def _note_away(self, error: QueueUnavailable) -> None:
        if not self._is_away:
            _log.warning("%s Trying again …", error.detail)
        self._is_away = True

    def _note_reached(self) -> None:
        if self._is_away:
            _log.info("The queue of documents answers again.")
        self._is_away = False


async def _finish(job: Job) -> None:
    await job.finish(Status.COMPLETE)


async def _try_again(job: Job) -> None:
    await job.retry("it failed")


async def _put_back(job: Job) -> None:
    job.retry_delay = 0.0
    await job.retry("its worker was stopped")


async def _happens(event: asyncio.Event, *, within_seconds: float) -> bool:
    try:
        async with asyncio.timeout(within_seconds):
            return await event.wait()
    except TimeoutError:
        return False
