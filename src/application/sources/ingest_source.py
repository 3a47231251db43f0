"""Bring a version of a source into the index, and put it on show in one step."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.sources.entries import source_or_none
from application.sources.steps import StepHook, no_hook
from domain.errors import (
    ContentMissing,
    DomainError,
    IndexMoved,
    Problem,
    TooLarge,
    UnreadableDocument,
    UnsupportedFormat,
)

if TYPE_CHECKING:
    from application.ports.clock import Clock
    from application.ports.content_store import ContentStore
    from application.ports.generations import Generation
    from application.ports.job_queue import IngestJob
    from application.sources.entries import Entries
    from application.sources.index_version import IndexedVersion, IndexVersion
    from domain.source import Source

_log = logging.getLogger(__name__)
REFUSALS = (UnsupportedFormat, UnreadableDocument, TooLarge, ContentMissing)
# So many processes may die over one version before it is taken for the cause.
MOST_ATTEMPTS = 5
FATAL = Problem(
    code=UnreadableDocument.code,
    detail=f"Reading it was begun {MOST_ATTEMPTS} times, and each time the process ended before it was done.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSource:
    """Can be interrupted anywhere and begun again, also by two workers at once: passages of a version that no entry
    names are never found, and the entry changes in one write. `between_steps` is told each step before it is taken."""

    entries: Entries
    content_store: ContentStore
    index_version: IndexVersion
    clock: Clock
    between_steps: StepHook = no_hook

    async def __call__(self, job: IngestJob) -> None:
        """Raises what may pass by itself (`IndexUnavailable`, `IndexMoved` …): then the job is to be tried again. A
        version that was replaced or whose source was deleted meanwhile is left alone."""
        begun = await self._begin(job)
        if begun is None:
            return
        source, generation = begun
        assert source.pending is not None
        if source.pending.attempts > MOST_ATTEMPTS:
            await self.give_up(job, FATAL)
            return
        try:
            indexed = await self.index_version(source, source.pending, generation)
            await self._put_on_show(job, indexed, generation)
        except REFUSALS as refusal:
            _log.info("Source %s could not be read: %s", source.id, refusal.code)
            await self.give_up(job, refusal.problem)
        except (Exception, asyncio.CancelledError):
            # It came to an end, if no good one: whoever tries again need not fear for his life.
            await self._uncount(job)
            raise

    async def give_up(self, job: IngestJob, problem: Problem) -> None:
        """Leave the source as it was before this version came, saying why."""
        async with self.entries.changing(job.source_id) as generation:
            source = await self._source(job, generation)
            if source is None:
                return
            self.between_steps("reject")
            rejected = source.rejected(problem, at=self.clock.now())
            await self.entries.save(rejected, generation)
            await self._clean_up(rejected, generation)

    async def _begin(self, job: IngestJob) -> tuple[Source, Generation] | None:
        """The source with this try counted, and the index to read it into."""
        async with self.entries.changing(job.source_id) as generation:
            source = await self._source(job, generation)
            if source is None or source.pending is None:
                return None
            self.between_steps("count the try")
            begun = source.attempted(source.pending.attempts + 1)
            await generation.source_index.save(begun)
            return begun, generation

    async def _uncount(self, job: IngestJob) -> None:
        with contextlib.suppress(DomainError):
            async with self.entries.changing(job.source_id) as generation:
                source = await self._source(job, generation)
                if source is not None and source.pending is not None:
                    await generation.source_index.save(source.attempted(max(0, source.pending.attempts - 1)))

    async def _source(self, job: IngestJob, generation: Generation) -> Source | None:
        """The source, if this job's version is still the one that it waits for."""
        source = await source_or_none(generation, job.source_id, job.owner)
        if source and source.pending and source.pending.id == job.version_id:
            return source
        await self._clear_behind(job, source, generation)
        return None

    async def _clear_behind(self, job: IngestJob, source: Source | None, generation: Generation) -> None:
        """Take away what a worker that died had yet to take away, or one that was late wrote after the others were
        done."""
        if source is not None and source.pending is None:
            await self._clean_up(source, generation)
            return
        if source is None or job.version_id not in {version.id for version in source.versions}:
            await generation.source_index.discard(job.source_id, job.version_id, owner=job.owner)
        if source is not None:
            await self.content_store.remove(source.id, keep=source.contents)
        elif not (await self.content_store.kept(job.source_id)).has_record:
            # It was deleted; one that the index lost has a record.
            await self.content_store.remove(job.source_id)

    async def _put_on_show(self, job: IngestJob, indexed: IndexedVersion, generation: Generation) -> None:
        async with self.entries.changing(job.source_id) as present:
            source = await self._source(job, present)
            if source is None:
                return
            if present.id != generation.id:
                raise IndexMoved("The index was made anew meanwhile; this document is read once more.")
            self.between_steps("put on show")
            shown = source.indexed(title=indexed.title, passages=indexed.passages, at=self.clock.now())
            await self.entries.save(shown, present)
            await self._clean_up(shown, present)

    async def _clean_up(self, source: Source, generation: Generation) -> None:
        """Remove what the entry does not name any more."""
        self.between_steps("sweep passages")
        keep = source.current.id if source.current else None
        await generation.source_index.sweep(source.id, owner=source.owner, keep=keep)
        self.between_steps("remove content")
        await self.content_store.remove(source.id, keep=source.contents)
