"""The index as a process opens it, for tests that end processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.memory.embedder import HashEmbedder
from adapters.qdrant.edge_shelf import EdgeShelf
from adapters.qdrant.generations import QdrantGenerations
from adapters.splitting.splitter import SentenceSplitter

if TYPE_CHECKING:
    from pathlib import Path

    from application.ports.embedder import Embedder


async def embedded_generations(directory: Path, *, dimension: int = 384) -> QdrantGenerations:
    """Qdrant's own engine in this directory, with a model of this dimension configured; others are had by theirs."""

    async def load(name: str) -> Embedder:
        return HashEmbedder(dimension=int(name))

    return await QdrantGenerations.open(
        EdgeShelf(directory),
        model_name=str(dimension),
        load_embedder=load,
        splitter_for=lambda embedder: SentenceSplitter(embedder=embedder),
    )
