"""Whatever the step at which a process ends, the next start finds one whole state and goes on from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from tests.support.service import ALICE, MemoryService

from adapters.files.content_store import FileContentStore
from adapters.memory.embedder import HashEmbedder
from adapters.memory.job_queue import MemoryJobQueue
from adapters.qdrant.store import QdrantStore, open_embedded
from application.sources.add_sources import NewFile
from domain.source import SourceStatus
from entrypoints.wiring import Adapters, use_cases

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from application.sources.steps import StepHook
    from domain.source import Source
    from entrypoints.use_cases import UseCases

OLD, NEW = "Claims are paid in ten days.", "Claims are paid in gold."
INGESTING = ["read", "keep text", "write passages", "put on show", "sweep passages", "remove content"]


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
            cases = replace(
                cases,
                ingest_source=replace(cases.ingest_source, between_steps=ending),
                remove_source=replace(cases.remove_source, between_steps=ending),
            )
        return cases, queue


@pytest.fixture(params=["memory", "embedded"])
async def machine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Machine]:
    service = MemoryService()
    opened: list[QdrantStore] = []

    async def start() -> tuple[Adapters, MemoryJobQueue]:
        queue = MemoryJobQueue(pause_seconds=0)
        adapters = replace(service.adapters, job_queue=queue)
        if request.param == "embedded":
            for store in opened:
                await store.close()
            store = await open_embedded(tmp_path / "index", HashEmbedder())
            opened[:] = [store]
            content = FileContentStore(tmp_path / "content")
            adapters = replace(
                adapters, source_index=store.source_index, retriever=store.retriever, content_store=content
            )
        return adapters, queue

    yield Machine(start)
    for store in opened:
        await store.close()


async def add(cases: UseCases, text: str) -> Source:
    [source] = await cases.add_sources([NewFile(name="a.md", content=text.encode())], principal=ALICE)
    return source


async def found(cases: UseCases) -> list[str]:
    return [hit.passage.text for hit in await cases.search_passages("claims paid", principal=ALICE)]


async def restarted(machine: Machine) -> UseCases:
    cases, queue = await machine.process()
    await cases.resume_ingestion(alone=True)
    await queue.work_off(cases.ingest_source)
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


@pytest.mark.parametrize("step", ["delete entry", "sweep passages", "remove content"])
async def test_a_deletion_took_place_or_did_not(machine: Machine, step: str) -> None:
    cases, queue = await machine.process()
    source = await add(cases, OLD)
    await queue.work_off(cases.ingest_source)
    cases, _ = await machine.process(ending_at(step))
    with pytest.raises(PowerCutError):
        await cases.remove_source(source.id, principal=ALICE)

    after = await restarted(machine)

    assert await found(after) == ([OLD] if step == "delete entry" else [])


async def test_what_nothing_names_is_cleared_by_a_start_that_is_alone(machine: Machine) -> None:
    cases, _ = await machine.process()
    source = await add(cases, OLD)
    store = cases.add_sources.content_store
    await cases.add_sources.source_index.delete(source.id, owner=ALICE.user_id)  # a crash before the entry was written

    cases, _ = await machine.process()
    await cases.resume_ingestion(alone=False)
    kept = list(await store.sources())
    await cases.resume_ingestion(alone=True)

    assert kept == [source.id]
    assert list(await store.sources()) == []
