"""Finish what an earlier process began: for the start of the service."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.ports.job_queue import IngestJob

if TYPE_CHECKING:
    from application.ports.content_store import ContentStore
    from application.ports.job_queue import JobQueue
    from application.ports.source_index import SourceIndex
    from domain.source import ContentHash, Source

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeIngestion:
    """Clears away passages and content that no source names, and asks again for the versions still to be read."""

    source_index: SourceIndex
    content_store: ContentStore
    job_queue: JobQueue

    async def __call__(self, *, alone: bool) -> int:
        """How many sources were taken up again. Content is cleared only by a process that is `alone` on its stores:
        another one may just be about to name what it has put there."""
        swept = await self.source_index.sweep_orphans()
        if alone:
            await self._clear_content()
        unfinished = await self.source_index.unfinished()
        for source in unfinished:
            assert source.pending is not None
            await self.job_queue.enqueue(IngestJob(source.owner, source.id, source.pending.id))
        _log.info("Cleared %d passages, resumed %d sources", swept, len(unfinished))
        return len(unfinished)

    async def _clear_content(self) -> None:
        unnamed = set(await self.content_store.sources())
        async for page in self.source_index.everything():
            for source in page:
                unnamed.discard(source.id)
                await self.content_store.remove(source.id, keep=_named(source))
        for source_id in unnamed:
            await self.content_store.remove(source_id)


def _named(source: Source) -> frozenset[ContentHash]:
    return frozenset(version.content for version in (source.current, source.pending) if version is not None)
