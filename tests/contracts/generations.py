"""What tests of generations share: processes that start, with one embedding model or another, on the same stores."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.contracts.indexing import ANN, Index, quick_directory, server_for

from adapters.memory.embedder import HashEmbedder
from adapters.memory.generations import MemoryGenerations, MemoryShelf
from adapters.qdrant.edge_shelf import EdgeShelf
from adapters.qdrant.generations import QdrantGenerations
from adapters.qdrant.remote import connected
from adapters.qdrant.remote_shelf import RemoteShelf
from adapters.splitting.splitter import SentenceSplitter
from application.ports.retriever import SearchRequest
from domain.errors import StartRefused

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    import pytest

    from adapters.qdrant.remote import Server
    from adapters.qdrant.shelf import Shelf
    from application.ports.embedder import Embedder
    from application.ports.generations import Generation

Process = MemoryGenerations | QdrantGenerations
DIMENSIONS = {"first": 64, "second": 32}


def model_named(name: str) -> HashEmbedder:
    """The model of this name: each has a dimension and a fingerprint of its own. The first is had by its id too."""
    if name == "memory/hash":
        name = "first"
    if name not in DIMENSIONS:
        raise StartRefused(f"There is no model {name}.")
    return HashEmbedder(dimension=DIMENSIONS[name], fingerprint=hashlib.sha256(name.encode()).hexdigest())


@dataclass(slots=True, kw_only=True)
class World:
    """The stores, and the processes on them. `seconds` is the time; `loaded` are the models that processes loaded;
    those in `missing` can't be."""

    directory: Path
    server: Server | None = None
    in_memory: MemoryShelf | None = None
    seconds: float = 0.0
    loaded: list[str] = field(default_factory=list[str])
    missing: set[str] = field(default_factory=set[str])
    running: list[QdrantGenerations] = field(default_factory=list[QdrantGenerations])

    async def start(self, model: str = "first", *, for_repair: bool = False) -> Process:
        """A process with this model configured."""
        if self.in_memory is not None:
            return MemoryGenerations(
                embedder=model_named(model), splitter_for=splitter_for, shelf=self.in_memory, now=self.now
            )
        process = await QdrantGenerations.open(
            self.shelf(),
            model_name=model,
            load_embedder=self.load,
            splitter_for=splitter_for,
            now=self.now,
            for_repair=for_repair,
        )
        self.running.append(process)
        return process

    async def end(self, process: Process) -> None:
        """As if it had never been told."""
        if isinstance(process, QdrantGenerations):
            self.running.remove(process)
            await process.close()

    async def restart(self, process: Process, model: str = "first") -> Process:
        """Another process in its place."""
        await self.end(process)
        return await self.start(model)

    def shelf(self) -> Shelf:
        """Where a process finds the collections."""
        return EdgeShelf(self.directory) if self.server is None else RemoteShelf(self.server)

    async def load(self, name: str) -> Embedder:
        """Load a model."""
        if name in self.missing:
            raise StartRefused(f"There is no model {name} any more.")
        self.loaded.append(name)
        return model_named(name)

    def now(self) -> float:
        """The time."""
        return self.seconds


@contextlib.asynccontextmanager
async def world(request: pytest.FixtureRequest, directory: Path) -> AsyncGenerator[World]:
    """Empty stores of the adapter that the test is run with, gone afterwards."""
    with quick_directory(directory) as quick:
        stores = World(
            directory=quick / "index",
            server=server_for(request),
            in_memory=MemoryShelf() if request.param == "memory" else None,
        )
        yield stores
        for process in stores.running:
            await process.close()
        if stores.server is not None:
            await forget(stores.server)


async def forget(server: Server) -> None:
    """Leave nothing behind on a server."""
    client = connected(server)
    for each in (await client.get_collections()).collections:
        if each.name.startswith(server.collection):
            await client.delete_collection(each.name)
    await client.close()


def splitter_for(embedder: Embedder) -> SentenceSplitter:
    """The splitter that counts as this model does."""
    return SentenceSplitter(embedder=embedder)


def parts(generation: Generation) -> Index:
    """What the helpers of the index's contracts work on."""
    return Index(source_index=generation.source_index, retriever=generation.retriever, embedder=generation.embedder)


async def found(generation: Generation, query: str) -> list[str]:
    """The texts that a search of Ann's brings."""
    hits = await generation.retriever.search(SearchRequest(queries=(query,)), owner=ANN)
    return [hit.passage.text for hit in hits]
