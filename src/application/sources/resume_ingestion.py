"""Ask again for what is still to be read, so that no queue and no process can lose it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.ports.job_queue import IngestJob

if TYPE_CHECKING:
    from application.ports.job_queue import JobQueue
    from application.ports.source_index import SourceIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeIngestion:
    """For the start, and again and again: what waits in the queue already is not asked for twice."""

    source_index: SourceIndex
    job_queue: JobQueue

    async def __call__(self) -> int:
        """How many sources are unfinished."""
        unfinished = await self.source_index.unfinished()
        for source in unfinished:
            assert source.pending is not None
            await self.job_queue.enqueue(IngestJob(source.owner, source.id, source.pending.id))
        return len(unfinished)
