"""What goes wrong around an answer is borne, told, and leaves nothing half done."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from tests.factories import MessageFactory
from tests.support.service import ALICE, MemoryService

from adapters.memory.answerer import ScriptedAnswerer
from adapters.memory.job_queue import MemoryJobQueue
from adapters.memory.run_log import MemoryRunLog
from adapters.memory.unit_of_work import MemoryUnitOfWork
from application.answering.draft import Draft
from application.answering.question import Question
from application.answering.run_events import last_event_of
from application.answering.write_answer import INTERRUPTED
from application.ports.answerer import AnswerText
from application.ports.job_queue import IngestJob
from application.ports.web_fetcher import FetchedPage
from application.sources.add_sources import NewFile, NewPage
from domain.answer import MessageStatus
from domain.document import Chunk, Document
from domain.errors import (
    Conflict,
    DatabaseUnavailable,
    IndexUnavailable,
    Overloaded,
    Problem,
    QueueUnavailable,
    RunLogUnavailable,
    RunNotFound,
)
from domain.identity import RunId, message_of
from domain.run import RunFailed, RunFinished, RunStarted, SourcesFound, TextAdded
from domain.source import SourceStatus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from application.ports.generations import Generation
    from application.ports.run_log import LoggedEvent
    from application.sources.index_version import IndexedVersion
    from domain.run import AnswerEvent
    from domain.source import Source, SourceVersion


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


async def test_a_record_of_blank_lines_is_kept_and_nothing_is_wrong_with_it(service: MemoryService) -> None:
    source = await service.add_file("record.txt", "\n\n\n\n")

    after = await service.use_cases.read_source(source.id, principal=ALICE)
    assert (after.status, after.passages) == (SourceStatus.READY, 0)
    assert await service.use_cases.read_source_text(source.id, principal=ALICE) == "\n\n\n\n"
    assert list(await service.use_cases.examine_sources()) == []
    assert not await service.use_cases.search_passages("record", principal=ALICE)


async def test_a_page_goes_by_the_title_that_it_gives_itself(service: MemoryService) -> None:
    address = "https://example.org/rules"
    service.web_fetcher.pages[address] = FetchedPage(url=address, content=b"No running.", media_type="text/html")
    ingest = service.use_cases.ingest_source
    ingest = replace(ingest, index_version=replace(ingest.index_version, document_reader=TitledReader()))
    [source] = await service.use_cases.add_sources([NewPage(url=address)], principal=ALICE)

    await service.job_queue.work_off(ingest)

    assert (await service.use_cases.read_source(source.id, principal=ALICE)).title == "House rules"


@dataclass(slots=True, kw_only=True)
class FailingRunLog(MemoryRunLog):
    """Away whenever it is said to be; what it held is lost when it is said to be."""

    is_away: bool = False
    gets_lost: bool = False
    lost: asyncio.Event = field(default_factory=asyncio.Event)

    async def append(self, run_id: RunId, event: AnswerEvent) -> int:
        if self.is_away:
            raise RunLogUnavailable("The log is away.")
        return await super(FailingRunLog, self).append(run_id, event)

    async def knows(self, run_id: RunId) -> bool:
        return not self.lost.is_set() and await super(FailingRunLog, self).knows(run_id)

    async def follow(self, run_id: RunId, *, after: int = 0) -> AsyncIterator[LoggedEvent]:
        async for logged in super(FailingRunLog, self).follow(run_id, after=after):
            if isinstance(logged.event, TextAdded) and self.gets_lost:
                await self.lost.wait()
                return
            yield logged


def with_failing_log(service: MemoryService) -> FailingRunLog:
    service.run_log = log = FailingRunLog(clock=service.clock)
    return log


async def test_an_answer_is_written_and_kept_though_nobody_can_watch_it(
    service: MemoryService, caplog: pytest.LogCaptureFixture
) -> None:
    log = with_failing_log(service)
    log.is_away = True
    service.answerer = ScriptedAnswerer([AnswerText("Well"), AnswerText(", yes.")])

    run = await service.begin("Hello?")
    events = await service.events_of(run.run_id)

    assert isinstance(events[-1], RunFinished)
    assert events[-1].message.content == "Well, yes."
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "The beginning of an answer could not be told",
        "An answer goes on without telling of it",
        "The end of an answer could not be told",
    ]


async def test_a_lost_run_is_marked_though_its_followers_can_not_be_told(service: MemoryService) -> None:
    log = with_failing_log(service)
    service.answerer = ScriptedAnswerer([asyncio.Event()])
    run = await service.begin("Hello?")
    log.is_away = True
    service.clock.pass_seconds(60)

    assert await service.use_cases.interrupt_lost_runs() == 1
    assert service.database.tables.messages[message_of(run.run_id)].status == "interrupted"


async def test_a_run_whose_process_died_as_it_was_kept_can_be_followed_from_any_place(
    service: MemoryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = with_failing_log(service)
    commit = MemoryUnitOfWork.commit

    async def die(unit_of_work: MemoryUnitOfWork) -> None:
        await commit(unit_of_work)
        log.is_away = True
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(MemoryUnitOfWork, "commit", die)
        with pytest.raises(ConnectionResetError):
            await service.begin("Hello?")
    log.is_away = False
    service.clock.pass_seconds(60)
    [run_id] = service.database.tables.runs

    assert await service.use_cases.interrupt_lost_runs() == 1
    for seen, rest in ((0, [RunStarted, RunFailed]), (1, [RunFailed])):
        followed = await service.use_cases.follow_run(run_id, after=seen, principal=ALICE)
        assert [type(logged.event) async for logged in followed] == rest


async def test_of_a_question_that_could_not_be_kept_no_run_goes_on(
    service: MemoryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: MemoryUnitOfWork) -> None:
        raise DatabaseUnavailable("The database is away.")

    monkeypatch.setattr(MemoryUnitOfWork, "commit", fail)
    with pytest.raises(DatabaseUnavailable):
        await service.begin("Hello?")

    assert not service.database.tables.messages
    [run] = service.run_log.runs.values()
    assert run.ended_at is not None


async def test_who_follows_an_answer_whose_events_get_lost_is_not_left_hanging(service: MemoryService) -> None:
    """The stream ends; whoever asks for the rest is told that it is gone, and finds the answer in its conversation."""
    log = with_failing_log(service)
    service.answerer = ScriptedAnswerer([AnswerText("Well.")])
    run = await service.begin("Hello?")
    log.gets_lost = True
    following = asyncio.create_task(service.events_of(run.run_id))
    while not log.runs[run.run_id].ended_at:  # noqa: ASYNC110  # it says so by its list alone
        await asyncio.sleep(0)
    log.lost.set()

    assert [type(event) for event in await asyncio.wait_for(following, 20)] == [RunStarted, SourcesFound]
    with pytest.raises(RunNotFound, match="no longer kept"):
        await service.use_cases.follow_run(run.run_id, after=2, principal=ALICE)


async def follow_impatiently(service: MemoryService, run_id: RunId) -> asyncio.Task[list[AnswerEvent]]:
    """As somebody who looks at what is stored when nothing comes for a moment."""
    follow = service.use_cases.follow_run
    impatient = replace(follow, run_events=replace(follow.run_events, look_after_seconds=0.01))
    followed = await impatient(run_id, principal=ALICE)

    async def events() -> list[AnswerEvent]:
        return [logged.event async for logged in followed]

    return asyncio.create_task(events())


async def test_an_answer_whose_process_died_before_it_told_of_the_end_is_told_by_a_follower(
    service: MemoryService,
) -> None:
    service.answerer = ScriptedAnswerer([AnswerText("Well"), asyncio.Event()])
    run = await service.begin("Hello?")
    following = await follow_impatiently(service, run.run_id)
    await asyncio.sleep(0.03)
    assert not following.done()
    answer = service.database.tables.messages[message_of(run.run_id)]
    stored = replace(answer, content="Well.", metadata={**answer.metadata, "status": MessageStatus.COMPLETE.value})

    service.database.tables.messages[answer.id] = stored

    last = (await asyncio.wait_for(following, 20))[-1]
    assert isinstance(last, RunFinished)
    assert last.message.content == "Well."
    assert (await service.events_of(run.run_id))[-1] == last


async def test_an_answer_whose_conversation_and_process_are_gone_ends_for_its_followers(service: MemoryService) -> None:
    service.answerer = ScriptedAnswerer([AnswerText("Well"), asyncio.Event()])
    run = await service.begin("Hello?")
    following = await follow_impatiently(service, run.run_id)

    del service.database.tables.messages[message_of(run.run_id)]

    last = (await asyncio.wait_for(following, 20))[-1]
    assert isinstance(last, RunFailed)
    assert last.problem.code == RunNotFound.code


def test_an_answer_that_ended_badly_and_does_not_say_how_was_interrupted() -> None:
    answer = MessageFactory.build(metadata={"status": MessageStatus.FAILED.value})

    assert last_event_of(answer) == RunFailed(problem=INTERRUPTED)


async def test_a_file_is_kept_and_read_later_while_the_queue_is_away(service: MemoryService) -> None:
    class QueueThatIsAway(MemoryJobQueue):
        async def enqueue(self, job: IngestJob) -> None:
            raise QueueUnavailable(f"The queue is away, and {job.source_id} has to wait.")

        async def check_room(self) -> None:
            raise QueueUnavailable("The queue is away.")

    queue = service.job_queue
    service.job_queue = QueueThatIsAway()
    new = NewFile(name="a.md", content=b"Claims are paid.")

    [source] = await service.use_cases.add_sources([new], principal=ALICE)
    service.job_queue = queue
    await service.use_cases.resume_ingestion()
    await queue.work_off(service.use_cases.ingest_source)

    after = await service.use_cases.read_source(source.id, principal=ALICE)
    assert (source.status, after.status) == (SourceStatus.INDEXING, SourceStatus.READY)


async def test_nothing_is_kept_of_a_file_that_the_queue_has_no_room_for(service: MemoryService) -> None:
    service.job_queue = MemoryJobQueue(most_waiting=0)

    with pytest.raises(Overloaded):
        await service.use_cases.add_sources([NewFile(name="a.md", content=b"Claims are paid.")], principal=ALICE)

    assert not service.source_index.entries
    assert not await service.content_store.sources()


async def test_files_that_outgrow_the_queue_together_are_all_kept_and_read_later(service: MemoryService) -> None:
    service.job_queue = queue = MemoryJobQueue(most_waiting=1)
    new = [NewFile(name=f"{number}.md", content=b"Claims are paid.") for number in range(2)]

    added = await service.use_cases.add_sources(new, principal=ALICE)
    await queue.work_off(service.use_cases.ingest_source)
    await service.use_cases.resume_ingestion()
    await queue.work_off(service.use_cases.ingest_source)

    after = [await service.use_cases.read_source(source.id, principal=ALICE) for source in added]
    assert [source.status for source in after] == [SourceStatus.READY] * 2


async def test_a_source_that_is_removed_while_it_is_read_stays_removed(service: MemoryService) -> None:
    """Even where reading it fails just then."""
    [source] = await service.use_cases.add_sources([NewFile(name="a.md", content=b"Claims.")], principal=ALICE)
    assert source.pending is not None

    class RemovedMeanwhile:
        async def __call__(self, source: Source, version: SourceVersion, generation: Generation) -> IndexedVersion:
            await service.use_cases.remove_source(source.id, principal=ALICE)
            raise IndexUnavailable("The index is away.")

    ingest = replace(service.use_cases.ingest_source, index_version=RemovedMeanwhile())  # type: ignore[arg-type]

    with pytest.raises(IndexUnavailable):
        await ingest(IngestJob(ALICE.user_id, source.id, source.pending.id))

    assert source.id not in service.source_index.entries
