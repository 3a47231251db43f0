"""The doctor finds every disagreement between the stores that a crash, a backup or a hand could bring about, and puts it
right."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from tests.support.service import ALICE, MemoryService

from adapters.memory.content_store import MemoryContentStore
from adapters.memory.source_index import MemorySourceIndex
from application.ports.content_store import KeptContent
from application.sources.add_sources import NewFile, NewText
from application.sources.examine_sources import FaultKind
from application.sources.repair_sources import LOST
from application.sources.source_record import record_of, source_from_record
from domain.errors import UnsupportedFormat
from domain.identity import SourceId
from domain.source import ContentHash, Source, SourceStatus

TEXT = "# Claims\n\nClaims are paid within ten days."
Damage = Callable[[MemoryService, Source], Awaitable[None]]


async def kinds(service: MemoryService) -> list[FaultKind]:
    return [fault.kind for fault in await service.use_cases.examine_sources()]


async def repair(service: MemoryService) -> None:
    """As `quoth doctor --repair` does it."""
    cases = service.use_cases
    await cases.repair_sources(await cases.examine_sources())
    await cases.resume_ingestion()
    await service.job_queue.work_off(cases.ingest_source)


async def found(service: MemoryService) -> list[str]:
    return [hit.passage.text for hit in await service.use_cases.search_passages("claims paid", principal=ALICE)]


async def lose_the_index(service: MemoryService, source: Source) -> None:
    assert service.shelf.current is not None
    service.shelf.indexes[service.shelf.current] = MemorySourceIndex(embedder=service.embedder)


async def lose_the_entry(service: MemoryService, source: Source) -> None:
    del service.source_index.entries[source.id]


async def lose_passages(service: MemoryService, source: Source) -> None:
    service.source_index.stored.clear()


async def lose_a_passage(service: MemoryService, source: Source) -> None:
    service.source_index.stored.popitem()


async def miscount_passages(service: MemoryService, source: Source) -> None:
    service.source_index.entries[source.id] = replace(source, passages=source.passages + 1)


async def keep_passages_of_an_old_version(service: MemoryService, source: Source) -> None:
    new_id = service.clock.new_id
    for passage, embedding in [*service.source_index.stored.values()]:
        old = replace(passage, id=new_id(), version_id=new_id())  # type: ignore[arg-type]  # made up
        service.source_index.stored[old.id] = (old, embedding)


async def keep_content_of_an_old_version(service: MemoryService, source: Source) -> None:
    await service.content_store.put_original(source.id, ContentHash("0" * 64), b"old")


async def keep_content_of_no_source(service: MemoryService, source: Source) -> None:
    await service.content_store.put_original(SourceId(service.clock.new_id()), ContentHash("0" * 64), b"?")


async def lose_the_text(service: MemoryService, source: Source) -> None:
    service.content_store.texts.clear()


async def lose_the_record(service: MemoryService, source: Source) -> None:
    service.content_store.records.clear()


async def garble_the_record(service: MemoryService, source: Source) -> None:
    service.content_store.records[source.id] = b"{}"


async def restore_an_older_record(service: MemoryService, source: Source) -> None:
    await service.content_store.put_record(source.id, record_of(replace(source, title="Older")))


MENDED: list[tuple[Damage, FaultKind]] = [
    (lose_the_index, FaultKind.LOST_SOURCE),
    (lose_the_entry, FaultKind.LOST_SOURCE),
    (lose_passages, FaultKind.MISSING_PASSAGES),
    (miscount_passages, FaultKind.MISSING_PASSAGES),
    (keep_passages_of_an_old_version, FaultKind.ORPHANED_PASSAGES),
    (keep_content_of_an_old_version, FaultKind.ORPHANED_CONTENT),
    (keep_content_of_no_source, FaultKind.ORPHANED_CONTENT),
    (lose_the_text, FaultKind.MISSING_TEXT),
    (lose_the_record, FaultKind.STALE_RECORD),
    (garble_the_record, FaultKind.STALE_RECORD),
    (restore_an_older_record, FaultKind.STALE_RECORD),
]


async def test_stores_that_agree_have_nothing_to_find(service: MemoryService) -> None:
    await service.add_file("a.md", TEXT)
    await service.use_cases.add_sources([NewFile(name="b.md", content=b"not read yet")], principal=ALICE)

    assert await kinds(service) == []


@pytest.mark.parametrize(("damage", "kind"), MENDED, ids=[damage.__name__ for damage, _ in MENDED])
async def test_what_can_be_made_anew_is(service: MemoryService, damage: Damage, kind: FaultKind) -> None:
    source = await service.add_file("a.md", TEXT)
    before = await found(service)
    await damage(service, source)
    assert kind in await kinds(service)

    await repair(service)

    assert await kinds(service) == []
    after = await service.use_cases.read_source(source.id, principal=ALICE)
    assert (after.status, after.title, after.url) == (SourceStatus.READY, "a.md", source.url)
    assert await found(service) == before
    assert await service.use_cases.read_source_text(source.id, principal=ALICE) == TEXT


@pytest.mark.parametrize(("first", "second"), [*itertools.combinations([damage for damage, _ in MENDED[3:]], 2)])
async def test_two_faults_at_once_are_put_right(service: MemoryService, first: Damage, second: Damage) -> None:
    source = await service.add_file("a.md", TEXT)
    await first(service, source)
    await second(service, source)

    await repair(service)

    assert await kinds(service) == []
    assert (await service.use_cases.read_source(source.id, principal=ALICE)).status is SourceStatus.READY


async def test_a_source_whose_content_is_lost_is_taken_off_show_and_says_so(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)
    service.content_store.originals.clear()
    service.content_store.texts.clear()
    before = await kinds(service)

    await repair(service)

    after = await service.use_cases.read_source(source.id, principal=ALICE)
    assert before == [FaultKind.MISSING_ORIGINAL, FaultKind.MISSING_TEXT]
    assert (after.status, after.problem) == (SourceStatus.FAILED, LOST)
    assert (await kinds(service), await found(service)) == ([], [])


async def test_a_source_that_lost_its_original_alone_is_still_quoted_and_says_so(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)
    service.content_store.originals.clear()

    await repair(service)

    after = await service.use_cases.read_source(source.id, principal=ALICE)
    assert (after.status, after.problem) == (SourceStatus.READY, LOST)
    assert await kinds(service) == []
    assert await found(service)


async def test_a_new_version_whose_original_is_lost_is_given_up_and_the_old_stays(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)
    await service.use_cases.add_sources([NewFile(name="a.md", content=b"Newer.")], principal=ALICE)
    pending = service.source_index.entries[source.id].pending
    assert pending is not None
    del service.content_store.originals[source.id, pending.content]

    await repair(service)

    after = await service.use_cases.read_source(source.id, principal=ALICE)
    assert (after.status, after.problem, after.pending) == (SourceStatus.READY, LOST, None)
    assert await kinds(service) == []


async def test_a_lost_source_that_waited_for_a_new_version_comes_back_with_both(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)
    await service.use_cases.add_sources([NewFile(name="a.md", content=b"Claims are gold.")], principal=ALICE)
    await lose_the_index(service, source)

    await service.use_cases.tidy_sources()
    between = await found(service)
    await repair(service)

    assert between == [TEXT]
    assert await found(service) == ["Claims are gold."]


async def test_what_was_removed_does_not_come_back_with_the_index(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)
    await service.use_cases.remove_source(source.id, principal=ALICE)

    await lose_the_index(service, source)
    await repair(service)

    assert await found(service) == []
    assert service.source_index.entries == {}


async def test_a_record_says_all_that_the_entry_does(service: MemoryService) -> None:
    read = await service.add_file("näme 火.md", TEXT)
    pushed = await service.use_cases.add_sources([NewText(title="火", text=TEXT)], principal=ALICE)

    for source in (read, *pushed):
        assert source_from_record(record_of(source)) == source
    with pytest.raises(ValueError, match="Not the record"):
        source_from_record(b"[]")


async def test_a_source_that_is_removed_before_its_repair_stays_removed(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)
    await lose_passages(service, source)
    faults = await service.use_cases.examine_sources()
    await service.use_cases.remove_source(source.id, principal=ALICE)

    await service.use_cases.repair_sources(faults)

    assert service.source_index.entries == {}
    assert await kinds(service) == []


async def test_a_source_that_was_never_read_gets_its_record_back(service: MemoryService) -> None:
    [source] = await service.use_cases.add_sources([NewFile(name="a.md", content=TEXT.encode())], principal=ALICE)
    await lose_the_record(service, source)
    before = await kinds(service)

    await service.use_cases.repair_sources(await service.use_cases.examine_sources())

    assert before == [FaultKind.STALE_RECORD]
    assert await kinds(service) == []
    await repair(service)
    assert await found(service) == [TEXT]


async def test_a_source_that_can_not_be_read_again_is_taken_off_show_and_says_why(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)
    assert source.current is not None
    service.content_store.originals[source.id, source.current.content] = b"\xff\xfe\xff"
    await lose_passages(service, source)

    await repair(service)

    after = await service.use_cases.read_source(source.id, principal=ALICE)
    assert after.status is SourceStatus.FAILED
    assert after.problem is not None
    assert after.problem.code == UnsupportedFormat.code
    assert (await kinds(service), await found(service)) == ([], [])


async def test_a_text_without_original_and_passages_can_not_be_quoted(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)
    service.content_store.originals.clear()
    await lose_passages(service, source)

    await repair(service)

    after = await service.use_cases.read_source(source.id, principal=ALICE)
    assert (after.status, after.problem) == (SourceStatus.FAILED, LOST)
    assert (await kinds(service), await found(service)) == ([], [])


async def test_a_lost_source_of_which_nothing_can_be_read_is_cleared_away(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)
    service.content_store.originals.clear()
    await lose_the_index(service, source)
    before = await kinds(service)

    await repair(service)

    assert before == [FaultKind.ORPHANED_CONTENT]
    assert (service.content_store.texts, service.content_store.records) == ({}, {})
    assert await kinds(service) == []


async def test_a_lost_source_whose_old_version_can_not_be_read_comes_back_with_the_new_one(
    service: MemoryService,
) -> None:
    source = await service.add_file("a.md", TEXT)
    assert source.current is not None
    await service.use_cases.add_sources([NewFile(name="a.md", content=b"Claims are gold.")], principal=ALICE)
    service.content_store.originals[source.id, source.current.content] = b"\xff\xfe\xff"
    await lose_the_index(service, source)

    await repair(service)

    assert await found(service) == ["Claims are gold."]
    assert await kinds(service) == []


class ChangingMeanwhile(MemoryContentStore):
    """Does something when it is first asked what is kept of a source."""

    def __init__(self, store: MemoryContentStore, change: Callable[[], Awaitable[object]]) -> None:
        vars(self).update(vars(store))
        self._changes = [change]

    async def kept(self, source_id: SourceId) -> KeptContent:
        found = await super().kept(source_id)
        if self._changes:
            await self._changes.pop()()
        return found


async def test_what_is_removed_while_it_is_looked_at_is_no_fault(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)
    await lose_passages(service, source)
    removing = service.use_cases.remove_source
    examine = service.use_cases.examine_sources

    meanwhile = ChangingMeanwhile(service.content_store, lambda: removing(source.id, principal=ALICE))

    assert list(await replace(examine, content_store=meanwhile)()) == []


class ChangingBefore(ChangingMeanwhile):
    """Does it when it is first asked for a record."""

    async def kept(self, source_id: SourceId) -> KeptContent:
        return await MemoryContentStore.kept(self, source_id)

    async def get_record(self, source_id: SourceId) -> bytes:
        found = await super().get_record(source_id)
        if self._changes:
            await self._changes.pop()()
        return found


async def test_content_that_is_cleared_away_or_entered_while_it_is_looked_at_is_no_fault(
    service: MemoryService,
) -> None:
    source = await service.add_file("a.md", TEXT)
    examine, store = service.use_cases.examine_sources, service.content_store
    await lose_the_entry(service, source)
    service.source_index.stored.clear()

    entered = ChangingBefore(store, lambda: service.source_index.save(source))
    assert list(await replace(examine, content_store=entered)()) == []

    await lose_the_entry(service, source)
    cleared = ChangingBefore(store, lambda: store.remove(source.id))
    assert list(await replace(examine, content_store=cleared)()) == []
