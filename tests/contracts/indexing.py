"""What the contracts of the source index and the retriever share: every adapter, opened, and things to put into it."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
import warnings
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from qdrant_client import AsyncQdrantClient

from adapters.memory.embedder import HashEmbedder
from adapters.memory.generations import MemoryGenerations
from adapters.memory.retriever import MemoryRetriever
from adapters.memory.source_index import MemorySourceIndex
from adapters.qdrant.edge import EdgePoints
from adapters.qdrant.remote import RemotePoints, Server
from adapters.qdrant.store import QdrantStore, over
from adapters.splitting.splitter import SentenceSplitter
from adapters.switching.current import CurrentEmbedder, CurrentRetriever, CurrentSourceIndex
from domain.identity import UserId, VersionId
from domain.source import (
    ContentHash,
    Passage,
    Source,
    SourceType,
    SourceVersion,
    passage_id_for,
    source_id_for,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Sequence

    import pytest

    from application.ports.embedder import Embedder
    from application.ports.retriever import Retriever
    from application.ports.source_index import SourceIndex

ANN = UserId("ann")
BOB = UserId("bob")
_ROOM = 1_000_000_000
NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
SERVER_URL = os.environ.get("QUOTH_TEST_QDRANT_URL")
# The client's local mode stands in for a server, in this process and behind HTTP; with a server's address, the same
# contract runs on that as well.
ADAPTERS = ["memory", "switching", "edge", "client", "http", *(["server"] if SERVER_URL else [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The two ports over one collection, with the embedder that its vectors come from."""

    source_index: SourceIndex
    retriever: Retriever
    embedder: Embedder

    async def put(
        self, source: Source, texts: Sequence[str], *, version: SourceVersion | None = None
    ) -> tuple[Source, Sequence[Passage]]:
        """Write passages and make them current in the order that the port prescribes, without the sweep."""
        pending = source.received(version or a_version())
        await self.source_index.save(pending)
        passages = await self.write(pending, texts)
        shown = pending.indexed(title=source.title, passages=len(texts), at=source.last_updated)
        await self.source_index.save(shown)
        return shown, passages

    async def write(self, source: Source, texts: Sequence[str]) -> Sequence[Passage]:
        """Write the passages of the pending version."""
        assert source.pending is not None
        passages = passages_of(source, source.pending.id, texts)
        await self.source_index.write_passages(passages, await self.embedder.embed_passages(texts))
        return passages


@contextlib.contextmanager
def quick_directory(otherwise: Path) -> Generator[Path]:
    """A directory in memory where there is room: a hundred tests need not wait for a hundred disks."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or shutil.disk_usage(memory).free < _ROOM:
        yield otherwise
        return
    with tempfile.TemporaryDirectory(dir=memory, prefix="quoth-test-") as directory:
        yield Path(directory)


def server_for(request: pytest.FixtureRequest) -> Server | None:
    """The server that the adapter of this name needs, with a name for a collection of the test's own."""
    if request.param == "http":
        return Server(url=request.getfixturevalue("qdrant_url"), collection=f"test-{uuid.uuid4()}")
    if request.param == "server":
        assert SERVER_URL is not None
        api_key = os.environ.get("QUOTH_TEST_QDRANT_API_KEY")
        return Server(url=SERVER_URL, api_key=api_key, collection=f"test-{uuid.uuid4()}")
    return None


@contextlib.asynccontextmanager
async def opened(name: str, directory: Path, server: Server | None = None) -> AsyncGenerator[Index]:
    """The adapter of this name, empty, and gone afterwards."""
    embedder = HashEmbedder(dimension=64)
    if name == "memory":
        memory = MemorySourceIndex(embedder=embedder)
        retriever = MemoryRetriever(source_index=memory, embedder=embedder)
        yield Index(source_index=memory, retriever=retriever, embedder=embedder)
        return
    if name == "switching":
        generations = MemoryGenerations(embedder=embedder, splitter_for=lambda each: SentenceSplitter(embedder=each))
        yield Index(
            source_index=CurrentSourceIndex(generations),
            retriever=CurrentRetriever(generations),
            embedder=CurrentEmbedder(generations),
        )
        return
    with quick_directory(directory) as quick:
        store = await opened_store(name, quick, embedder, server)
        try:
            yield Index(source_index=store.source_index, retriever=store.retriever, embedder=embedder)
        finally:
            if server is not None:
                await drop_collection(store)
            await store.close()


async def opened_store(name: str, directory: Path, embedder: Embedder, server: Server | None = None) -> QdrantStore:
    """The store of this name, empty."""
    if name == "edge":
        return await opened_embedded(directory, embedder)
    if server is not None:
        return over(await RemotePoints.open(server, dimension=embedder.model.dimension), embedder)
    with warnings.catch_warnings():
        # Local mode says that it needs no payload indexes; a server gets the same requests.
        warnings.filterwarnings("ignore", message="Payload indexes have no effect")
        client = AsyncQdrantClient(":memory:")
        points = await RemotePoints.open(Server(url="http://local"), dimension=embedder.model.dimension, client=client)
    return over(points, embedder)


async def opened_embedded(directory: Path, embedder: Embedder) -> QdrantStore:
    """The embedded store in this directory, as it was left."""
    return over(await EdgePoints.open(directory, dimension=embedder.model.dimension), embedder)


async def drop_collection(store: QdrantStore) -> None:
    """Leave nothing behind on a server."""
    assert isinstance(store.points, RemotePoints)
    await store.points.drop()


def a_source(
    url: str = "file:///handbook.md",
    *,
    owner: UserId = ANN,
    title: str = "Handbook",
    type: SourceType = SourceType.DOCUMENT,  # noqa: A002 - the field's name
    minutes: float = 0,
) -> Source:
    """A source without any version, last updated so many minutes after noon."""
    moment = NOON + timedelta(minutes=minutes)
    return Source(
        id=source_id_for(owner, url),
        owner=owner,
        url=url,
        title=title,
        type=type,
        created_at=NOON,
        last_updated=moment,
    )


def a_version(**changes: object) -> SourceVersion:
    """A version of its own."""
    version = SourceVersion(
        id=VersionId(uuid.uuid4()),
        content=ContentHash("ab" * 32),
        size=1234,
        name="handbook.md",
        media_type="text/markdown",
        added_at=NOON,
        title="The handbook",
    )
    return replace(version, **changes)  # type: ignore[arg-type]  # the fields of the caller's choice


def passages_of(source: Source, version_id: VersionId, texts: Sequence[str]) -> list[Passage]:
    """One passage a text, standing one after another."""
    passages: list[Passage] = []
    start = 0
    for ordinal, text in enumerate(texts):
        passages.append(
            Passage(
                id=passage_id_for(version_id, ordinal),
                source_id=source.id,
                version_id=version_id,
                owner=source.owner,
                ordinal=ordinal,
                text=text,
                start=start,
                end=start + len(text),
            )
        )
        start += len(text) + 1
    return passages
