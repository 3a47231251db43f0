"""The source index on Qdrant: one point a passage, and one a source, which is the commit record of its passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.qdrant.conditions import AnyOf, Ids, Is, Where
from adapters.qdrant.entries import entries_by_id, list_sources
from adapters.qdrant.payload import (
    PASSAGE,
    SOURCE,
    UNFINISHED,
    check_embedding,
    passage_from,
    passage_point,
    passages_of,
    source_from,
    source_point,
    sources_of,
    version_in,
)
from adapters.qdrant.points import everything_of, pages
from domain.errors import SourceNotFound
from domain.identity import SourceId, VersionId
from domain.source import source_id_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from adapters.qdrant.points import Points
    from application.ports.embedder import Embedding, EmbeddingModel
    from application.ports.source_index import SourcePage, SourceQuery
    from domain.identity import UserId
    from domain.source import Passage, Source

# A selector names this many versions at most, so that no request grows with the collection.
_VERSIONS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class QdrantSourceIndex:
    """Works the same over the embedded engine and a server: they differ in `points`."""

    points: Points
    model: EmbeddingModel

    async def get(self, source_id: SourceId, *, owner: UserId) -> Source:
        """See the port."""
        found = await entries_by_id(self.points, [source_id], owner=owner)
        if source_id not in found:
            raise SourceNotFound(f"There is no source {source_id}.")
        return source_from(found[source_id])

    async def find(self, names: Sequence[str], *, owner: UserId) -> Sequence[Source]:
        """See the port. A URL gives its source's id, so that all names take one request."""
        ids = {source_id for name in names for source_id in _ids_named(name, owner)}
        found = await entries_by_id(self.points, ids, owner=owner)
        sources: list[Source] = []
        for name in names:
            entry = next((found[source_id] for source_id in _ids_named(name, owner) if source_id in found), None)
            if entry is None:
                raise SourceNotFound(f"There is no source “{name}”.")
            sources.append(source_from(entry))
        return sources

    async def list(self, query: SourceQuery, *, owner: UserId) -> SourcePage:
        """See the port."""
        return await list_sources(self.points, query, owner=owner)

    async def save(self, source: Source) -> None:
        """See the port."""
        await self.points.upsert([source_point(source)])
        await self.points.flush()

    async def delete(self, source_id: SourceId, *, owner: UserId) -> None:
        """See the port."""
        await self.get(source_id, owner=owner)
        await self.points.delete(sources_of(owner).also(Ids(frozenset({source_id}))))
        await self.points.flush()

    async def write_passages(self, passages: Sequence[Passage], embeddings: Sequence[Embedding]) -> None:
        """See the port. They outlive a crash at once, and a power cut from the next `save` on, which is what makes
        them count."""
        for embedding in embeddings:
            check_embedding(embedding, self.model.dimension)
        points = [passage_point(passage, embedding) for passage, embedding in zip(passages, embeddings, strict=True)]
        if points:
            await self.points.upsert(points)

    async def sweep(self, source_id: SourceId, *, owner: UserId, keep: VersionId | None) -> None:
        """See the port."""
        doomed = passages_of(owner).also(Is("source", str(source_id)))
        if keep is not None:
            doomed = doomed.but_not(Is("version", str(keep)))
        await self.points.delete(doomed)
        await self.points.flush()

    async def discard(self, source_id: SourceId, version_id: VersionId, *, owner: UserId) -> None:
        """See the port."""
        await self.points.delete(_of_version(source_id, version_id, owner))
        await self.points.flush()

    async def passages(self, source_id: SourceId, version_id: VersionId, *, owner: UserId) -> Sequence[Passage]:
        """See the port."""
        where = _of_version(source_id, version_id, owner)
        found = [passage_from(record) for record in await everything_of(self.points, where)]
        return sorted(found, key=lambda passage: passage.ordinal)

    async def unfinished(self) -> Sequence[Source]:
        """See the port."""
        records = await everything_of(self.points, Where((SOURCE, UNFINISHED)))
        return [source_from(record) for record in records]

    async def sweep_orphans(self) -> int:
        """See the port. The passages are counted before the entries are read: an entry names a version before its
        first passage is written, so that one which is being written now is never taken for an orphan."""
        stored = await self.points.count_by("version", Where((PASSAGE,)))
        named: set[str] = set()
        async for page in pages(self.points, Where((SOURCE,)), fields=("current", "pending")):
            for record in page:
                named.update(filter(None, (version_in(record, "current"), version_in(record, "pending"))))
        orphans = sorted(stored.keys() - named)
        for begin in range(0, len(orphans), _VERSIONS_AT_ONCE):
            versions = frozenset(orphans[begin : begin + _VERSIONS_AT_ONCE])
            await self.points.delete(Where((PASSAGE, AnyOf("version", versions))))
        if orphans:
            await self.points.flush()
        return sum(stored[version] for version in orphans)

    async def everything(self) -> AsyncIterator[Sequence[Source]]:
        """See the port."""
        async for page in pages(self.points, Where((SOURCE,))):
            yield [source_from(record) for record in page]

    async def passage_counts(self) -> Mapping[VersionId, int]:
        """See the port."""
        counts = await self.points.count_by("version", Where((PASSAGE,)))
        return {VersionId(UUID(version)): count for version, count in counts.items()}


def _of_version(source_id: SourceId, version_id: VersionId, owner: UserId) -> Where:
    return passages_of(owner).also(Is("source", str(source_id)), Is("version", str(version_id)))


def _ids_named(name: str, owner: UserId) -> list[SourceId]:
    """The ids that a name may stand for: as a URL, and as an id where it is one in the usual form."""
    ids = [source_id_for(owner, name)]
    try:
        as_id = UUID(name)
    except ValueError:
        return ids
    return [SourceId(as_id), *ids] if str(as_id) == name.lower() else ids
