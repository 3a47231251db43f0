"""The adapters that the settings name, opened, checked and closed."""

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
from adapters.database.upkeep import Upkeep
from adapters.documents.reader import IsolatedDocumentReader
from adapters.embedding.embedder import FastembedEmbedder
from adapters.extractive.answerer import ExtractiveAnswerer
from adapters.files.content_store import FileContentStore
from adapters.memory.job_queue import MemoryJobQueue
from adapters.memory.locks import MemoryLocks
from adapters.memory.run_log import MemoryRunLog
from adapters.metrics.ingestion import MeteredIngest
from adapters.metrics.run_log import MeteredRunLog
from adapters.qdrant.edge_shelf import EdgeShelf
from adapters.qdrant.generations import QdrantGenerations
from adapters.qdrant.store import SearchSettings
from adapters.splitting.splitter import SentenceSplitter
from adapters.switching.current import CurrentEmbedder, CurrentRetriever, CurrentSourceIndex
from adapters.system.background import TaskBackground
from adapters.system.clock import SystemClock
from adapters.telemetry.traced import TracedIngest
from adapters.web.fetcher import HttpWebFetcher
from application.access.tokens import IssueToken, ListTokens, RevokeToken
from domain.errors import SourceNotFound, StartRefused
from entrypoints.telemetry import is_traced, traced, tracing
from entrypoints.wiring import Adapters

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from adapters.objects.content_store import ObjectContentStore
    from adapters.qdrant.remote_shelf import RemoteShelf
    from adapters.saq.job_queue import SaqJobQueue
    from application.ports.answerer import Answerer
    from application.ports.embedder import Embedder
    from application.ports.job_queue import IngestJob, IngestWork, JobQueue
    from application.ports.locks import Locks
    from application.ports.run_log import RunLog
    from domain.source import Source
    from entrypoints.probes import Probe, Probes
    from entrypoints.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What runs behind the entry points. `is_alone`: no other process can be at work on the same data. `is_shared`:
    others share all stores, the answers being written and the documents to be read."""

    adapters: Adapters
    probes: Probes
    background: TaskBackground
    upkeep: Upkeep
    is_alone: bool
    is_shared: bool

    def metered(self, ingest: IngestWork) -> IngestWork:
        """The same work, counted, and traced where traces are sent."""
        counted = MeteredIngest(ingest=ingest, find=self._find, clock=self.adapters.clock)
        return TracedIngest(counted) if is_traced() else counted

    async def _find(self, job: IngestJob) -> Source | None:
        try:
            return await self.adapters.source_index.get(job.source_id, owner=job.owner)
        except SourceNotFound:
            return None


@contextlib.asynccontextmanager
async def production(settings: Settings, *, for_repair: bool = False) -> AsyncGenerator[Service]:
    """Everything that the settings name, opened and checked. Raises `StartRefused` with the way out. `for_repair`: also
    over an index whose embedding model can't be had."""
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(tracing())
        data_dir = await _data_folder(settings)
        generations = await _generations(settings, stack, for_repair=for_repair)
        database = await _database(settings, stack)
        clock, background = SystemClock(), TaskBackground()
        current = CurrentEmbedder(generations)
        content_store = _content_store(settings, data_dir)
        run_log, run_log_probe = _run_log(settings, clock, stack)
        job_queue, queue_probe = _job_queue(settings, stack)
        answerer = _answerer(settings, current, stack)
        reader = IsolatedDocumentReader()
        stack.push_async_callback(reader.close)
        adapters = Adapters(
            start_unit_of_work=database.start_unit_of_work,
            generations=generations,
            source_index=CurrentSourceIndex(generations),
            retriever=CurrentRetriever(generations),
            content_store=content_store,
            document_reader=reader,
            web_fetcher=HttpWebFetcher(
                allow_private=settings.allow_private_addresses, max_bytes=settings.max_upload_bytes
            ),
            answerer=answerer,
            run_log=MeteredRunLog(run_log=run_log, clock=clock),
            job_queue=job_queue,
            locks=_locks(settings, stack),
            background=background,
            clock=clock,
        )
        yield Service(
            adapters=traced(adapters),
            probes={
                "database": database.check,
                "vector_store": generations.check,
                "content_store": content_store.check,
                **run_log_probe,
                **queue_probe,
                "model": _model_probe(answerer),
            },
            background=background,
            upkeep=Upkeep(database=database),
            is_alone=settings.is_alone,
            is_shared=settings.is_shared,
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


async def _generations(settings: Settings, stack: contextlib.AsyncExitStack, *, for_repair: bool) -> QdrantGenerations:
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


# What the embedded defaults do without is loaded where it is chosen: it doubles the time that a start takes.


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


def _content_store(settings: Settings, data_dir: Path) -> FileContentStore | ObjectContentStore:
    if settings.content_url is None:
        return FileContentStore(data_dir / "content")
    if settings.content_url.startswith("file:"):
        return FileContentStore(Path(url2pathname(urlsplit(settings.content_url).path)))
    from adapters.objects.content_store import ObjectContentStore  # noqa: PLC0415  # see above

    return ObjectContentStore.open(settings.content_url)


def _run_log(
    settings: Settings, clock: SystemClock, stack: contextlib.AsyncExitStack
) -> tuple[RunLog, dict[str, Probe]]:
    """The log, and the probe of what it needs."""
    if settings.redis_url is None:
        return MemoryRunLog(clock=clock), {}
    from adapters.redis.run_log import RedisRunLog  # noqa: PLC0415  # see above

    run_log = RedisRunLog.open(settings.redis_url)
    stack.push_async_callback(run_log.close)
    return run_log, {"run_log": run_log.check}


def _job_queue(settings: Settings, stack: contextlib.AsyncExitStack) -> tuple[JobQueue, dict[str, Probe]]:
    """The queue, and the probe of what it needs."""
    if not settings.is_shared:
        return MemoryJobQueue(), {}
    assert settings.redis_url is not None
    from adapters.saq.job_queue import SaqJobQueue  # noqa: PLC0415  # see above

    queue = SaqJobQueue.open(settings.redis_url)
    stack.push_async_callback(queue.close)
    return queue, {"queue": _queue_probe(queue)}


def _queue_probe(queue: SaqJobQueue) -> Probe:
    async def probe() -> str:
        workers = await queue.alive_workers()
        if not workers:
            return "No worker is running: documents wait to be read."
        return f"{workers} worker{'s' if workers > 1 else ''}"

    return probe


def _locks(settings: Settings, stack: contextlib.AsyncExitStack) -> Locks:
    """Whoever may not be alone takes turns through the database."""
    if settings.is_alone:
        return MemoryLocks()
    connections = max(4, settings.database_connections)
    locks = PostgresLocks(engine=create_engine(_database_url(settings), pool_size=connections, timeout_seconds=60.0))
    stack.push_async_callback(locks.close)
    return locks


def _database_url(settings: Settings) -> str:
    return settings.database_url or f"sqlite+aiosqlite:///{settings.data_dir.resolve() / 'quoth.sqlite3'}"


async def _database(settings: Settings, stack: contextlib.AsyncExitStack) -> Database:
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


def _answerer(settings: Settings, embedder: Embedder, stack: contextlib.AsyncExitStack) -> Answerer:
    """Neither key nor base URL: no language model."""
    if settings.anthropic_api_key is None and settings.anthropic_base_url is None:
        return ExtractiveAnswerer(embedder=embedder)
    from adapters.anthropic.answerer import AnthropicAnswerer  # noqa: PLC0415  # see above

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
