"""Opening the vector store, embedded or on a server: what the rest of the service gets of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.qdrant.edge import EdgePoints
from adapters.qdrant.fusion import Fusion
from adapters.qdrant.provenance import check_provenance
from adapters.qdrant.remote import RemotePoints, Server
from adapters.qdrant.retriever import QdrantRetriever
from adapters.qdrant.source_index import QdrantSourceIndex

if TYPE_CHECKING:
    from pathlib import Path

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


async def open_embedded(directory: Path, embedder: Embedder, search: SearchSettings = _DEFAULTS) -> QdrantStore:
    """Qdrant's own engine in this process, alone in this directory. Raises `StartRefused` with the way out."""
    return await over(await EdgePoints.open(directory, dimension=embedder.model.dimension), embedder, search)


async def open_server(server: Server, embedder: Embedder, search: SearchSettings = _DEFAULTS) -> QdrantStore:
    """A Qdrant server or cluster. Raises `StartRefused` with the way out, or `IndexUnavailable`."""
    return await over(await RemotePoints.open(server, dimension=embedder.model.dimension), embedder, search)


async def over(points: Points, embedder: Embedder, search: SearchSettings = _DEFAULTS) -> QdrantStore:
    """The ports over a collection that is open, once it is certain that its vectors are this model's."""
    try:
        await check_provenance(points, embedder.model)
    except BaseException:
        await points.close()
        raise
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
