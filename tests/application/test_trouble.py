"""What goes wrong around an answer is borne, told, and leaves nothing half done."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from tests.factories import MessageFactory
from tests.support.service import ALICE, MemoryService

from adapters.memory.answerer import ScriptedAnswerer
from application.answering.ask_question import Question
from application.answering.draft import Draft
from application.ports.answerer import AnswerText
from application.ports.job_queue import IngestJob
from application.ports.web_fetcher import FetchedPage
from application.sources.add_sources import NewFile, NewPage
from domain.answer import MessageStatus
from domain.document import Chunk, Document
from domain.errors import Conflict, DatabaseUnavailable, Problem, RunNotFound
from domain.identity import RunId, message_of
from domain.run import RunFailed, RunFinished
from domain.source import SourceStatus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from adapters.memory.unit_of_work import MemoryUnitOfWork


@dataclass
class FailingDatabase:
    """Away for the next so many writers."""

    service: MemoryService
    failures: int

    @contextlib.asynccontextmanager
    async def start_unit_of_work(self, *, write: bool = False) -> AsyncGenerator[MemoryUnitOfWork]:
        await asyncio.sleep(0)  # others come first, as they may
        if write and self.failures > 0:
            self.failures -= 1
            raise DatabaseUnavailable("The database is away.")
        async with self.service.database.start_unit_of_work(write=write) as unit_of_work:
            yield unit_of_work


async def ask_with(service: MemoryService, database: FailingDatabase) -> RunId:
    asking = service.with_quick_checkpoints().ask_question
    write_answer = replace(asking.write_answer, start_unit_of_work=database.start_unit_of_work)
    run = await replace(asking, write_answer=write_answer)(Question(message="Hello?"), principal=ALICE)
    return run.run_id


async def test_a_database_that_is_away_for_a_moment_costs_nothing(
    service: MemoryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.answering.keep_draft._LAST_WRITE_PAUSES_SECONDS", (0.0, 0.0))
    gate = asyncio.Event()
    service.answerer = ScriptedAnswerer([AnswerText("Well"), gate, AnswerText(""), AnswerText(", yes.")])
    database = FailingDatabase(service, failures=2)

    run_id = await ask_with(service, database)
    while database.failures:  # noqa: ASYNC110  # checkpoints come by themselves
        await asyncio.sleep(0.005)
    database.failures = 1
    gate.set()
    events = await service.events_of(run_id)

    assert isinstance(events[-1], RunFinished)
    assert events[-1].message.content == "Well, yes."


async def test_a_database_that_stays_away_ends_the_run_and_leaves_it_to_its_lease(
    service: MemoryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.answering.keep_draft._LAST_WRITE_PAUSES_SECONDS", (0.0, 0.0))
    service.answerer = ScriptedAnswerer([AnswerText("Well")])

    run_id = await ask_with(service, FailingDatabase(service, failures=10_000))
    events = await service.events_of(run_id)
    service.clock.pass_seconds(60)
    interrupted = await service.use_cases.interrupt_lost_runs()

    assert isinstance(events[-1], RunFailed)
    assert interrupted == 1
    assert service.database.tables.messages[message_of(run_id)].status == "interrupted"


async def test_of_two_that_notice_a_lost_run_one_marks_it(service: MemoryService) -> None:
    service.answerer = ScriptedAnswerer([asyncio.Event()])
    await service.begin("Hello?")
    while not service.answerer.requests:  # noqa: ASYNC110  # it says when it is asked by its list alone
        await asyncio.sleep(0)
    service.run_log.runs.clear()  # of a process that is gone, its log is gone too
    service.clock.pass_seconds(60)
    database = FailingDatabase(service, failures=0)
    interrupt = replace(service.use_cases.interrupt_lost_runs, start_unit_of_work=database.start_unit_of_work)

    counts = await asyncio.gather(interrupt(), interrupt())

    assert sorted(counts) == [0, 1]


async def test_an_answer_of_nobodys_run_can_not_be_awaited(service: MemoryService) -> None:
    with pytest.raises(RunNotFound):
        await service.use_cases.await_answer(RunId(uuid4()), principal=ALICE)


async def test_a_key_whose_first_request_does_not_end_is_a_conflict(
    service: MemoryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.access.once._PATIENCE_SECONDS", 0.0)
    once = service.use_cases.once
    assert await once.begin("key", "same", principal=ALICE) is None

    with pytest.raises(Conflict, match="still being carried out"):
        await once.begin("key", "same", principal=ALICE)


def test_a_draft_can_be_kept_before_anything_is_known() -> None:
    draft = Draft(answer=MessageFactory.build(), provider="scripted", model=None)

    assert "question" not in draft.message(MessageStatus.ANSWERING).metadata
    assert draft.add_text("") == []


async def test_a_version_given_up_after_its_source_is_gone_changes_nothing(service: MemoryService) -> None:
    new = NewFile(name="a.md", content=b"Hello.")
    [source] = await service.use_cases.add_sources([new], principal=ALICE)
    assert source.pending is not None
    job = IngestJob(ALICE.user_id, source.id, source.pending.id)
    await service.use_cases.remove_source(source.id, principal=ALICE)

    await service.use_cases.ingest_source.give_up(job, Problem(code="internal", detail="…"))

    assert service.source_index.entries == {}


class NothingToCut:
    """A splitter that finds no text."""

    async def split(self, document: Document) -> list[Chunk]:
        del document
        return []


class TitledReader:
    """A reader of pages that give themselves a title."""

    async def read(self, content: bytes, *, name: str, media_type: str | None) -> Document:
        del name, media_type
        return Document(text=content.decode(), media_type="text/html", title="  House \n rules ")


def nothing_to_cut(embedder: object) -> NothingToCut:
    del embedder
    return NothingToCut()


async def test_a_document_without_text_is_refused(service: MemoryService) -> None:
    generations = replace(service.generations, splitter_for=nothing_to_cut)
    ingest = service.use_cases.ingest_source
    ingest = replace(ingest, entries=replace(ingest.entries, generations=generations))
    [source] = await service.use_cases.add_sources([NewFile(name="a.md", content=b"Hello.")], principal=ALICE)

    await service.job_queue.work_off(ingest)

    after = await service.use_cases.read_source(source.id, principal=ALICE)
    assert after.status is SourceStatus.FAILED


async def test_a_page_goes_by_the_title_that_it_gives_itself(service: MemoryService) -> None:
    address = "https://example.org/rules"
    service.web_fetcher.pages[address] = FetchedPage(url=address, content=b"No running.", media_type="text/html")
    ingest = service.use_cases.ingest_source
    ingest = replace(ingest, index_version=replace(ingest.index_version, document_reader=TitledReader()))
    [source] = await service.use_cases.add_sources([NewPage(url=address)], principal=ALICE)

    await service.job_queue.work_off(ingest)

    assert (await service.use_cases.read_source(source.id, principal=ALICE)).title == "House rules"
