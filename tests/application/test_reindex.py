"""Another embedding model: the index is made anew beside the old one, and nobody who searches or writes notices."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.support.generations import embedded_generations
from tests.support.service import ALICE, BOB, MemoryService

from adapters.memory.embedder import HashEmbedder
from application.ports.job_queue import IngestJob
from application.ports.source_index import SourceQuery
from application.sources.add_sources import NewFile
from application.sources.examine_sources import FaultKind
from domain.errors import IndexMoved
from domain.source import SourceStatus

if TYPE_CHECKING:
    from pathlib import Path

    from application.ports.generations import Generation
    from application.sources.index_version import IndexedVersion
    from application.sources.reindex import Reindex
    from application.sources.steps import StepHook
    from domain.source import Source, SourceVersion

STEPS = ["next round", "stand still", "switch"]


class PowerCutError(BaseException):
    """No handler of the service's catches it, as none catches a power cut."""


def another_process(service: MemoryService, *, dimension: int = 96) -> MemoryService:
    """On the same stores, with another model configured."""
    return MemoryService(
        clock=service.clock,
        database=service.database,
        embedder=HashEmbedder(dimension=dimension),
        content_store=service.content_store,
        shelf=service.shelf,
        locks=service.locks,
    )


def reindex_of(service: MemoryService, hook: StepHook) -> Reindex:
    reindex = service.use_cases.reindex
    return replace(reindex, between_steps=hook)


async def found(service: MemoryService, query: str = "How are claims paid?") -> list[str]:
    return [hit.passage.text for hit in await service.use_cases.search_passages(query, principal=ALICE)]


async def filled(count: int = 6) -> MemoryService:
    service = MemoryService()
    for number in range(count):
        await service.add_file(f"{number}.md", f"Claims of kind {number} are paid in gold.")
    await service.add_file("bob.md", "Bob's claims are paid in silver.", principal=BOB)
    return service


async def test_the_same_model_leaves_the_index_alone() -> None:
    service = await filled()

    assert not await service.use_cases.reindex()


async def test_with_another_model_everything_is_found_as_before() -> None:
    old = await filled()
    before = sorted(await found(old))
    new = another_process(old)
    assert sorted(await found(new)) == before  # by the old model, until the new index is whole

    assert await new.use_cases.reindex()

    assert new.generations.current().embedder.model.dimension == 96
    assert sorted(await found(new)) == before
    assert [each.passage.text for each in await new.use_cases.search_passages("claims", principal=BOB)] == [
        "Bob's claims are paid in silver."
    ]
    assert list(await new.use_cases.examine_sources()) == []
    assert not await new.use_cases.reindex()


async def test_the_other_processes_move_over() -> None:
    old = await filled()
    new = another_process(old)
    await new.use_cases.reindex()

    await old.add_file("late.md", "Claims that come late are paid in copper.")

    assert old.generations.current().id == new.generations.current().id
    assert "Claims that come late are paid in copper." in await found(new)


@pytest.mark.parametrize("step", STEPS)
async def test_interrupted_it_goes_on_with_what_is_there(step: str) -> None:
    old = await filled()
    before = sorted(await found(old))

    def dies(taken: str) -> None:
        if taken == step:
            raise PowerCutError(step)

    with pytest.raises(PowerCutError):
        await reindex_of(another_process(old), dies)()
    assert sorted(await found(another_process(old))) == before

    successor = another_process(old)
    assert await successor.use_cases.reindex()
    assert sorted(await found(successor)) == before
    assert list(await successor.use_cases.examine_sources()) == []


async def test_what_changed_while_nobody_was_at_it_is_made_up_for() -> None:
    """A process died over the new index; until another one goes on, documents come, go and change."""
    old = await filled()

    def dies(taken: str) -> None:
        if taken == "switch":
            raise PowerCutError

    with pytest.raises(PowerCutError):
        await reindex_of(another_process(old), dies)()
    sources = await old.use_cases.list_sources(SourceQuery(), principal=ALICE)
    doomed = next(source for source in sources.items if source.title == "0.md")
    await old.use_cases.remove_source(doomed.id, principal=ALICE)
    await old.add_file("1.md", "Claims of kind 1 are paid in platinum.")
    unread = NewFile(name="2.md", content=b"Claims of kind 2 are paid in pearls.")
    await old.use_cases.add_sources([unread], principal=ALICE)
    before = sorted(await found(old))

    successor = another_process(old)
    assert await successor.use_cases.reindex()

    assert sorted(await found(successor)) == before
    assert list(await successor.use_cases.examine_sources()) == []
    assert sorted(source.title for source in await successor.source_index.unfinished()) == ["2.md"]


async def test_who_comes_to_the_switch_when_another_has_switched_leaves_it_at_that() -> None:
    old = await filled()
    new, other = another_process(old), another_process(old)
    following = await new.generations.following()
    assert following is not None

    def is_overtaken(taken: str) -> None:
        if taken == "stand still":
            other.shelf.current = following.id

    assert await reindex_of(new, is_overtaken)()

    assert new.generations.current().id == following.id


async def test_a_document_that_is_read_while_the_index_is_switched_is_read_once_more() -> None:
    old = await filled(2)
    new = another_process(old)
    late = NewFile(name="late.md", content=b"Claims that come late are paid in copper.")
    [source] = await old.use_cases.add_sources([late], principal=ALICE)
    assert source.pending is not None
    job = IngestJob(ALICE.user_id, source.id, source.pending.id)
    ingest = old.use_cases.ingest_source

    class SwitchedMeanwhile:
        async def __call__(self, source: Source, version: SourceVersion, generation: Generation) -> IndexedVersion:
            indexed = await ingest.index_version(source, version, generation)
            await new.use_cases.reindex()
            return indexed

    with pytest.raises(IndexMoved):
        await replace(ingest, index_version=SwitchedMeanwhile())(job)  # type: ignore[arg-type]
    assert "Claims that come late are paid in copper." not in await found(new)
    await ingest(job)

    assert "Claims that come late are paid in copper." in await found(new)
    assert list(await new.use_cases.examine_sources()) == []


@pytest.mark.parametrize("step", STEPS)
async def test_what_is_written_meanwhile_is_in_the_new_index_too(step: str) -> None:
    """Between the rounds and just before everybody is asked to stand still; during the switch writers wait."""
    old = await filled()
    new = another_process(old)
    sources = await old.use_cases.list_sources(SourceQuery(), principal=ALICE)
    doomed = next(source for source in sources.items if source.title == "0.md")
    writing: list[asyncio.Task[None]] = []

    async def change() -> None:
        await old.add_file("1.md", "Claims of kind 1 are paid in platinum.")
        await old.add_file("new.md", "Claims of a new kind are paid in pearls.")
        await old.use_cases.remove_source(doomed.id, principal=ALICE)

    def change_once(taken: str) -> None:
        if taken == step and not writing:
            writing.append(asyncio.get_running_loop().create_task(change()))

    assert await reindex_of(new, change_once)()
    await writing[0]
    await new.use_cases.reindex()

    texts = await found(new)
    assert "Claims of kind 1 are paid in platinum." in texts
    assert "Claims of kind 1 are paid in gold." not in texts
    assert "Claims of a new kind are paid in pearls." in texts
    assert "Claims of kind 0 are paid in gold." not in texts
    assert list(await new.use_cases.examine_sources()) == []


async def test_searches_never_fail_while_it_is_made() -> None:
    old = await filled(12)
    new = another_process(old)
    results: list[int] = []

    async def search() -> None:
        while True:
            results.append(len(await found(new)))
            await asyncio.sleep(0)

    searching = asyncio.create_task(search())
    await asyncio.sleep(0)
    await new.use_cases.reindex()
    await asyncio.sleep(0)
    searching.cancel()

    assert len(results) > 1
    assert set(results) == {10}


async def test_of_two_processes_one_does_it() -> None:
    old = await filled()

    outcomes = await asyncio.gather(*(another_process(old).use_cases.reindex() for _ in range(3)))

    assert outcomes.count(True) >= 1
    assert list(await another_process(old).use_cases.examine_sources()) == []


async def test_a_source_that_can_not_be_read_any_more_stays_listed_and_the_doctor_says_so() -> None:
    old = await filled(2)
    [source] = (await old.use_cases.list_sources(SourceQuery(), principal=BOB)).items
    await old.content_store.remove(source.id, keep=frozenset())
    new = another_process(old)

    assert await new.use_cases.reindex()

    [listed] = (await new.use_cases.list_sources(SourceQuery(), principal=BOB)).items
    assert (listed.id, listed.status) == (source.id, SourceStatus.READY)
    faults = await new.use_cases.examine_sources()
    assert {fault.source_id for fault in faults} == {source.id}
    assert FaultKind.MISSING_PASSAGES in {fault.kind for fault in faults}


async def test_on_the_real_engine_it_survives_restarts(tmp_path: Path) -> None:
    """Made by one model, made anew for another by the next process, which is killed at the switch; then by a third."""

    async def process(dimension: int) -> MemoryService:
        service = MemoryService(content_store=content, embedder=HashEmbedder(dimension=dimension))
        service.generations = await embedded_generations(tmp_path / "index", dimension=dimension)  # type: ignore[assignment]
        return service

    content = MemoryService().content_store
    first = await process(384)
    for number in range(5):
        new = NewFile(name=f"{number}.md", content=f"Claims of kind {number} are paid in gold.".encode())
        await first.use_cases.add_sources([new], principal=ALICE)
    await first.job_queue.work_off(first.use_cases.ingest_source)
    before = sorted(await found(first))
    await first.generations.close()  # type: ignore[attr-defined]

    def dies(taken: str) -> None:
        if taken == "switch":
            raise PowerCutError

    second = await process(96)
    with pytest.raises(PowerCutError):
        await reindex_of(second, dies)()
    assert sorted(await found(second)) == before
    await second.generations.close()  # type: ignore[attr-defined]

    third = await process(96)
    assert await third.use_cases.reindex()
    assert sorted(await found(third)) == before
    await third.generations.close()  # type: ignore[attr-defined]

    fourth = await process(96)
    assert not await fourth.use_cases.reindex()
    assert sorted(await found(fourth)) == before
    await fourth.generations.close()  # type: ignore[attr-defined]
