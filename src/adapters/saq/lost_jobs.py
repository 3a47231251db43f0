"""Jobs whose worker died: put back for the others.

SAQ's own sweep takes such a job out of the queue, waits five seconds for its worker to say that it gave up, and puts it
back only then: one after the other, and lost if the sweeper dies in between. Here each is put back in one step.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from saq.job import Status

from adapters.saq.connection import run, within

if TYPE_CHECKING:
    from saq.job import Job
    from saq.queue.redis import RedisQueue

_log = logging.getLogger(__name__)


def heartbeat_seconds(lost_after_seconds: float) -> int:
    """How old a heartbeat gets before its job is lost: with the time until somebody looks it makes the whole."""
    return max(1, round(lost_after_seconds * 2 / 3))


@dataclass(slots=True, kw_only=True)
class LostJobs:
    """Looks every so often, one process at a time."""

    queue: RedisQueue
    every_seconds: float
    # Taken from the line, and not yet said to be worked on, when it was looked the last time.
    _suspects: set[str] = field(default_factory=set[str])

    async def put_back(self) -> None:
        """Put back the jobs that are said to be worked on, and are not."""
        async with within():
            if not await self._is_my_turn():
                return
            keys = await self._active()
            suspects = set[str]()
            for key, job in zip(keys, await self.queue.jobs(keys) if keys else [], strict=True):
                if job is None:
                    await self._forget(key)
                elif job.stuck or (job.status != Status.ACTIVE and key in self._suspects):
                    await self._put_back(job)
                elif job.status != Status.ACTIVE:
                    suspects.add(key)
            self._suspects = suspects

    async def _is_my_turn(self) -> bool:
        # The key that SAQ's own sweep uses.
        milliseconds = max(1, round(self.every_seconds * 900))
        return bool(await run(self.queue, "SET", self.queue.namespace("sweep"), "1", "NX", "PX", milliseconds))

    async def _active(self) -> list[str]:
        ids: list[bytes] = await run(self.queue, "LRANGE", self.queue.namespace("active"), 0, -1)
        return [self.queue.job_key_from_id(each.decode()) for each in ids]

    async def _put_back(self, job: Job) -> None:
        _log.warning("The worker of job %s died; it is put back.", job.key)
        job.retry_delay = 0.0
        await self.queue.retry(job, "its worker died")

    async def _forget(self, key: str) -> None:
        """An entry without a job: finished twice, say."""
        job_id = self.queue.job_id(key)
        await run(self.queue, "LREM", self.queue.namespace("active"), 0, job_id)
        await run(self.queue, "ZREM", self.queue.namespace("incomplete"), job_id)
