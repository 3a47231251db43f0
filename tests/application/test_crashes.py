"""Whatever the step at which a process ends, the next start finds one whole state and goes on from it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from tests.support.generations import embedded_generations
from tests.support.service import ALICE, MemoryService

from adapters.files.content_store import FileContentStore
from adapters.memory.job_queue import MemoryJobQueue
from adapters.switching.current import CurrentRetriever, CurrentSourceIndex
from application.ports.job_queue import IngestJob
from application.sources.add_sources import NewFile
from application.sources.ingest_source import FATAL, MOST_ATTEMPTS
from domain.source import SourceStatus
from entrypoints.wiring import Adapters, use_cases

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from adapters.qdrant.generations import QdrantGenerations
    from application.ports.document_reader import DocumentReader
    from application.sources.steps import StepHook
    from domain.document import Document
    from domain.source import Source
    from entrypoints.use_cases import UseCases

OLD, NEW = "Claims are paid in ten days.", "Claims are paid in gold."
INGESTING = ["count the try", "read", "keep text", "write passages", "put on show", "sweep passages", "remove content"]
REMOVING = ["remove record", "delete entry", "sweep passages", "remove content"]


class PowerCutError(BaseException):
    """No handler of the service's catches it, as none catches a power cut."""


def ending_at(step: str) -> StepHook:
    def hook(taken: str) -> None:
        if taken == step:
            raise PowerCutError(step)

    return hook


@dataclass
class Machine:
    """What outlives a process, and how a new one starts on it."""

    start: Callable[[], Awaitable[tuple[Adapters, MemoryJobQueue]]]

    async def process(self, ending: StepHook | None = None) -> tuple[UseCases, MemoryJobQueue]:
        adapters, queue = await self.start()
        cases = use_cases(adapters)
        if ending is not None:
            ingest = cases.ingest_source
            index_version = replace(ingest.index_version, between_steps=ending)
            cases = replace(
                cases,
                ingest_source=replace(ingest, between_steps=ending, index_version=index_version),
                remove_source=replace(cases.remove_source, between_steps=ending),
            )
        return cases, queue


@pytest.fixture(params=["memory", "embedded"])
async def machine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Machine]:
    service = MemoryService()
    opened: list[QdrantGenerations] = []

    async def start() -> tuple[Adapters, MemoryJobQueue]:
        queue = MemoryJobQueue(pause_seconds=0)
        adapters = replace(service.adapters, job_queue=queue)
        if request.param == "embedded":
            for generations in opened:
                await generations.close()
            generations = await embedded_generations(tmp_path / "index")
            opened[:] = [generations]
            adapters = replace(
                adapters,
                generations=generations,
                source_index=CurrentSourceIndex(generations),
                retriever=CurrentRetriever(generations),
                content_store=FileContentStore(tmp_path / "content"),
            )
        return adapters, queue

    yield Machine(start)
    for generations in opened:
        await generations.close()


async def add(cases: UseCases, text: str) -> Source:
    [source] = await cases.add_sources([NewFile(name="a.md", content=text.encode())], principal=ALICE)
    return source


async def found(cases: UseCases) -> list[str]:
    return [hit.passage.text for hit in await cases.search_passages("claims paid", principal=ALICE)]


async def restarted(machine: Machine) -> UseCases:
    """As a server starts, and until all is read; then nothing is wrong with anything."""
    cases, queue = await machine.process()
    await cases.tidy_sources()
    await cases.resume_ingestion()
    await queue.work_off(cases.ingest_source)
    assert list(await cases.examine_sources()) == []
    return cases


@pytest.mark.parametrize("step", INGESTING)
async def test_a_first_version_is_finished_by_the_next_start(machine: Machine, step: str) -> None:
    cases, queue = await machine.process(ending_at(step))
    source = await add(cases, NEW)
    with pytest.raises(PowerCutError):
        await queue.work_off(cases.ingest_source)

    after = await restarted(machine)

    assert (await after.read_source(source.id, principal=ALICE)).status is SourceStatus.READY
    assert await found(after) == [NEW]
    assert await after.read_source_text(source.id, principal=ALICE) == NEW


@pytest.mark.parametrize("step", INGESTING)
async def test_a_replacement_is_seen_whole_or_not_at_all(machine: Machine, step: str) -> None:
    cases, queue = await machine.process()
    await add(cases, OLD)
    await queue.work_off(cases.ingest_source)
    cases, queue = await machine.process(ending_at(step))
    source = await add(cases, NEW)
    with pytest.raises(PowerCutError):
        await queue.work_off(cases.ingest_source)

    seen = await found(cases)
    after = await restarted(machine)

    assert seen in ([OLD], [NEW])
    assert await found(after) == [NEW]
    assert await after.read_source_text(source.id, principal=ALICE) == NEW
    assert (await after.read_source(source.id, principal=ALICE)).passages == 1


@pytest.mark.parametrize("step", INGESTING)
async def test_what_a_dead_worker_was_at_is_finished_by_another_that_gets_its_job(machine: Machine, step: str) -> None:
    """Without a start, which would clear away what was left."""
    cases, queue = await machine.process()
    await add(cases, OLD)
    await queue.work_off(cases.ingest_source)
    cases, queue = await machine.process(ending_at(step))
    source = await add(cases, NEW)
    assert source.pending is not None
    with pytest.raises(PowerCutError):
        await queue.work_off(cases.ingest_source)

    another, _ = await machine.process()
    await another.ingest_source(IngestJob(source.owner, source.id, source.pending.id))

    assert await found(another) == [NEW]
    assert list(await another.examine_sources()) == []


@dataclass
class SlowReader:
    """Reads on when it is told to."""

    reader: DocumentReader
    begun: asyncio.Event
    go_on: asyncio.Event

    async def read(self, content: bytes, *, name: str, media_type: str | None) -> Document:
        self.begun.set()
        await self.go_on.wait()
        return await self.reader.read(content, name=name, media_type=media_type)


@pytest.mark.parametrize("then", ["replaced", "deleted"])
async def test_a_worker_that_is_late_leaves_nothing_of_what_nobody_wants_any_more(machine: Machine, then: str) -> None:
    cases, _ = await machine.process()
    source = await add(cases, OLD)
    assert source.pending is not None
    begun, go_on = asyncio.Event(), asyncio.Event()
    ingest = cases.ingest_source
    reader = SlowReader(ingest.index_version.document_reader, begun, go_on)
    slow = replace(ingest, index_version=replace(ingest.index_version, document_reader=reader))
    late = asyncio.create_task(slow(IngestJob(source.owner, source.id, source.pending.id)))
    await begun.wait()

    if then == "replaced":
        newer = await add(cases, NEW)
        assert newer.pending is not None
        await ingest(IngestJob(newer.owner, newer.id, newer.pending.id))
    else:
        await cases.remove_source(source.id, principal=ALICE)
    go_on.set()
    await late

    assert await found(cases) == ([NEW] if then == "replaced" else [])
    assert list(await cases.examine_sources()) == []


async def test_a_job_that_comes_again_takes_nothing_of_what_is_on_show_or_to_be_read(machine: Machine) -> None:
    cases, queue = await machine.process()
    shown = await add(cases, OLD)
    await queue.work_off(cases.ingest_source)
    newer = await add(cases, NEW)
    assert shown.pending is not None
    assert newer.pending is not None

    await cases.ingest_source(IngestJob(shown.owner, shown.id, shown.pending.id))

    assert await found(cases) == [OLD]
    await cases.ingest_source(IngestJob(newer.owner, newer.id, newer.pending.id))
    assert await found(cases) == [NEW]
    assert list(await cases.examine_sources()) == []


async def test_a_job_whose_source_the_index_lost_leaves_what_it_can_be_made_anew_from(machine: Machine) -> None:
    cases, _ = await machine.process()
    source = await add(cases, NEW)
    assert source.pending is not None
    await cases.add_sources.entries.generations.current().source_index.delete(source.id, owner=ALICE.user_id)

    await cases.ingest_source(IngestJob(source.owner, source.id, source.pending.id))

    assert await found(await restarted(machine)) == [NEW]


@pytest.mark.parametrize("step", REMOVING)
async def test_a_deletion_took_place_or_did_not(machine: Machine, step: str) -> None:
    cases, queue = await machine.process()
    source = await add(cases, OLD)
    await queue.work_off(cases.ingest_source)
    cases, _ = await machine.process(ending_at(step))
    with pytest.raises(PowerCutError):
        await cases.remove_source(source.id, principal=ALICE)

    after = await restarted(machine)

    assert await found(after) == ([OLD] if step in {"remove record", "delete entry"} else [])


async def test_content_that_nothing_names_is_cleared_by_the_next_start(machine: Machine) -> None:
    cases, _ = await machine.process()
    source = await add(cases, OLD)
    store = cases.add_sources.content_store
    await store.remove_record(source.id)
    await cases.add_sources.entries.generations.current().source_index.delete(source.id, owner=ALICE.user_id)

    await restarted(machine)

    assert list(await store.sources()) == []


async def test_an_entry_that_a_crash_kept_from_being_written_is_written_by_the_next_start(machine: Machine) -> None:
    cases, _ = await machine.process()
    source = await add(cases, NEW)
    await cases.add_sources.entries.generations.current().source_index.delete(source.id, owner=ALICE.user_id)

    after = await restarted(machine)

    assert (await after.read_source(source.id, principal=ALICE)).status is SourceStatus.READY
    assert await found(after) == [NEW]


async def test_a_file_that_ends_every_process_is_given_up_in_the_end(machine: Machine) -> None:
    cases, queue = await machine.process()
    await add(cases, OLD)
    await queue.work_off(cases.ingest_source)
    cases, queue = await machine.process()
    source = await add(cases, NEW)
    for _ in range(MOST_ATTEMPTS):
        cases, queue = await machine.process(ending_at("write passages"))
        await cases.resume_ingestion()
        with pytest.raises(PowerCutError):
            await queue.work_off(cases.ingest_source)

    after = await restarted(machine)

    given_up = await after.read_source(source.id, principal=ALICE)
    assert (given_up.status, given_up.problem) == (SourceStatus.READY, FATAL)
    assert await found(after) == [OLD]


async def test_what_a_process_gives_up_in_order_counts_as_no_death(machine: Machine) -> None:
    for _ in range(MOST_ATTEMPTS + 1):
        cases, queue = await machine.process(ending_at("read"))
        index_version = replace(cases.ingest_source.index_version, between_steps=cancelled)
        ingest = replace(cases.ingest_source, index_version=index_version)
        await add(cases, NEW)
        await cases.resume_ingestion()
        with pytest.raises(asyncio.CancelledError):
            await queue.work_off(ingest)

    assert await found(await restarted(machine)) == [NEW]


def cancelled(_step: str) -> None:
    """As a worker that is told to stop."""
    raise asyncio.CancelledError
