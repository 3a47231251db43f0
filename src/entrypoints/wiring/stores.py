"""The stores that the settings name, opened and checked; whoever opens them closes the stack."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from adapters.database.engine import create_engine
from adapters.database.locks import PostgresLocks
from adapters.database.schema import upgrade, verify
from adapters.database.unit_of_work import Database
from adapters.embedding.embedder import FastembedEmbedder
from adapters.files.content_store import FileContentStore
from adapters.memory.locks import MemoryLocks
from adapters.qdrant.edge_shelf import EdgeShelf
from adapters.qdrant.generations import QdrantGenerations
from adapters.qdrant.store import SearchSettings
from adapters.splitting.splitter import SentenceSplitter
from adapters.system.clock import SystemClock
from application.access.tokens import IssueToken, ListTokens, RevokeToken
from domain.errors import StartRefused

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from adapters.objects.content_store import ObjectContentStore
    from adapters.qdrant.remote_shelf import RemoteShelf
    from application.ports.locks import Locks
    from entrypoints.settings import Settings

# What the embedded defaults do without is loaded where it is chosen: it doubles the time that a start takes.


async def data_folder(settings: Settings) -> Path:
    """Made where it is missing, for its owner alone."""
    try:
        await asyncio.to_thread(settings.data_dir.mkdir, mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StartRefused(
            f"QUOTH_DATA_DIR: {settings.data_dir} can't be made: {error.strerror}. Name a folder that can be written to."
        ) from None
    return settings.data_dir


async def open_database(settings: Settings, stack: contextlib.AsyncExitStack) -> Database:
    """SQLite's schema is brought up to date by whoever opens it; PostgreSQL's is the operator's to migrate."""
    url = _database_url(settings)
    engine = create_engine(url, pool_size=settings.database_connections)
    database = Database(engine)
    stack.push_async_callback(database.close)
    if url.startswith("sqlite"):
        await upgrade(engine)
    else:
        await verify(engine)
    return database


def _database_url(settings: Settings) -> str:
    return settings.database_url or f"sqlite+aiosqlite:///{settings.data_dir.resolve() / 'quoth.sqlite3'}"


def open_locks(settings: Settings, stack: contextlib.AsyncExitStack) -> Locks:
    """Whoever may not be alone takes turns through the database."""
    if settings.is_alone:
        return MemoryLocks()
    connections = max(4, settings.database_connections)
    locks = PostgresLocks(engine=create_engine(_database_url(settings), pool_size=connections, timeout_seconds=60.0))
    stack.push_async_callback(locks.close)
    return locks


def open_content_store(settings: Settings, data_dir: Path) -> FileContentStore | ObjectContentStore:
    """A folder, or objects in S3 and what speaks it."""
    if settings.content_url is None:
        return FileContentStore(data_dir / "content")
    if settings.content_url.startswith("file:"):
        return FileContentStore(Path(url2pathname(urlsplit(settings.content_url).path)))
    from adapters.objects.content_store import ObjectContentStore  # noqa: PLC0415  # see above

    return ObjectContentStore.open(settings.content_url)


async def open_generations(
    settings: Settings, stack: contextlib.AsyncExitStack, *, for_repair: bool
) -> QdrantGenerations:
    """The index with the model that made it, whichever is set."""

    async def load(name: str) -> FastembedEmbedder:
        embedder = await asyncio.to_thread(
            FastembedEmbedder.load, name, cache=settings.data_dir / "models", threads=settings.embedding_threads
        )
        stack.callback(embedder.close)
        return embedder

    generations = await QdrantGenerations.open(
        EdgeShelf(settings.data_dir / "index") if settings.qdrant_url is None else _remote_shelf(settings),
        model_name=settings.embedding_model,
        load_embedder=load,
        splitter_for=lambda embedder: SentenceSplitter(embedder=embedder),
        search=SearchSettings(fusion=settings.fusion),
        for_repair=for_repair,
    )
    stack.push_async_callback(generations.close)
    return generations


def _remote_shelf(settings: Settings) -> RemoteShelf:
    from adapters.qdrant.remote import Server  # noqa: PLC0415  # see above
    from adapters.qdrant.remote_shelf import RemoteShelf  # noqa: PLC0415  # see above

    assert settings.qdrant_url is not None
    server = Server(
        url=settings.qdrant_url,
        api_key=settings.qdrant_api_key,
        collection=settings.qdrant_collection,
        shard_number=settings.qdrant_shards,
        replication_factor=settings.qdrant_replicas,
        quantization=settings.qdrant_quantization,
    )
    return RemoteShelf(server)


async def migrate_database(settings: Settings) -> tuple[str, str]:
    """Bring the schema up to date; the revisions before and after."""
    await data_folder(settings)
    return await upgrade(_database_url(settings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What an operator does with tokens, beside a running server or without one."""

    issue_token: IssueToken
    list_tokens: ListTokens
    revoke_token: RevokeToken


@contextlib.asynccontextmanager
async def database_at(settings: Settings) -> AsyncGenerator[Access]:
    """The database alone."""
    async with contextlib.AsyncExitStack() as stack:
        await data_folder(settings)
        database = await open_database(settings, stack)
        start = database.start_unit_of_work
        yield Access(
            issue_token=IssueToken(start_unit_of_work=start, clock=SystemClock()),
            list_tokens=ListTokens(start_unit_of_work=start),
            revoke_token=RevokeToken(start_unit_of_work=start),
        )
