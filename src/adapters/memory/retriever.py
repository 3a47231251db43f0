"""Searches the passages of the memory index one by one: half by meaning, half by words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.source import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.memory.source_index import MemorySourceIndex
    from application.ports.embedder import Embedder, Embedding
    from application.ports.retriever import SearchRequest
    from domain.identity import UserId
    from domain.source import Passage, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRetriever:
    """A passage's score is its best over the wordings of the question."""

    source_index: MemorySourceIndex
    embedder: Embedder

    async def search(self, request: SearchRequest, *, owner: UserId) -> Sequence[Hit]:
        questions = [await self.embedder.embed_query(query) for query in request.queries if query.strip()]
        hits = [
            _hit(source, passage, max(_similarity(question, embedding) for question in questions))
            for passage, embedding in self.source_index.stored.values()
            if questions and (source := self._source(passage, request, owner))
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))[: max(0, request.limit)]

    def _source(self, passage: Passage, request: SearchRequest, owner: UserId) -> Source | None:
        """The passage's source, if the passage may be shown."""
        source = self.source_index.entries.get(passage.source_id)
        if source is None or source.owner != owner or passage.owner != owner:
            return None
        if source.current is None or source.current.id != passage.version_id:
            return None
        wanted = request.sources is None or source.id in request.sources
        return source if wanted and request.type in {None, source.type} else None


def _hit(source: Source, passage: Passage, score: float) -> Hit:
    return Hit(passage=passage, url=source.url, title=source.title, type=source.type, score=score)


def _similarity(question: Embedding, passage: Embedding) -> float:
    cosine = sum(left * right for left, right in zip(question.dense, passage.dense, strict=True))
    weights = dict(zip(passage.sparse.indices, passage.sparse.values, strict=True))
    shared = sum(weights.get(term, 0.0) for term in question.sparse.indices)
    return cosine + shared / (1 + len(question.sparse.indices))
