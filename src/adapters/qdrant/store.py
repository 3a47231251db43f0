"""The two ports over one collection, embedded or on a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.qdrant.fusion import Fusion
from adapters.qdrant.retriever import QdrantRetriever
from adapters.qdrant.source_index import QdrantSourceIndex

if TYPE_CHECKING:
    from adapters.qdrant.points import Points
    from application.ports.embedder import Embedder


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How results are ranked; see `QdrantRetriever`."""

    fusion: Fusion = Fusion.RELATIVE
    dense_weight: float = 0.5
    depth: int = 100


_DEFAULTS = SearchSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class QdrantStore:
    """The two ports over one collection. Close it when the service stops."""

    points: Points
    source_index: QdrantSourceIndex
    retriever: QdrantRetriever

    async def check(self) -> None:
        """Raises `IndexUnavailable` unless the store answers."""
        await self.points.check()

    async def close(self) -> None:
        """Let go of the directory or the connections."""
        await self.points.close()


def over(points: Points, embedder: Embedder, search: SearchSettings = _DEFAULTS) -> QdrantStore:
    """The ports over a collection that is open, whose vectors are this model's."""
    return QdrantStore(
        points=points,
        source_index=QdrantSourceIndex(points=points, model=embedder.model),
        retriever=QdrantRetriever(
            points=points,
            embedder=embedder,
            fusion=search.fusion,
            dense_weight=search.dense_weight,
            depth=search.depth,
        ),
    )
