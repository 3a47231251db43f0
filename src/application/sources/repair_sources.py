"""Put right what an examination of the sources found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from application.sources.entries import source_or_none
from application.sources.examine_sources import FaultKind
from application.sources.ingest_source import REFUSALS
from domain.errors import ContentMissing, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.ports.content_store import ContentStore
    from application.ports.generations import Generation
    from application.sources.entries import Entries
    from application.sources.examine_sources import Fault
    from application.sources.index_version import IndexVersion
    from application.sources.tidy_sources import TidySources
    from domain.source import Source

LOST = Problem(code=ContentMissing.code, detail="Its content was lost from the store; add it again.")
_TIDIED = frozenset({FaultKind.ORPHANED_PASSAGES, FaultKind.ORPHANED_CONTENT, FaultKind.LOST_SOURCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairSources:
    """Passages and texts are made anew from the originals. What is lost for good is said to be: a source whose text
    nobody has any more can't be quoted, so it is taken off show."""

    entries: Entries
    content_store: ContentStore
    index_version: IndexVersion
    tidy_sources: TidySources

    async def __call__(self, faults: Sequence[Fault]) -> None:
        """Look again afterwards: what is still there could not be put right."""
        if any(fault.kind in _TIDIED for fault in faults):
            await self.tidy_sources()
        broken = {fault.source_id: fault for fault in faults if fault.kind not in _TIDIED}
        for fault in broken.values():
            await self._repair(fault)

    async def _repair(self, fault: Fault) -> None:
        assert fault.source_id is not None
        assert fault.owner is not None
        async with self.entries.changing(fault.source_id) as generation:
            source = await source_or_none(generation, fault.source_id, fault.owner)
            if source is not None:
                right = await self._put_right(source, generation)
                await self.entries.save(right, generation)
                await self.content_store.remove(right.id, keep=right.contents)

    async def _put_right(self, source: Source, generation: Generation) -> Source:
        kept = await self.content_store.kept(source.id)
        if source.pending and source.pending.content not in kept.originals:
            source = source.rejected(LOST, at=source.last_updated)
        if source.current is None:
            return source
        if source.current.content in kept.originals:
            try:
                indexed = await self.index_version(source, source.current, generation)
            except REFUSALS as refusal:
                return await self._off_show(source, refusal.problem, generation)
            return replace(source, passages=indexed.passages)
        if source.current.content not in kept.texts:
            return await self._off_show(source, LOST, generation)
        return await self._as_far_as_it_is_there(source, generation)

    async def _off_show(self, source: Source, problem: Problem, generation: Generation) -> Source:
        keep = source.pending.id if source.pending else None
        await generation.source_index.sweep(source.id, owner=source.owner, keep=keep)
        return replace(source, current=None, passages=0, problem=problem)

    async def _as_far_as_it_is_there(self, source: Source, generation: Generation) -> Source:
        """Its text is there, its original is not: it can be quoted, as far as it has passages."""
        assert source.current is not None
        passages = await generation.source_index.passages(source.id, source.current.id, owner=source.owner)
        if not passages:
            return await self._off_show(source, LOST, generation)
        return replace(source, passages=len(passages), problem=LOST)
