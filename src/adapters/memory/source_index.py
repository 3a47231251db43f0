"""Sources and passages in dictionaries: the index of the tests."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from application.ports.source_index import SourceCursor, SourcePage
from domain.errors import SourceNotFound
from domain.lookup import lookup_words, typed_words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from application.ports.embedder import Embedder, Embedding
    from application.ports.source_index import SourceQuery
    from domain.identity import PassageId, SourceId, UserId, VersionId
    from domain.source import Passage, Source


@dataclass(slots=True, kw_only=True)
class MemorySourceIndex:
    """`entries` and `stored` are there to look at."""

    embedder: Embedder
    entries: dict[SourceId, Source] = field(default_factory=dict["SourceId", "Source"])
    stored: dict[PassageId, tuple[Passage, Embedding]] = field(
        default_factory=dict["PassageId", "tuple[Passage, Embedding]"]
    )

    async def get(self, source_id: SourceId, *, owner: UserId) -> Source:
        source = self.entries.get(source_id)
        if source is None or source.owner != owner:
            raise SourceNotFound(f"There is no source {source_id}.")
        return source

    async def find(self, names: Sequence[str], *, owner: UserId) -> Sequence[Source]:
        known = {name: source for source in self._of(owner) for name in (str(source.id), source.url)}
        unknown = next((name for name in names if name not in known), None)
        if unknown is not None:
            raise SourceNotFound(f"There is no source “{unknown}”.")
        return [known[name] for name in names]

    async def list(self, query: SourceQuery, *, owner: UserId) -> SourcePage:
        matching = sorted(
            (source for source in self._of(owner) if _matches(source, query)),
            key=lambda source: (source.last_updated, source.id),
            reverse=True,
        )
        after = query.after
        rest = [source for source in matching if after is None or (source.last_updated, source.id) < _key(after)]
        page = rest[query.offset : query.offset + query.limit]
        more = len(rest) > query.offset + len(page) and page
        following = SourceCursor(page[-1].last_updated, page[-1].id) if more else None
        return SourcePage(items=page, total=len(matching), next=following)

    async def save(self, source: Source) -> None:
        self.entries[source.id] = source

    async def delete(self, source_id: SourceId, *, owner: UserId) -> None:
        del self.entries[(await self.get(source_id, owner=owner)).id]

    async def write_passages(self, passages: Sequence[Passage], embeddings: Sequence[Embedding]) -> None:
        for embedding in embeddings:
            _check(embedding, self.embedder.model.dimension)
        for passage, embedding in zip(passages, embeddings, strict=True):
            self.stored[passage.id] = (passage, embedding)

    async def sweep(self, source_id: SourceId, *, owner: UserId, keep: VersionId | None) -> None:
        for passage, _ in [*self.stored.values()]:
            if (passage.source_id, passage.owner) == (source_id, owner) and passage.version_id != keep:
                del self.stored[passage.id]

    async def discard(self, source_id: SourceId, version_id: VersionId, *, owner: UserId) -> None:
        for passage in await self.passages(source_id, version_id, owner=owner):
            del self.stored[passage.id]

    async def passages(self, source_id: SourceId, version_id: VersionId, *, owner: UserId) -> Sequence[Passage]:
        return sorted(
            (
                passage
                for passage, _ in self.stored.values()
                if (passage.source_id, passage.version_id, passage.owner) == (source_id, version_id, owner)
            ),
            key=lambda passage: passage.ordinal,
        )

    async def unfinished(self) -> Sequence[Source]:
        return [source for source in self.entries.values() if source.pending is not None]

    async def everything(self) -> AsyncIterator[Sequence[Source]]:
        yield list(self.entries.values())

    async def passage_counts(self) -> Mapping[VersionId, int]:
        return Counter(passage.version_id for passage, _ in self.stored.values())

    async def sweep_orphans(self) -> int:
        named = {
            version.id
            for source in self.entries.values()
            for version in (source.current, source.pending)
            if version is not None
        }
        orphans = [passage.id for passage, _ in self.stored.values() if passage.version_id not in named]
        for passage_id in orphans:
            del self.stored[passage_id]
        return len(orphans)

    def _of(self, owner: UserId) -> Sequence[Source]:
        return [source for source in self.entries.values() if source.owner == owner]


def _key(cursor: SourceCursor) -> tuple[object, object]:
    return (cursor.last_updated, cursor.id)


def _matches(source: Source, query: SourceQuery) -> bool:
    if query.type is not None and source.type is not query.type:
        return False
    words = lookup_words(source.title, source.url)
    return all(any(word.startswith(typed) for word in words) for typed in typed_words(query.search or ""))


def _check(embedding: Embedding, dimension: int) -> None:
    if len(embedding.dense) != dimension:
        raise ValueError(f"A vector has {len(embedding.dense)} dimensions, not {dimension}.")
    if not all(map(math.isfinite, (*embedding.dense, *embedding.sparse.values))):
        raise ValueError("A vector is not finite.")
    if len(set(embedding.sparse.indices)) != len(embedding.sparse.values):
        raise ValueError("A sparse vector repeats a term, or has not one weight for each.")
    if any(not 0 <= index < 2**32 for index in embedding.sparse.indices):
        raise ValueError("A sparse vector has a term beyond 32 bits.")
