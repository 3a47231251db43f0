"""Everything in this process's memory: for tests, and for what needs no state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.memory.answerer import ScriptedAnswerer
from adapters.memory.content_store import MemoryContentStore
from adapters.memory.document_reader import MemoryDocumentReader
from adapters.memory.embedder import HashEmbedder
from adapters.memory.generations import MemoryGenerations
from adapters.memory.job_queue import MemoryJobQueue
from adapters.memory.locks import MemoryLocks
from adapters.memory.run_log import MemoryRunLog
from adapters.memory.unit_of_work import MemoryDatabase
from adapters.memory.web_fetcher import MemoryWebFetcher
from adapters.splitting.splitter import SentenceSplitter
from adapters.switching.current import CurrentRetriever, CurrentSourceIndex
from adapters.system.background import TaskBackground
from adapters.system.clock import SystemClock
from entrypoints.wiring import Adapters

if TYPE_CHECKING:
    from application.ports.clock import Clock


def in_memory(clock: Clock | None = None) -> Adapters:
    """Everything in this process's memory: for tests, and for what needs no state."""
    clock = clock or SystemClock()
    generations = MemoryGenerations(
        embedder=HashEmbedder(), splitter_for=lambda embedder: SentenceSplitter(embedder=embedder)
    )
    return Adapters(
        start_unit_of_work=MemoryDatabase().start_unit_of_work,
        generations=generations,
        source_index=CurrentSourceIndex(generations),
        retriever=CurrentRetriever(generations),
        content_store=MemoryContentStore(),
        document_reader=MemoryDocumentReader(),
        web_fetcher=MemoryWebFetcher(),
        answerer=ScriptedAnswerer(),
        run_log=MemoryRunLog(clock=clock),
        job_queue=MemoryJobQueue(),
        locks=MemoryLocks(),
        background=TaskBackground(),
        clock=clock,
    )
