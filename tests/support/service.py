"""The whole service over memory adapters, with its state to look at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from adapters.memory.answerer import ScriptedAnswerer
from adapters.memory.clock import MemoryClock
from adapters.memory.content_store import MemoryContentStore
from adapters.memory.document_reader import MemoryDocumentReader
from adapters.memory.embedder import HashEmbedder
from adapters.memory.generations import MemoryGenerations, MemoryShelf
from adapters.memory.job_queue import MemoryJobQueue
from adapters.memory.locks import MemoryLocks
from adapters.memory.run_log import MemoryRunLog
from adapters.memory.source_index import MemorySourceIndex
from adapters.memory.unit_of_work import MemoryDatabase
from adapters.memory.web_fetcher import MemoryWebFetcher
from adapters.splitting.splitter import SentenceSplitter
from adapters.switching.current import CurrentRetriever, CurrentSourceIndex
from adapters.system.background import TaskBackground
from application.answering.question import Question
from application.sources.add_sources import NewFile
from domain.identity import Principal, UserId
from domain.run import RunFinished
from entrypoints.wiring import Adapters, use_cases

if TYPE_CHECKING:
    from application.answering.question import StartedRun
    from domain.conversation import Message
    from domain.identity import RunId
    from domain.run import AnswerEvent
    from domain.source import Source
    from entrypoints.use_cases import UseCases

ALICE = Principal(UserId("alice"))
BOB = Principal(UserId("bob"))


def generations_of(embedder: HashEmbedder, shelf: MemoryShelf) -> MemoryGenerations:
    """Those of a process whose configured model is this one."""
    return MemoryGenerations(
        embedder=embedder, splitter_for=lambda embedder: SentenceSplitter(embedder=embedder), shelf=shelf
    )


@dataclass(slots=True)
class MemoryService:
    """Alice's and Bob's, unless told otherwise Alice's."""

    clock: MemoryClock = field(default_factory=MemoryClock)
    database: MemoryDatabase = field(default_factory=MemoryDatabase)
    embedder: HashEmbedder = field(default_factory=HashEmbedder)
    content_store: MemoryContentStore = field(default_factory=MemoryContentStore)
    web_fetcher: MemoryWebFetcher = field(default_factory=MemoryWebFetcher)
    answerer: ScriptedAnswerer = field(default_factory=ScriptedAnswerer)
    job_queue: MemoryJobQueue = field(default_factory=lambda: MemoryJobQueue(pause_seconds=0))
    background: TaskBackground = field(default_factory=TaskBackground)
    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    locks: MemoryLocks = field(default_factory=MemoryLocks)
    generations: MemoryGenerations = field(init=False)
    run_log: MemoryRunLog = field(init=False)

    def __post_init__(self) -> None:
        self.generations = generations_of(self.embedder, self.shelf)
        self.run_log = MemoryRunLog(clock=self.clock)

    @property
    def source_index(self) -> MemorySourceIndex:
        """The one that is current."""
        assert self.shelf.current is not None
        return self.shelf.indexes[self.shelf.current]

    @property
    def adapters(self) -> Adapters:
        """Every port."""
        return Adapters(
            start_unit_of_work=self.database.start_unit_of_work,
            generations=self.generations,
            source_index=CurrentSourceIndex(self.generations),
            retriever=CurrentRetriever(self.generations),
            content_store=self.content_store,
            document_reader=MemoryDocumentReader(),
            web_fetcher=self.web_fetcher,
            answerer=self.answerer,
            run_log=self.run_log,
            job_queue=self.job_queue,
            locks=self.locks,
            background=self.background,
            clock=self.clock,
        )

    @property
    def use_cases(self) -> UseCases:
        """Every use case."""
        return use_cases(self.adapters)

    def with_quick_checkpoints(self) -> UseCases:
        """Every use case, with checkpoints that a test need not wait for."""
        cases = self.use_cases
        asking = cases.ask_question
        write_answer = replace(asking.write_answer, checkpoint_seconds=0.005)
        return replace(cases, ask_question=replace(asking, write_answer=write_answer))

    async def add_file(self, name: str, text: str, principal: Principal = ALICE) -> Source:
        """A file, read to the end."""
        new = NewFile(name=name, content=text.encode())
        [source] = await self.use_cases.add_sources([new], principal=principal)
        await self.job_queue.work_off(self.use_cases.ingest_source)
        return await self.use_cases.read_source(source.id, principal=principal)

    async def ask(self, question: str | Question, principal: Principal = ALICE) -> Message:
        """The answer, when it is complete."""
        run = await self.begin(question, principal)
        events = await self.events_of(run.run_id, principal)
        last = events[-1]
        assert isinstance(last, RunFinished), last
        return last.message

    async def begin(self, question: str | Question, principal: Principal = ALICE) -> StartedRun:
        """A run that is being worked on."""
        asked = Question(message=question) if isinstance(question, str) else question
        return await self.use_cases.ask_question(asked, principal=principal)

    async def events_of(self, run_id: RunId, principal: Principal = ALICE) -> list[AnswerEvent]:
        """All events of a run, waiting for its last."""
        followed = await self.use_cases.follow_run(run_id, principal=principal)
        return [logged.event async for logged in followed]
