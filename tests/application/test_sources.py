"""Sources are taken in, read, replaced and removed as one step each."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from tests.support.service import ALICE, BOB, MemoryService

from application.ports.job_queue import IngestJob
from application.ports.source_index import SourceQuery
from application.ports.web_fetcher import FetchedPage
from application.sources.add_sources import NewFile, NewPage, NewSource, NewText
from domain.errors import (
    Conflict,
    FetchFailed,
    IndexUnavailable,
    InvalidInput,
    Problem,
    SourceNotFound,
    UnreadableDocument,
)
from domain.identity import SourceId
from domain.source import SourceStatus, SourceType

TEXT = "# Claims\n\nClaims are paid within ten days."


async def add(service: MemoryService, new: NewSource) -> SourceId:
    [source] = await service.use_cases.add_sources([new], principal=ALICE)
    return source.id


async def work_off(service: MemoryService) -> None:
    await service.job_queue.work_off(service.use_cases.ingest_source)


async def test_a_file_is_indexing_then_ready(service: MemoryService) -> None:
    [added] = await service.use_cases.add_sources([NewFile(name="a.md", content=TEXT.encode())], principal=ALICE)
    assert added.status is SourceStatus.INDEXING

    await work_off(service)

    source = await service.use_cases.read_source(added.id, principal=ALICE)
    assert (source.status, source.title, source.url) == (SourceStatus.READY, "a.md", "file:///a.md")
    assert source.passages == len(service.source_index.stored) > 0


async def test_the_text_and_the_original_can_be_read_back(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)

    text = await service.use_cases.read_source_text(source.id, principal=ALICE)
    original = await service.use_cases.read_source_content(source.id, principal=ALICE)

    assert (text, original.name, original.data) == (TEXT, "a.md", TEXT.encode())


async def test_passages_are_the_text_at_their_offsets(service: MemoryService) -> None:
    await service.add_file("a.md", TEXT)

    hits = await service.use_cases.search_passages("claims paid", principal=ALICE)

    assert hits
    for hit in hits:
        assert TEXT[hit.passage.start : hit.passage.end] == hit.passage.text


async def test_the_same_content_again_changes_nothing(service: MemoryService) -> None:
    before = await service.add_file("a.md", TEXT)

    after = await service.add_file("a.md", TEXT)

    assert after == before
    assert await service.job_queue.waiting() == 0


async def test_the_same_content_twice_while_it_is_read_is_one_version(service: MemoryService) -> None:
    new = NewFile(name="a.md", content=TEXT.encode())

    first, second = await service.use_cases.add_sources([new, new], principal=ALICE)

    assert first.pending == second.pending


async def test_changed_content_replaces_the_old_in_one_step(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)
    await add(service, NewFile(name="a.md", content=b"Claims are paid in gold."))
    [before] = await service.use_cases.search_passages("claims paid", principal=ALICE)

    await work_off(service)

    [after] = await service.use_cases.search_passages("claims paid", principal=ALICE)
    assert "ten days" in before.passage.text
    assert "gold" in after.passage.text
    assert len(service.content_store.originals) == 1
    assert len(service.source_index.stored) == 1
    assert (await service.use_cases.read_source(source.id, principal=ALICE)).title == "a.md"


async def test_a_failed_replacement_leaves_the_old_and_says_why(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)

    await add(service, NewFile(name="a.md", content=b"\xff\xfe\xff"))
    await work_off(service)

    after = await service.use_cases.read_source(source.id, principal=ALICE)
    assert after.status is SourceStatus.READY
    assert after.problem is not None
    assert await service.use_cases.search_passages("claims", principal=ALICE)
    assert await service.use_cases.read_source_text(source.id, principal=ALICE) == TEXT


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", b"   \n "])
async def test_what_can_not_be_read_has_failed_and_says_why(service: MemoryService, content: bytes) -> None:
    source_id = await add(service, NewFile(name="a.bin", content=content))
    await work_off(service)

    source = await service.use_cases.read_source(source_id, principal=ALICE)

    assert source.status is SourceStatus.FAILED
    assert source.problem is not None
    assert service.source_index.stored == {}
    with pytest.raises(Conflict, match="could not be read"):
        await service.use_cases.read_source_text(source_id, principal=ALICE)


async def test_what_is_still_being_read_can_not_be_shown_yet(service: MemoryService) -> None:
    source_id = await add(service, NewFile(name="a.md", content=b"Hello."))

    with pytest.raises(Conflict, match="still being read"):
        await service.use_cases.read_source_content(source_id, principal=ALICE)


async def test_an_empty_file_among_others_is_refused_and_none_is_added(service: MemoryService) -> None:
    files = [NewFile(name="a.md", content=b"Hello."), NewFile(name="b.md", content=b"")]

    with pytest.raises(UnreadableDocument, match=r"b\.md"):
        await service.use_cases.add_sources(files, principal=ALICE)

    assert service.source_index.entries == {}
    assert service.content_store.originals == {}


@pytest.mark.parametrize(
    ("name", "url", "title"),
    [
        ("../../etc/passwd", "file:///etc/passwd", "passwd"),
        ("docs\\guide.md", "file:///docs/guide.md", "guide.md"),
        ("\x00\n", "file:///unnamed", "unnamed"),
        ("Überblick 1.md", "file:///%C3%9Cberblick%201.md", "Überblick 1.md"),
        ("x" * 300, "file:///" + "x" * 255, "x" * 255),
    ],
)
async def test_a_files_name_is_data(service: MemoryService, name: str, url: str, title: str) -> None:
    source = await service.add_file(name, TEXT)

    assert (source.url, source.title) == (url, title)


async def test_a_web_page_goes_by_its_own_title(service: MemoryService) -> None:
    address = "https://example.org/claims"
    service.web_fetcher.pages[address] = FetchedPage(url=address, content=TEXT.encode(), media_type="text/markdown")

    source_id = await add(service, NewPage(url=f" {address}#part "))
    await work_off(service)

    source = await service.use_cases.read_source(source_id, principal=ALICE)
    assert (source.url, source.type) == (address, SourceType.WEBPAGE)
    assert source.title


async def test_an_address_that_can_not_be_fetched_adds_nothing(service: MemoryService) -> None:
    service.web_fetcher.pages["https://example.org/"] = FetchFailed("It answered 404.")

    with pytest.raises(FetchFailed):
        await add(service, NewPage(url="https://example.org/"))

    assert service.source_index.entries == {}


@pytest.mark.parametrize("url", ["ftp://example.org/", "file:///etc/passwd", "javascript:alert(1)", " ", "x" * 3000])
async def test_only_web_addresses_are_taken(service: MemoryService, url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await add(service, NewPage(url=url))

    assert refusal.value.field == "url"


@pytest.mark.parametrize(("url", "shown"), [(None, "text:///Rules"), ("wiki:rules", "wiki:rules")])
async def test_pushed_text_goes_by_its_title_and_address(service: MemoryService, url: str | None, shown: str) -> None:
    source_id = await add(service, NewText(title="Rules", text=TEXT, url=url))
    await work_off(service)

    source = await service.use_cases.read_source(source_id, principal=ALICE)

    assert (source.title, source.url, source.type, source.status) == (
        "Rules",
        shown,
        SourceType.API,
        SourceStatus.READY,
    )


@pytest.mark.parametrize("text", [TEXT, "Nobody is paid."])
async def test_a_text_pushed_again_under_another_title_goes_by_that_once_it_is_read(
    service: MemoryService, text: str
) -> None:
    source_id = await add(service, NewText(title="Alpha", text=TEXT, url="crm:9"))

    [before] = await service.use_cases.add_sources([NewText(title="Beta", text=text, url="crm:9")], principal=ALICE)
    await service.job_queue.work_off(service.use_cases.ingest_source)
    after = await service.use_cases.read_source(source_id, principal=ALICE)
    hits = await service.use_cases.search_passages("Who is paid?", principal=ALICE)

    assert (before.title, after.title) == ("Alpha", "Beta")
    assert {hit.title for hit in hits} == {"Beta"}


async def test_a_page_at_the_address_of_a_pushed_text_does_not_rename_it_after_its_path(service: MemoryService) -> None:
    url = "https://example.org/rules.html"
    service.web_fetcher.pages[url] = FetchedPage(url=url, content=TEXT.encode() + b" Now.", media_type="text/plain")
    source_id = await add(service, NewText(title="Rules", text=TEXT, url=url))
    await work_off(service)

    await add(service, NewPage(url=url))
    await work_off(service)
    fetched = await service.use_cases.read_source(source_id, principal=ALICE)
    await add(service, NewText(title="House rules", text=TEXT, url=url))
    await work_off(service)
    pushed = await service.use_cases.read_source(source_id, principal=ALICE)

    assert (fetched.title, pushed.title) == ("Rules", "House rules")


async def test_a_text_at_the_address_of_a_page_goes_by_its_own_title(service: MemoryService) -> None:
    url = "https://example.org/"
    html = b"<title>The page</title><p>Claims are paid."
    service.web_fetcher.pages[url] = FetchedPage(url=url, content=html, media_type="text/html")
    source_id = await add(service, NewPage(url=url))
    await work_off(service)

    await add(service, NewText(title="The text", text=TEXT, url=url))
    await work_off(service)

    assert (await service.use_cases.read_source(source_id, principal=ALICE)).title == "The text"


async def test_a_removed_source_is_gone_with_all_that_was_kept_of_it(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)

    await service.use_cases.remove_source(source.id, principal=ALICE)

    assert await service.use_cases.search_passages("claims", principal=ALICE) == []
    assert (service.source_index.entries, service.source_index.stored) == ({}, {})
    assert (service.content_store.originals, service.content_store.texts) == ({}, {})
    with pytest.raises(SourceNotFound):
        await service.use_cases.read_source(source.id, principal=ALICE)


async def test_a_source_removed_before_it_was_read_stays_away(service: MemoryService) -> None:
    source_id = await add(service, NewFile(name="a.md", content=TEXT.encode()))
    await service.use_cases.remove_source(source_id, principal=ALICE)

    await work_off(service)

    assert (service.source_index.entries, service.source_index.stored) == ({}, {})


async def test_a_source_removed_while_it_is_read_stays_away(service: MemoryService) -> None:
    source_id = await add(service, NewFile(name="a.md", content=TEXT.encode()))
    embed = service.embedder.embed_passages

    async def embed_late(texts: list[str]) -> object:
        await service.use_cases.remove_source(source_id, principal=ALICE)
        return await embed(texts)

    service.embedder.embed_passages = embed_late  # type: ignore[method-assign,assignment]  # a removal in between
    await work_off(service)

    assert (service.source_index.entries, service.source_index.stored) == ({}, {})


async def test_a_job_of_a_version_that_was_overtaken_does_nothing(service: MemoryService) -> None:
    await add(service, NewFile(name="a.md", content=b"First."))
    await add(service, NewFile(name="a.md", content=b"Second."))

    await work_off(service)

    [hit] = await service.use_cases.search_passages("first second", principal=ALICE)
    assert hit.passage.text == "Second."


async def test_what_fails_in_passing_is_tried_again_and_left_for_later(
    service: MemoryService, caplog: pytest.LogCaptureFixture
) -> None:
    tries = 0

    async def broken(_texts: list[str]) -> object:
        nonlocal tries
        tries += 1
        raise IndexUnavailable("The vector store does not answer.")

    whole = service.embedder.embed_passages
    service.embedder.embed_passages = broken  # type: ignore[method-assign,assignment]  # a store that went away
    source = await service.add_file("a.md", TEXT)
    service.embedder.embed_passages = whole  # type: ignore[method-assign]  # and came back
    await service.use_cases.resume_ingestion()
    await work_off(service)

    assert tries == service.job_queue.attempts
    assert (source.status, source.pending and source.pending.attempts) == (SourceStatus.INDEXING, 0)
    assert "try 3 of 3" in caplog.text
    assert (await service.use_cases.read_source(source.id, principal=ALICE)).status is SourceStatus.READY


async def test_giving_up_a_version_that_is_gone_changes_nothing(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)
    assert source.current is not None
    job = IngestJob(ALICE.user_id, source.id, source.current.id)

    await service.use_cases.ingest_source.give_up(job, Problem(code="internal", detail="…"))

    assert await service.use_cases.read_source(source.id, principal=ALICE) == source


async def test_a_start_takes_up_what_was_unfinished_and_clears_what_was_left(service: MemoryService) -> None:
    source_id = await add(service, NewFile(name="a.md", content=TEXT.encode()))
    service.job_queue.jobs.clear()  # the process that would have read it is gone

    resumed = await service.use_cases.resume_ingestion()
    await work_off(service)

    assert resumed == 1
    assert (await service.use_cases.read_source(source_id, principal=ALICE)).status is SourceStatus.READY


async def test_sources_are_listed_and_searched_by_their_owner_only(service: MemoryService) -> None:
    source = await service.add_file("a.md", TEXT)
    cases = service.use_cases

    page = await cases.list_sources(SourceQuery(search="a"), principal=ALICE)

    assert [each.id for each in page.items] == [source.id]
    assert (await cases.list_sources(SourceQuery(), principal=BOB)).total == 0
    assert await cases.search_passages("claims", principal=BOB) == []
    for attempt in [
        cases.read_source(source.id, principal=BOB),
        cases.read_source_text(source.id, principal=BOB),
        cases.read_source_content(source.id, principal=BOB),
        cases.remove_source(source.id, principal=BOB),
        cases.search_passages("claims", sources=(str(source.id),), principal=BOB),
        cases.read_source(SourceId(UUID(int=uuid4().int)), principal=ALICE),
    ]:
        with pytest.raises(SourceNotFound):
            await attempt


async def test_a_search_can_be_limited_to_sources_and_types(service: MemoryService) -> None:
    first = await service.add_file("a.md", TEXT)
    await service.add_file("b.md", "Claims are paid in gold.")
    search = service.use_cases.search_passages

    by_source = await search("claims", sources=(first.url,), principal=ALICE)
    by_type = await search("claims", source_type=SourceType.WEBPAGE, principal=ALICE)
    by_none = await search("claims", sources=(), principal=ALICE)

    assert {hit.title for hit in by_source} == {"a.md"}
    assert (list(by_type), list(by_none)) == ([], [])
    with pytest.raises(InvalidInput):
        await search(" ", principal=ALICE)


async def test_uploads_of_one_source_at_once_leave_one_of_them_whole(service: MemoryService) -> None:
    texts = [f"Version {number}." for number in range(10)]

    await asyncio.gather(*(add(service, NewFile(name="a.md", content=text.encode())) for text in texts))
    await work_off(service)

    [hit] = await service.use_cases.search_passages("version", principal=ALICE)
    assert hit.passage.text in texts
    assert (len(service.source_index.stored), len(service.content_store.originals)) == (1, 1)
