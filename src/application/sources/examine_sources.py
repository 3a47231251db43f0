"""Look for every disagreement between the index, the stored content and what sources say of themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from application.sources.entries import source_or_none
from application.sources.source_record import source_from_record
from domain.errors import ContentMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.ports.content_store import ContentStore, KeptContent
    from application.sources.entries import Entries
    from domain.identity import SourceId, UserId
    from domain.source import Source


class FaultKind(StrEnum):
    """What can be wrong."""

    ORPHANED_PASSAGES = "passages that no source names"
    ORPHANED_CONTENT = "content that no source names"
    LOST_SOURCE = "a source that the index lost"
    MISSING_PASSAGES = "a source without its passages"
    MISSING_TEXT = "a source without its text"
    MISSING_ORIGINAL = "a source without its original"
    STALE_RECORD = "a source whose record is missing or wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong; `source_id` and `owner` where it is one source's."""

    kind: FaultKind
    detail: str
    source_id: SourceId | None = None
    owner: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamineSources:
    """Reads, and changes nothing. What looks wrong is looked at again while nobody can change that source, so that
    nothing which is just being written counts as a fault."""

    entries: Entries
    content_store: ContentStore

    async def __call__(self) -> Sequence[Fault]:
        """The faults: those of sources, then those of what no source names."""
        index = (await self.entries.generations.refresh()).source_index
        # Counted and listed before the entries are read: an entry names a version before anything of it is written.
        counts = await index.passage_counts()
        unlisted = set(await self.content_store.sources())
        faults: list[Fault] = []
        named = set[object]()
        async for page in index.everything():
            for source in page:
                unlisted.discard(source.id)
                named.update(version.id for version in source.versions)
                count = counts.get(source.current.id, 0) if source.current else 0
                if await self._of_source(source, count):
                    faults += await self._looked_at_again(source)
        for source_id in sorted(unlisted):
            faults += await self._of_unlisted(source_id)
        orphans = {version: count for version, count in counts.items() if version not in named}
        if orphans:
            detail = f"{sum(orphans.values())} passages of {len(orphans)} versions"
            faults.append(Fault(kind=FaultKind.ORPHANED_PASSAGES, detail=detail))
        return faults

    async def _looked_at_again(self, seen: Source) -> Sequence[Fault]:
        async with self.entries.changing(seen.id) as generation:
            source = await source_or_none(generation, seen.id, seen.owner)
            if source is None:
                return ()
            count = 0
            if source.current:
                count = len(await generation.source_index.passages(source.id, source.current.id, owner=source.owner))
            return await self._of_source(source, count)

    async def _of_source(self, source: Source, count: int) -> Sequence[Fault]:
        kept = await self.content_store.kept(source.id)
        found = [*_of_content(source, kept), *_of_passages(source, count)]
        if source.versions and not await self._is_recorded(source, kept):
            found.append((FaultKind.STALE_RECORD, "it could not be made anew from it"))
        return [
            Fault(kind=kind, detail=f"“{source.title}”: {detail}", source_id=source.id, owner=source.owner)
            for kind, detail in found
        ]

    async def _is_recorded(self, source: Source, kept: KeptContent) -> bool:
        if not kept.has_record:
            return False
        try:
            recorded = source_from_record(await self.content_store.get_record(source.id))
        except (ContentMissing, ValueError):
            return False
        attempts = source.pending.attempts if source.pending else 0
        return replace(recorded.attempted(attempts), passages=source.passages) == source

    async def _of_unlisted(self, source_id: SourceId) -> Sequence[Fault]:
        """Of content whose source the index does not list."""
        try:
            recorded = source_from_record(await self.content_store.get_record(source_id))
        except (ContentMissing, ValueError):
            recorded = None
        async with self.entries.changing(source_id) as generation:
            kept = await self.content_store.kept(source_id)
            if not (kept.originals or kept.texts or kept.has_record):
                return ()
            if recorded and await source_or_none(generation, source_id, recorded.owner) is not None:
                return ()
        if recorded and recorded.contents & kept.originals:
            detail = f"“{recorded.title}”, whose content is still there"
            return [Fault(kind=FaultKind.LOST_SOURCE, detail=detail, source_id=source_id, owner=recorded.owner)]
        return [Fault(kind=FaultKind.ORPHANED_CONTENT, detail=f"of source {source_id}", source_id=source_id)]


def _of_content(source: Source, kept: KeptContent) -> list[tuple[FaultKind, str]]:
    found: list[tuple[FaultKind, str]] = []
    if (kept.originals | kept.texts) - source.contents:
        found.append((FaultKind.ORPHANED_CONTENT, "content of earlier versions is still there"))
    is_known = source.problem is not None and source.problem.code == ContentMissing.code
    if source.contents - kept.originals and not is_known:
        found.append((FaultKind.MISSING_ORIGINAL, "the file as it was added is gone"))
    if source.current and source.current.content not in kept.texts:
        found.append((FaultKind.MISSING_TEXT, "the text that its quotes are held against is gone"))
    return found


def _of_passages(source: Source, count: int) -> list[tuple[FaultKind, str]]:
    if source.current is None or count == source.passages:
        return []
    return [(FaultKind.MISSING_PASSAGES, f"it has {count} passages instead of {source.passages}")]
