"""Finish what an earlier process began: for the start of the service."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.ports.job_queue import IngestJob

if TYPE_CHECKING:
    from application.ports.job_queue import JobQueue
    from application.ports.source_index import SourceIndex

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeIngestion:
    """Clears away passages that no source names, and asks again for the versions that were still to be read."""

    source_index: SourceIndex
    job_queue: JobQueue

    async def __call__(self) -> int:
        """How many sources were taken up again."""
        swept = await self.source_index.sweep_orphans()
        unfinished = await self.source_index.unfinished()
        for source in unfinished:
            assert source.pending is not None
            await self.job_queue.enqueue(IngestJob(source.owner, source.id, source.pending.id))
        if swept or unfinished:
            _log.info("Cleared %d passages, resumed %d sources", swept, len(unfinished))
        return len(unfinished)
