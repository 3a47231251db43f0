"""The retriever on Qdrant: by meaning and by words, fused, and only what the sources' entries put on show."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.qdrant.conditions import AnyOf, Ids, Is, Where
from adapters.qdrant.entries import entries_by_id
from adapters.qdrant.fusion import Fusion, fuse
from adapters.qdrant.payload import passage_from, passages_of, source_from, sources_of, version_in
from adapters.qdrant.points import everything_of
from domain.source import Hit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.qdrant.points import Points, Record, Scored, Vector
    from application.ports.embedder import Embedder
    from application.ports.retriever import SearchRequest
    from domain.identity import UserId

_ROUNDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class QdrantRetriever:
    """For each wording of the question two lists of `depth` passages are fused; `dense_weight` (0 to 1) is the share
    of meaning. How rare a word is, is counted in the owner's passages only, unless `count_words_of_owner` is off: then
    it costs nothing, and what others store moves an owner's scores."""

    points: Points
    embedder: Embedder
    fusion: Fusion = Fusion.RELATIVE
    dense_weight: float = 0.5
    depth: int = 100
    count_words_of_owner: bool = True

    async def search(self, request: SearchRequest, *, owner: UserId) -> Sequence[Hit]:
        """See the port."""
        queries = [query for query in dict.fromkeys(request.queries) if query.strip()]
        if not queries or request.limit < 1:
            return ()
        where = await self._where(request, owner)
        if where is None:
            return ()
        embeddings = await asyncio.gather(*map(self.embedder.embed_query, queries))
        vectors: list[Vector] = [
            vector for embedding in embeddings for vector in (tuple(embedding.dense), embedding.sparse)
        ]
        return await self._current_hits(vectors, where, request, owner)

    async def _where(self, request: SearchRequest, owner: UserId) -> Where | None:
        """The passages to search; None where there can't be any. Restrictions become a list of current versions, as
        only the entries say what type a source is."""
        where = Where((Is("owner", owner),))  # of what kind needn't be said: only passages have vectors
        if request.sources is None and request.type is None:
            return where
        if request.sources is not None and not request.sources:
            return None
        entries = sources_of(owner)
        if request.sources is not None:
            entries = entries.also(Ids(frozenset(request.sources)))
        if request.type is not None:
            entries = entries.also(Is("type", request.type.value))
        records = await everything_of(self.points, entries, fields=("current",))
        versions = frozenset(version for record in records if (version := version_in(record, "current")))
        return where.also(AnyOf("version", versions)) if versions else None

    async def _current_hits(
        self, vectors: Sequence[Vector], where: Where, request: SearchRequest, owner: UserId
    ) -> Sequence[Hit]:
        """Versions that turn out not to be on show (not yet, not any more) are left out of the next, deeper round, so
        that they crowd out nothing however many passages they have."""
        depth = max(self.depth, request.limit)
        found = await self._round(vectors, where, depth, owner)
        stale: frozenset[str] = frozenset()
        for deeper in range(1, _ROUNDS):
            if not found.is_thinned(request.limit):
                break
            stale |= found.stale_versions()
            found = await self._round(vectors, where.but_not(AnyOf("version", stale)), depth << deeper, owner)
        wordings = len(vectors) // 2
        ranked = fuse(
            found.shown(),
            [self.dense_weight / wordings, (1 - self.dense_weight) / wordings] * wordings,
            fusion=self.fusion,
            floors=found.floors(),
            zeros=[self.embedder.model.unrelated_similarity, 0.0] * wordings,
        )
        return [found.hit(uid, score) for uid, score in ranked[: request.limit]]

    async def _round(self, vectors: Sequence[Vector], where: Where, depth: int, owner: UserId) -> _Round:
        statistics = passages_of(owner) if self.count_words_of_owner else None
        lists = await self.points.nearest(vectors, where, limit=depth, word_statistics=statistics)
        found = {scored.id: scored for ranking in lists for scored in ranking}
        entries = await entries_by_id(self.points, {_source_of(scored) for scored in found.values()}, owner=owner)
        return _Round(depth=depth, lists=lists, found=found, entries=entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What one search of all vectors found, and the entries of the sources that it came from."""

    depth: int
    lists: Sequence[Sequence[Scored]]
    found: Mapping[UUID, Scored]
    entries: Mapping[UUID, Record]

    def shown(self) -> list[dict[UUID, float]]:
        """The lists without what is not on show."""
        return [{scored.id: scored.score for scored in found if self._is_on_show(scored.id)} for found in self.lists]

    def floors(self) -> list[float]:
        """What a passage scores in a list that lacks it: nothing where the list holds all that match."""
        return [found[-1].score if len(found) >= self.depth else 0.0 for found in self.lists]

    def is_thinned(self, limit: int) -> bool:
        """Whether a list was cut off with much of it not on show, so that a deeper one would hold more."""
        enough = max(limit, self.depth // 2)
        return any(
            len(found) >= self.depth > 0 and len(shown) < enough
            for found, shown in zip(self.lists, self.shown(), strict=True)
        )

    def stale_versions(self) -> frozenset[str]:
        """The versions found that are not on show."""
        return frozenset(_version_of(scored) for uid, scored in self.found.items() if not self._is_on_show(uid))

    def hit(self, uid: UUID, score: float) -> Hit:
        """The passage, with what its source's entry says of it."""
        passage = passage_from(self.found[uid])
        source = source_from(self.entries[passage.source_id])
        return Hit(passage=passage, url=source.url, title=source.title, type=source.type, score=score)

    def _is_on_show(self, uid: UUID) -> bool:
        scored = self.found[uid]
        entry = self.entries.get(_source_of(scored))
        return entry is not None and version_in(entry, "current") == _version_of(scored)


def _source_of(scored: Scored) -> UUID:
    return UUID(str(scored.payload["source"]))


def _version_of(scored: Scored) -> str:
    return str(scored.payload["version"])
