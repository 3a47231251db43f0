"""Index, search and embedding by the current generation: for who does not care which one that is.

Each call takes the generation that is current when it is made, and stays with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from application.ports.embedder import Embedding, EmbeddingModel
    from application.ports.generations import Generations
    from application.ports.retriever import SearchRequest
    from application.ports.source_index import SourceIndex, SourcePage, SourceQuery
    from domain.identity import SourceId, UserId, VersionId
    from domain.source import Hit, Passage, Source


@dataclass(frozen=True, slots=True)
class CurrentSourceIndex:
    """The source index of the current generation."""

    generations: Generations

    async def get(self, source_id: SourceId, *, owner: UserId) -> Source:
        """See the port."""
        return await self._index.get(source_id, owner=owner)

    async def find(self, names: Sequence[str], *, owner: UserId) -> Sequence[Source]:
        """See the port."""
        return await self._index.find(names, owner=owner)

    async def list(self, query: SourceQuery, *, owner: UserId) -> SourcePage:
        """See the port."""
        return await self._index.list(query, owner=owner)

    async def save(self, source: Source) -> None:
        """See the port."""
        await self._index.save(source)

    async def delete(self, source_id: SourceId, *, owner: UserId) -> None:
        """See the port."""
        await self._index.delete(source_id, owner=owner)

    async def write_passages(self, passages: Sequence[Passage], embeddings: Sequence[Embedding]) -> None:
        """See the port."""
        await self._index.write_passages(passages, embeddings)

    async def sweep(self, source_id: SourceId, *, owner: UserId, keep: VersionId | None) -> None:
        """See the port."""
        await self._index.sweep(source_id, owner=owner, keep=keep)

    async def discard(self, source_id: SourceId, version_id: VersionId, *, owner: UserId) -> None:
        """See the port."""
        await self._index.discard(source_id, version_id, owner=owner)

    async def passages(self, source_id: SourceId, version_id: VersionId, *, owner: UserId) -> Sequence[Passage]:
        """See the port."""
        return await self._index.passages(source_id, version_id, owner=owner)

    async def unfinished(self) -> Sequence[Source]:
        """See the port."""
        return await self._index.unfinished()

    def everything(self) -> AsyncIterator[Sequence[Source]]:
        """See the port: all pages are of one generation."""
        return self._index.everything()

    async def passage_counts(self) -> Mapping[VersionId, int]:
        """See the port."""
        return await self._index.passage_counts()

    async def sweep_orphans(self) -> int:
        """See the port."""
        return await self._index.sweep_orphans()

    @property
    def _index(self) -> SourceIndex:
        return self.generations.current().source_index


@dataclass(frozen=True, slots=True)
class CurrentRetriever:
    """The retriever of the current generation."""

    generations: Generations

    async def search(self, request: SearchRequest, *, owner: UserId) -> Sequence[Hit]:
        """See the port."""
        return await self.generations.current().retriever.search(request, owner=owner)


@dataclass(frozen=True, slots=True)
class CurrentEmbedder:
    """The embedder of the current generation. What two calls return may be of two models; who compares embeddings asks
    for them at once, or takes a generation and its embedder."""

    generations: Generations

    @property
    def model(self) -> EmbeddingModel:
        """See the port."""
        return self.generations.current().embedder.model

    def count_tokens(self, text: str) -> int:
        """See the port."""
        return self.generations.current().embedder.count_tokens(text)

    def token_offsets(self, text: str) -> Sequence[tuple[int, int]]:
        """See the port."""
        return self.generations.current().embedder.token_offsets(text)

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Embedding]:
        """See the port."""
        return await self.generations.current().embedder.embed_passages(texts)

    async def embed_query(self, text: str) -> Embedding:
        """See the port."""
        return await self.generations.current().embedder.embed_query(text)
