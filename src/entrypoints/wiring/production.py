"""The adapters that the settings name, opened, checked and closed."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.anthropic.answerer import AnthropicAnswerer
from adapters.database.engine import create_engine
from adapters.database.schema import upgrade, verify
from adapters.database.unit_of_work import Database
from adapters.documents.reader import IsolatedDocumentReader
from adapters.embedding.embedder import FastembedEmbedder
from adapters.extractive.answerer import ExtractiveAnswerer
from adapters.files.content_store import FileContentStore
from adapters.memory.job_queue import MemoryJobQueue
from adapters.memory.locks import MemoryLocks
from adapters.memory.run_log import MemoryRunLog
from adapters.metrics.ingestion import watch_queue
from adapters.metrics.run_log import MeteredRunLog
from adapters.qdrant.remote import Server
from adapters.qdrant.store import QdrantStore, SearchSettings, open_embedded, open_server
from adapters.splitting.splitter import SentenceSplitter
from adapters.system.background import TaskBackground
from adapters.system.clock import SystemClock
from adapters.web.fetcher import HttpWebFetcher
from application.access.tokens import IssueToken, ListTokens, RevokeToken
from domain.errors import StartRefused
from entrypoints.wiring import Adapters

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from application.ports.answerer import Answerer
    from application.ports.embedder import Embedder
    from entrypoints.probes import Probe, Probes
    from entrypoints.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What runs behind the entry points. `is_alone`: no other process can be at work on the same data."""

    adapters: Adapters
    probes: Probes
    ingestion: MemoryJobQueue
    background: TaskBackground
    is_alone: bool


@contextlib.asynccontextmanager
async def production(settings: Settings) -> AsyncGenerator[Service]:
    """Everything that the settings name, opened and checked. Raises `StartRefused` with the way out."""
    async with contextlib.AsyncExitStack() as stack:
        data_dir = await _data_folder(settings)
        embedder = await _embedder(settings, stack)
        store = await _store(settings, embedder, stack)
        database = await _database(settings, stack)
        clock = SystemClock()
        answerer = _answerer(settings, embedder, stack)
        reader = IsolatedDocumentReader()
        stack.push_async_callback(reader.close)
        ingestion, background = MemoryJobQueue(), TaskBackground()
        watch_queue(lambda: ingestion.waiting)
        yield Service(
            adapters=Adapters(
                start_unit_of_work=database.start_unit_of_work,
                source_index=store.source_index,
                retriever=store.retriever,
                content_store=FileContentStore(data_dir / "content"),
                document_reader=reader,
                splitter=SentenceSplitter(embedder=embedder),
                embedder=embedder,
                web_fetcher=HttpWebFetcher(
                    allow_private=settings.allow_private_addresses, max_bytes=settings.max_upload_bytes
                ),
                answerer=answerer,
                run_log=MeteredRunLog(run_log=MemoryRunLog(clock=clock), clock=clock),
                job_queue=ingestion,
                locks=MemoryLocks(),
                background=background,
                clock=clock,
            ),
            probes={"database": database.check, "vector_store": store.check, "model": _model_probe(answerer)},
            ingestion=ingestion,
            background=background,
            is_alone=settings.database_url is None and settings.qdrant_url is None,
        )


def _model_probe(answerer: Answerer) -> Probe:
    async def probe() -> str:
        await answerer.check()
        return answerer.model_name or "No language model: answers quote the sources word for word."

    return probe


async def _data_folder(settings: Settings) -> Path:
    try:
        await asyncio.to_thread(settings.data_dir.mkdir, mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StartRefused(
            f"QUOTH_DATA_DIR: {settings.data_dir} can't be made: {error.strerror}. Name a folder that can be written to."
        ) from None
    return settings.data_dir


async def _embedder(settings: Settings, stack: contextlib.AsyncExitStack) -> FastembedEmbedder:
    embedder = await asyncio.to_thread(
        FastembedEmbedder.load,
        settings.embedding_model,
        cache=settings.data_dir / "models",
        threads=settings.embedding_threads,
    )
    stack.callback(embedder.close)
    return embedder


async def _store(settings: Settings, embedder: Embedder, stack: contextlib.AsyncExitStack) -> QdrantStore:
    search = SearchSettings(fusion=settings.fusion)
    if settings.qdrant_url is None:
        store = await open_embedded(settings.data_dir / "index", embedder, search)
    else:
        server = Server(url=settings.qdrant_url, api_key=settings.qdrant_api_key, collection=settings.qdrant_collection)
        store = await open_server(server, embedder, search)
    stack.push_async_callback(store.close)
    return store


def _database_url(settings: Settings) -> str:
    return settings.database_url or f"sqlite+aiosqlite:///{settings.data_dir.resolve() / 'quoth.sqlite3'}"


async def _database(settings: Settings, stack: contextlib.AsyncExitStack) -> Database:
    """SQLite's schema is brought up to date by whoever opens it; PostgreSQL's is the operator's to migrate."""
    url = _database_url(settings)
    engine = create_engine(url)
    database = Database(engine)
    stack.push_async_callback(database.close)
    if url.startswith("sqlite"):
        await upgrade(engine)
    else:
        await verify(engine)
    return database


def _answerer(settings: Settings, embedder: Embedder, stack: contextlib.AsyncExitStack) -> Answerer:
    """Neither key nor base URL: no language model."""
    if settings.anthropic_api_key is None and settings.anthropic_base_url is None:
        return ExtractiveAnswerer(embedder=embedder)
    answerer = AnthropicAnswerer(
        api_key=settings.anthropic_api_key,
        base_url=settings.anthropic_base_url,
        model=settings.model,
        fast_model=settings.fast_model,
        citation_style=settings.citations,
    )
    stack.push_async_callback(answerer.close)
    return answerer


async def migrate_database(settings: Settings) -> tuple[str, str]:
    """Bring the schema up to date; the revisions before and after."""
    await _data_folder(settings)
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
        await _data_folder(settings)
        database = await _database(settings, stack)
        start = database.start_unit_of_work
        yield Access(
            issue_token=IssueToken(start_unit_of_work=start, clock=SystemClock()),
            list_tokens=ListTokens(start_unit_of_work=start),
            revoke_token=RevokeToken(start_unit_of_work=start),
        )
