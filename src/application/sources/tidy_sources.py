"""Clear away what no source names, and bring back what the index lost: after crashes, and for a restored backup."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from application.sources.entries import source_or_none
from application.sources.ingest_source import REFUSALS
from application.sources.source_record import source_from_record
from domain.errors import ContentMissing

if TYPE_CHECKING:
    from application.ports.content_store import ContentStore
    from application.ports.generations import Generation
    from application.sources.entries import Entries
    from application.sources.index_version import IndexVersion
    from domain.identity import SourceId, UserId
    from domain.source import ContentHash, Source

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """What was done. `passages` and `content` were cleared away, `sources` brought back from their records."""

    passages: int
    content: int
    sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TidySources:
    """Safe beside other processes: each source is looked at again while nobody else can change it."""

    entries: Entries
    content_store: ContentStore
    index_version: IndexVersion

    async def __call__(self) -> Tidied:
        """Whoever is brought back has its passages made anew by the next reading."""
        generation = await self.entries.generations.refresh()
        passages = await generation.source_index.sweep_orphans()
        listed = {source.id: source async for page in generation.source_index.everything() for source in page}
        content = sources = 0
        for source_id in await self.content_store.sources():
            source = listed.get(source_id)
            if source is not None and await self._agrees(source):
                continue
            cleared, restored = await self._put_right(source_id, source.owner if source else None)
            content += cleared
            sources += restored
        _log.info("Cleared %d passages and the content of %d sources, restored %d sources", passages, content, sources)
        return Tidied(passages=passages, content=content, sources=sources)

    async def _agrees(self, source: Source) -> bool:
        kept = await self.content_store.kept(source.id)
        return kept.originals | kept.texts <= source.contents and kept.has_record

    async def _put_right(self, source_id: SourceId, owner: UserId | None) -> tuple[bool, bool]:
        """Whether content was cleared away, and whether the source was brought back."""
        async with self.entries.changing(source_id) as generation:
            recorded = await self._recorded(source_id)
            owner = recorded.owner if recorded else owner
            known = await source_or_none(generation, source_id, owner) if owner else None
            if known:
                # A removal that got no further than to the record did not take place.
                await self.entries.save(known, generation)
                return await self._clear(source_id, keep=known.contents), False
            if recorded is None or not await self._restore(recorded, generation):
                return await self._clear(source_id, keep=frozenset()), False
            return False, True

    async def _recorded(self, source_id: SourceId) -> Source | None:
        try:
            source = source_from_record(await self.content_store.get_record(source_id))
        except (ContentMissing, ValueError):
            return None
        return source if source.id == source_id else None

    async def _clear(self, source_id: SourceId, *, keep: frozenset[ContentHash]) -> bool:
        await self.content_store.remove(source_id, keep=keep)
        return True

    async def _restore(self, recorded: Source, generation: Generation) -> bool:
        """Enter the source as one that is to be read, unless nothing of it is there to be read."""
        kept = await self.content_store.kept(recorded.id)
        current = recorded.current if recorded.current and recorded.current.content in kept.originals else None
        pending = recorded.pending if recorded.pending and recorded.pending.content in kept.originals else None
        source = replace(recorded, current=current, pending=pending)
        if not source.versions:
            return False
        await self.entries.save(await self._with_current(source, generation), generation)
        return True

    async def _with_current(self, source: Source, generation: Generation) -> Source:
        """A source that waits for another version too needs the one on show at once: one at a time can wait."""
        if source.current is None or source.pending is None:
            return source.to_be_read_again()
        try:
            indexed = await self.index_version(source, source.current, generation)
        except REFUSALS:
            return source.to_be_read_again()
        return replace(source, passages=indexed.passages)
