"""The composition root: which adapter stands behind each port, and how they are opened and closed."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.anthropic.answerer import AnthropicAnswerer
from adapters.documents.reader import SandboxedReader
from adapters.extractive.answerer import ExtractiveAnswerer
from adapters.web.fetcher import HttpFetcher

from adapters.database.engine import create_engine
from adapters.database.schema import upgrade, verify
from adapters.database.unit_of_work import Database
from adapters.embedding.embedder import FastembedEmbedder
from adapters.files.content_store import FileContentStore
from adapters.memory.answerer import ScriptedAnswerer
from adapters.memory.content_store import MemoryContentStore
from adapters.memory.document_reader import MemoryDocumentReader
from adapters.memory.embedder import HashEmbedder
from adapters.memory.job_queue import MemoryJobQueue
from adapters.memory.locks import MemoryLocks
from adapters.memory.retriever import MemoryRetriever
from adapters.memory.run_log import MemoryRunLog
from adapters.memory.source_index import MemorySourceIndex
from adapters.memory.unit_of_work import MemoryDatabase
from adapters.memory.web_fetcher import MemoryWebFetcher
from adapters.qdrant.remote import Server
from adapters.qdrant.store import QdrantStore, SearchSettings, open_embedded, open_server
from adapters.splitting.splitter import SentenceSplitter
from adapters.system.background import TaskBackground
from adapters.system.clock import SystemClock
from application.access.once import Once
from application.access.tokens import Authenticate, IssueToken, ListTokens, RevokeToken
from application.answering.ask_question import AskQuestion
from application.answering.await_answer import AwaitAnswer
from application.answering.follow_run import FollowRun
from application.answering.interrupt_lost_runs import InterruptLostRuns
from application.answering.stop_run import StopRun
from application.answering.write_answer import WriteAnswer
from application.conversations.add_message import AddMessage
from application.conversations.create_conversation import CreateConversation
from application.conversations.delete_conversation import DeleteConversation
from application.conversations.list_conversations import ListConversations
from application.conversations.list_messages import ListMessages
from application.conversations.rate_message import RateMessage
from application.conversations.read_conversation import ReadConversation
from application.conversations.update_conversation import UpdateConversation
from application.sources.add_sources import AddSources
from application.sources.ingest_source import IngestSource
from application.sources.list_sources import ListSources
from application.sources.read_source import ReadSource, ReadSourceContent, ReadSourceText
from application.sources.remove_source import RemoveSource
from application.sources.resume_ingestion import ResumeIngestion
from application.sources.search_passages import SearchPassages
from domain.errors import StartRefused
from entrypoints.use_cases import UseCases

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from application.ports.answerer import Answerer
    from application.ports.background import Background
    from application.ports.clock import Clock
    from application.ports.content_store import ContentStore
    from application.ports.document_reader import DocumentReader
    from application.ports.embedder import Embedder
    from application.ports.job_queue import JobQueue
    from application.ports.locks import Locks
    from application.ports.retriever import Retriever
    from application.ports.run_log import RunLog
    from application.ports.source_index import SourceIndex
    from application.ports.splitter import Splitter
    from application.ports.unit_of_work import StartUnitOfWork
    from application.ports.web_fetcher import WebFetcher
    from entrypoints.probes import Probes
    from entrypoints.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """One field a port. The type checker proves, where this is built, that each adapter fits its port."""

    start_unit_of_work: StartUnitOfWork
    source_index: SourceIndex
    retriever: Retriever
    content_store: ContentStore
    document_reader: DocumentReader
    splitter: Splitter
    embedder: Embedder
    web_fetcher: WebFetcher
    answerer: Answerer
    run_log: RunLog
    job_queue: JobQueue
    locks: Locks
    background: Background
    clock: Clock


def use_cases(adapters: Adapters) -> UseCases:
    """Every use case over these adapters."""
    a = adapters
    start, clock = a.start_unit_of_work, a.clock
    write_answer = WriteAnswer(
        start_unit_of_work=start,
        source_index=a.source_index,
        content_store=a.content_store,
        retriever=a.retriever,
        answerer=a.answerer,
        run_log=a.run_log,
        clock=clock,
    )
    return UseCases(
        create_conversation=CreateConversation(start_unit_of_work=start, clock=clock),
        list_conversations=ListConversations(start_unit_of_work=start),
        read_conversation=ReadConversation(start_unit_of_work=start),
        list_messages=ListMessages(start_unit_of_work=start),
        update_conversation=UpdateConversation(start_unit_of_work=start, clock=clock),
        delete_conversation=DeleteConversation(start_unit_of_work=start, run_log=a.run_log),
        add_message=AddMessage(start_unit_of_work=start, clock=clock),
        rate_message=RateMessage(start_unit_of_work=start),
        ask_question=AskQuestion(
            start_unit_of_work=start,
            source_index=a.source_index,
            run_log=a.run_log,
            background=a.background,
            clock=clock,
            write_answer=write_answer,
        ),
        follow_run=FollowRun(start_unit_of_work=start, run_log=a.run_log),
        await_answer=AwaitAnswer(start_unit_of_work=start, run_log=a.run_log),
        stop_run=StopRun(start_unit_of_work=start, run_log=a.run_log),
        interrupt_lost_runs=InterruptLostRuns(start_unit_of_work=start, run_log=a.run_log, clock=clock),
        add_sources=AddSources(
            source_index=a.source_index,
            content_store=a.content_store,
            web_fetcher=a.web_fetcher,
            job_queue=a.job_queue,
            locks=a.locks,
            clock=clock,
        ),
        ingest_source=IngestSource(
            source_index=a.source_index,
            content_store=a.content_store,
            document_reader=a.document_reader,
            splitter=a.splitter,
            embedder=a.embedder,
            locks=a.locks,
            clock=clock,
        ),
        list_sources=ListSources(source_index=a.source_index),
        read_source=ReadSource(source_index=a.source_index),
        read_source_text=ReadSourceText(source_index=a.source_index, content_store=a.content_store),
        read_source_content=ReadSourceContent(source_index=a.source_index, content_store=a.content_store),
        remove_source=RemoveSource(source_index=a.source_index, content_store=a.content_store, locks=a.locks),
        search_passages=SearchPassages(source_index=a.source_index, retriever=a.retriever),
        resume_ingestion=ResumeIngestion(source_index=a.source_index, job_queue=a.job_queue),
        once=Once(start_unit_of_work=start, clock=clock),
        authenticate=Authenticate(start_unit_of_work=start),
        issue_token=IssueToken(start_unit_of_work=start, clock=clock),
        list_tokens=ListTokens(start_unit_of_work=start),
        revoke_token=RevokeToken(start_unit_of_work=start),
    )


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
        reader = SandboxedReader()
        stack.push_async_callback(reader.close)
        ingestion, background = MemoryJobQueue(), TaskBackground()
        yield Service(
            adapters=Adapters(
                start_unit_of_work=database.start_unit_of_work,
                source_index=store.source_index,
                retriever=store.retriever,
                content_store=FileContentStore(data_dir / "content"),
                document_reader=reader,
                splitter=SentenceSplitter(embedder=embedder),
                embedder=embedder,
                web_fetcher=HttpFetcher(allow_private=settings.allow_private_addresses),
                answerer=answerer,
                run_log=MemoryRunLog(clock=clock),
                job_queue=ingestion,
                locks=MemoryLocks(),
                background=background,
                clock=clock,
            ),
            probes={"database": database.check, "vector_store": store.check, "model": answerer.check},
            ingestion=ingestion,
            background=background,
            is_alone=settings.database_url is None and settings.qdrant_url is None,
        )


async def _data_folder(settings: Settings) -> Path:
    try:
        await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
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
    database = Database(create_engine(url))
    stack.push_async_callback(database.close)
    if url.startswith("sqlite"):
        await upgrade(url)
    else:
        await verify(database.engine)
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


def in_memory(clock: Clock | None = None) -> Adapters:
    """Everything in this process's memory: for tests, and for what needs no state."""
    clock = clock or SystemClock()
    embedder = HashEmbedder()
    index = MemorySourceIndex(embedder=embedder)
    return Adapters(
        start_unit_of_work=MemoryDatabase().start_unit_of_work,
        source_index=index,
        retriever=MemoryRetriever(source_index=index, embedder=embedder),
        content_store=MemoryContentStore(),
        document_reader=MemoryDocumentReader(),
        splitter=SentenceSplitter(embedder=embedder),
        embedder=embedder,
        web_fetcher=MemoryWebFetcher(),
        answerer=ScriptedAnswerer(),
        run_log=MemoryRunLog(clock=clock),
        job_queue=MemoryJobQueue(),
        locks=MemoryLocks(),
        background=TaskBackground(),
        clock=clock,
    )
