"""A worker that begins a job, says so, and never comes to its end: for a test to kill."""

from __future__ import annotations

import asyncio
import sys

from adapters.saq.job_queue import SaqJobQueue
from application.ports.job_queue import IngestJob
from domain.errors import Problem


class Endless:
    """Works on its job for ever."""

    async def __call__(self, job: IngestJob) -> None:
        print(job.version_id, flush=True)  # noqa: T201  # the test reads it
        await asyncio.Event().wait()

    async def give_up(self, job: IngestJob, problem: Problem) -> None:
        """Never happens."""


async def main(url: str, lost_after_seconds: float) -> None:
    queue = SaqJobQueue.open(url, lost_after_seconds=lost_after_seconds)
    await queue.work(Endless())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
