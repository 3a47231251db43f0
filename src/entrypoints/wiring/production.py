"""The adapters that the settings name, opened, checked and closed."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.database.upkeep import Upkeep
from adapters.documents.reader import IsolatedDocumentReader
from adapters.extractive.answerer import ExtractiveAnswerer
from adapters.memory.job_queue import MemoryJobQueue
from adapters.memory.run_log import MemoryRunLog
from adapters.metrics.ingestion import MeteredIngest
from adapters.metrics.run_log import MeteredRunLog
from adapters.switching.current import CurrentEmbedder, CurrentRetriever, CurrentSourceIndex
from adapters.system.background import TaskBackground
from adapters.system.clock import SystemClock
from adapters.telemetry.traced import TracedIngest
from adapters.web.fetcher import HttpWebFetcher
from domain.errors import SourceNotFound
from entrypoints.telemetry import is_traced, traced, tracing
from entrypoints.wiring import Adapters
from entrypoints.wiring.stores import data_folder, open_content_store, open_database, open_generations, open_locks

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from adapters.saq.job_queue import SaqJobQueue
    from application.ports.answerer import Answerer
    from application.ports.embedder import Embedder
    from application.ports.job_queue import IngestJob, IngestWork, JobQueue
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
        data_dir = await data_folder(settings)
        generations = await open_generations(settings, stack, for_repair=for_repair)
        database = await open_database(settings, stack)
        clock, background = SystemClock(), TaskBackground()
        current = CurrentEmbedder(generations)
        content_store = open_content_store(settings, data_dir)
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
            locks=open_locks(settings, stack),
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


# What the embedded defaults do without is loaded where it is chosen: it doubles the time that a start takes.


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
