"""Jobs in Redis or Valkey, kept and handed out by SAQ: enqueued by any process, carried out by any that works."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.saq.connection import close_queue, open_queue, within
from adapters.saq.jobs import to_saq
from adapters.saq.lost_jobs import heartbeat_seconds
from adapters.saq.worker import Worker
from domain.errors import Overloaded

if TYPE_CHECKING:
    from saq.queue.redis import RedisQueue

    from application.ports.job_queue import IngestJob, IngestWork

_COUNT_AFTER_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class SaqJobQueue:
    """A job bears its version's id, so that it waits once. A worker renews its jobs' heartbeats; a job without one for
    about `lost_after_seconds` is put back by whichever worker notices first."""

    queue: RedisQueue
    concurrency: int = 2
    lost_after_seconds: float = 60.0
    attempts: int = 3
    pause_seconds: float = 5.0
    most_waiting: int = 100_000
    _counted: int = 0
    _counted_at: float = field(default=float("-inf"))

    @classmethod
    def open(
        cls,
        url: str,
        *,
        name: str = "quoth",
        concurrency: int = 2,
        lost_after_seconds: float = 60.0,
        attempts: int = 3,
        pause_seconds: float = 5.0,
        most_waiting: int = 100_000,
    ) -> SaqJobQueue:
        """A queue on this server, with connections of its own; nothing is connected before it is needed. A worker
        carries out `concurrency` jobs at once."""
        return cls(
            queue=open_queue(url, name=name, most_connections=concurrency + 8),
            concurrency=concurrency,
            lost_after_seconds=lost_after_seconds,
            attempts=attempts,
            pause_seconds=pause_seconds,
            most_waiting=most_waiting,
        )

    async def enqueue(self, job: IngestJob) -> None:
        """See the port."""
        async with within():
            if await self._is_full() and not await self.queue.job(str(job.version_id)):
                raise _full()
            if await self.queue.enqueue(to_saq(job, heartbeat_seconds=heartbeat_seconds(self.lost_after_seconds))):
                self._counted += 1

    async def check_room(self) -> None:
        """See the port."""
        async with within():
            if await self._is_full():
                raise _full()

    async def waiting(self) -> int:
        """See the port."""
        async with within():
            return await self._waiting()

    async def work(self, ingest: IngestWork) -> None:
        """See the port. Survives a server that goes away and comes back."""
        worker = Worker(
            queue=self.queue,
            ingest=ingest,
            concurrency=self.concurrency,
            lost_after_seconds=self.lost_after_seconds,
            attempts=self.attempts,
            pause_seconds=self.pause_seconds,
        )
        await worker.run()

    async def alive_workers(self) -> int:
        """How many workers, in whichever process, reported within the last minute."""
        async with within():
            return len((await self.queue.info())["workers"])

    async def check(self) -> None:
        """Raises `QueueUnavailable` where the server does not answer now."""
        async with within():
            await self.queue.count("queued")

    async def close(self) -> None:
        """End every connection."""
        await close_queue(self.queue)

    async def _is_full(self) -> bool:
        """Counted now and then, and whenever it seems full: jobs come by the thousand."""
        now = asyncio.get_running_loop().time()
        if self._counted >= self.most_waiting or now - self._counted_at > _COUNT_AFTER_SECONDS:
            self._counted, self._counted_at = await self._waiting(), now
        return self._counted >= self.most_waiting

    async def _waiting(self) -> int:
        """Those in the line, and those that pause before they are tried again."""
        return max(0, await self.queue.count("incomplete") - await self.queue.count("active"))


def _full() -> Overloaded:
    return Overloaded("Too many documents are waiting to be read; try again later.", 60)
