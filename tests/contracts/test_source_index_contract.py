"""The contract of the source index, run by every adapter that claims it."""

from __future__ import annotations

import asyncio
import math
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.contracts.indexing import (
    ADAPTERS,
    ANN,
    BOB,
    NOON,
    Index,
    a_source,
    a_version,
    opened,
    passages_of,
    server_for,
)

from application.ports.embedder import Embedding, SparseVector
from application.ports.source_index import SourceQuery
from domain.errors import Problem, SourceNotFound
from domain.identity import SourceId, VersionId
from domain.source import Source, SourceType

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path


@pytest.fixture(params=ADAPTERS)
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Index]:
    async with opened(request.param, tmp_path / "index", server_for(request)) as parts:
        yield parts


def titles(sources: Sequence[Source]) -> list[str]:
    return [source.title for source in sources]


async def test_an_entry_is_read_back_as_it_was_saved(index: Index) -> None:
    source = replace(
        a_source("https://例え.jp/naïve?q=1#x", title="Ünïcode “title” 🦉 \u202e\t\n", type=SourceType.WEBPAGE),
        passages=7,
        current=a_version(media_type=None, name="", size=0, added_at=NOON + timedelta(microseconds=1)),
        pending=a_version(),
        problem=Problem(code="unreadable-document", detail="Why not: “…”"),
    )

    await index.source_index.save(source)

    assert await index.source_index.get(source.id, owner=ANN) == source


async def test_a_passage_is_read_back_as_it_was_written_and_in_order(index: Index) -> None:
    source = a_source().received(a_version())
    assert source.pending is not None
    texts = [f"passage {number} 🦉 \u0301\u202e" for number in range(12)]
    passages = passages_of(source, source.pending.id, texts)
    passages[3] = replace(passages[3], page=4, section="Part › “Chapter”")
    embeddings = await index.embedder.embed_passages(texts)

    await index.source_index.write_passages(passages[6:], embeddings[6:])
    await index.source_index.write_passages(passages[:6], embeddings[:6])

    assert list(await index.source_index.passages(source.id, source.pending.id, owner=ANN)) == passages


async def test_saving_again_replaces_the_whole_entry(index: Index) -> None:
    source = replace(a_source(), problem=Problem(code="x", detail="y"), pending=a_version())
    await index.source_index.save(source)

    changed = replace(source, title="Other", problem=None, pending=None)
    await index.source_index.save(changed)

    assert await index.source_index.get(source.id, owner=ANN) == changed
    assert (await index.source_index.list(SourceQuery(search="handbook"), owner=ANN)).total == 1  # by its URL
    assert (await index.source_index.list(SourceQuery(search="other"), owner=ANN)).total == 1


async def test_writing_a_passage_again_overwrites_it(index: Index) -> None:
    source, _ = await index.put(a_source(), ["one", "two"])
    assert source.current is not None

    again = await index.write(replace(source, pending=source.current), ["uno", "two"])

    assert list(await index.source_index.passages(source.id, source.current.id, owner=ANN)) == again


async def test_an_unknown_source_is_not_found(index: Index) -> None:
    missing = SourceId(uuid.uuid4())

    with pytest.raises(SourceNotFound, match=str(missing)):
        await index.source_index.get(missing, owner=ANN)
    with pytest.raises(SourceNotFound, match=str(missing)):
        await index.source_index.delete(missing, owner=ANN)


async def test_the_id_of_a_passage_is_not_a_source(index: Index) -> None:
    _, passages = await index.put(a_source(), ["one"])

    with pytest.raises(SourceNotFound):
        await index.source_index.get(SourceId(passages[0].id), owner=ANN)


async def test_find_takes_ids_and_urls_in_the_order_asked(index: Index) -> None:
    first, second = a_source("file:///a"), a_source("file:///b")
    await index.source_index.save(first)
    await index.source_index.save(second)

    found = await index.source_index.find(["file:///b", str(first.id), "file:///a"], owner=ANN)

    assert list(found) == [second, first, first]


async def test_find_nothing_finds_nothing(index: Index) -> None:
    await index.source_index.save(a_source())

    assert list(await index.source_index.find([], owner=ANN)) == []


@pytest.mark.parametrize("name", ["file:///nope", "", "0192f0c1-7a00-7000-8000-000000000001", "*"])
async def test_find_names_the_first_that_is_unknown(index: Index, name: str) -> None:
    await index.source_index.save(a_source())

    with pytest.raises(SourceNotFound) as caught:
        await index.source_index.find(["file:///handbook.md", name, "file:///also-not"], owner=ANN)

    assert name in caught.value.detail
    assert "also-not" not in caught.value.detail


async def test_a_url_that_looks_like_an_id_is_found_by_that_name(index: Index) -> None:
    source = a_source(str(uuid.uuid4()))
    await index.source_index.save(source)

    assert list(await index.source_index.find([source.url], owner=ANN)) == [source]


async def test_the_list_is_newest_first_and_then_by_id_descending(index: Index) -> None:
    same = [a_source(f"file:///{number}", minutes=5) for number in range(5)]
    old, new = a_source("file:///old", minutes=1), a_source("file:///new", minutes=9)
    for source in [old, *same, new]:
        await index.source_index.save(source)

    page = await index.source_index.list(SourceQuery(), owner=ANN)

    by_id = sorted(same, key=lambda source: source.id, reverse=True)
    assert list(page.items) == [new, *by_id, old]
    assert (page.total, page.next) == (7, None)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
async def test_pages_neither_skip_nor_repeat(index: Index, limit: int) -> None:
    sources = [a_source(f"file:///{number}", minutes=number // 4) for number in range(14)]
    for source in sources:
        await index.source_index.save(source)

    query, seen = SourceQuery(limit=limit), list[Source]()
    while True:
        page = await index.source_index.list(query, owner=ANN)
        seen.extend(page.items)
        assert page.total == 14
        if page.next is None:
            break
        query = SourceQuery(limit=limit, after=page.next)

    assert seen == sorted(sources, key=lambda source: (source.last_updated, source.id), reverse=True)


async def test_a_cursor_stays_where_it_is_while_rows_come_and_go(index: Index) -> None:
    sources = [a_source(f"file:///{number}", title=f"t{number}", minutes=number) for number in range(6)]
    for source in sources:
        await index.source_index.save(source)
    first = await index.source_index.list(SourceQuery(limit=3), owner=ANN)

    await index.source_index.save(a_source("file:///newer", minutes=60))
    await index.source_index.delete(sources[3].id, owner=ANN)
    second = await index.source_index.list(SourceQuery(limit=3, after=first.next), owner=ANN)

    assert titles(first.items) == ["t5", "t4", "t3"]
    assert titles(second.items) == ["t2", "t1", "t0"]


async def test_an_offset_counts_from_the_first(index: Index) -> None:
    for number in range(5):
        await index.source_index.save(a_source(f"file:///{number}", title=f"t{number}", minutes=number))

    page = await index.source_index.list(SourceQuery(limit=2, offset=2), owner=ANN)
    beyond = await index.source_index.list(SourceQuery(limit=2, offset=50), owner=ANN)

    assert titles(page.items) == ["t2", "t1"]
    assert page.next is not None
    assert (list(beyond.items), beyond.total, beyond.next) == ([], 5, None)


async def test_moments_a_microsecond_apart_keep_their_order(index: Index) -> None:
    sources = [
        replace(a_source(f"file:///{number}"), last_updated=NOON + timedelta(microseconds=number))
        for number in range(5)
    ]
    for source in sources:
        await index.source_index.save(source)

    page = await index.source_index.list(SourceQuery(limit=2), owner=ANN)
    rest = await index.source_index.list(SourceQuery(limit=9, after=page.next), owner=ANN)

    assert [*page.items, *rest.items] == sources[::-1]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("an", ["Annual réport"]),
        ("REPO ann", ["Annual réport"]),
        ("annual guide", []),
        ("nual", []),
        ("歴史", ["東京都の歴史"]),
        ("pdf", ["Annual réport"]),
        ("", ["東京都の歴史", "Annual réport", "Strasse"]),
        ("   ", ["東京都の歴史", "Annual réport", "Strasse"]),
        ("STRAß", ["Strasse"]),
    ],
)
async def test_each_typed_word_is_a_prefix_of_a_word_of_title_or_url(
    index: Index, search: str, found: list[str]
) -> None:
    await index.source_index.save(a_source("file:///1", title="Strasse", minutes=1))
    await index.source_index.save(a_source("file:///2023.pdf", title="Annual réport", minutes=2))
    await index.source_index.save(a_source("https://x.example/", title="東京都の歴史", minutes=3))

    page = await index.source_index.list(SourceQuery(search=search), owner=ANN)

    assert (titles(page.items), page.total) == (found, len(found))


async def test_the_list_can_be_of_one_type(index: Index) -> None:
    await index.source_index.save(a_source("file:///1", title="File"))
    await index.source_index.save(a_source("https://x.example/", title="Page", type=SourceType.WEBPAGE))

    page = await index.source_index.list(SourceQuery(type=SourceType.WEBPAGE), owner=ANN)

    assert (titles(page.items), page.total) == (["Page"], 1)


async def test_passages_are_not_in_the_list(index: Index) -> None:
    await index.put(a_source(), ["one", "two", "three"])

    assert (await index.source_index.list(SourceQuery(), owner=ANN)).total == 1


async def test_a_deleted_entry_is_gone_while_its_passages_wait_for_the_sweep(index: Index) -> None:
    source, passages = await index.put(a_source(), ["one", "two"])
    assert source.current is not None

    await index.source_index.delete(source.id, owner=ANN)

    with pytest.raises(SourceNotFound):
        await index.source_index.get(source.id, owner=ANN)
    assert (await index.source_index.list(SourceQuery(), owner=ANN)).total == 0
    assert list(await index.source_index.passages(source.id, source.current.id, owner=ANN)) == passages


async def test_a_sweep_keeps_the_version_it_is_told_and_other_sources(index: Index) -> None:
    old, _ = await index.put(a_source(), ["old one", "old two"])
    new, kept = await index.put(old, ["new"])
    other, others = await index.put(a_source("file:///other"), ["other"])
    assert old.current is not None
    assert new.current is not None
    assert other.current is not None

    await index.source_index.sweep(new.id, owner=ANN, keep=new.current.id)

    assert list(await index.source_index.passages(new.id, old.current.id, owner=ANN)) == []
    assert list(await index.source_index.passages(new.id, new.current.id, owner=ANN)) == kept
    assert list(await index.source_index.passages(other.id, other.current.id, owner=ANN)) == others


async def test_a_sweep_that_keeps_none_leaves_nothing_of_the_source(index: Index) -> None:
    source, _ = await index.put(a_source(), ["one", "two"])
    assert source.current is not None

    await index.source_index.sweep(source.id, owner=ANN, keep=None)

    assert list(await index.source_index.passages(source.id, source.current.id, owner=ANN)) == []
    assert (await index.source_index.get(source.id, owner=ANN)) == source


async def test_sweeping_what_is_not_there_is_no_error(index: Index) -> None:
    await index.source_index.sweep(SourceId(uuid.uuid4()), owner=ANN, keep=VersionId(uuid.uuid4()))


async def test_discarding_a_version_leaves_the_others_and_other_sources(index: Index) -> None:
    old, kept = await index.put(a_source(), ["old one", "old two"])
    new, _ = await index.put(old, ["new"])
    other, others = await index.put(a_source("file:///other"), ["other"])
    assert old.current is not None
    assert new.current is not None
    assert other.current is not None

    await index.source_index.discard(new.id, new.current.id, owner=ANN)

    assert list(await index.source_index.passages(new.id, new.current.id, owner=ANN)) == []
    assert list(await index.source_index.passages(old.id, old.current.id, owner=ANN)) == kept
    assert list(await index.source_index.passages(other.id, other.current.id, owner=ANN)) == others
    assert await index.source_index.get(new.id, owner=ANN) == new


async def test_discarding_what_is_not_there_is_no_error(index: Index) -> None:
    source, passages = await index.put(a_source(), ["one"])
    assert source.current is not None

    await index.source_index.discard(source.id, VersionId(uuid.uuid4()), owner=ANN)
    await index.source_index.discard(SourceId(uuid.uuid4()), source.current.id, owner=ANN)

    assert list(await index.source_index.passages(source.id, source.current.id, owner=ANN)) == passages


async def test_passages_are_counted_by_version_whether_an_entry_names_it_or_not(index: Index) -> None:
    old, _ = await index.put(a_source(), ["old one", "old two"])
    new, _ = await index.put(old, ["new"])
    theirs, _ = await index.put(a_source(owner=BOB), ["a", "b", "c"])
    await index.source_index.delete(theirs.id, owner=BOB)
    assert old.current is not None
    assert new.current is not None
    assert theirs.current is not None

    counts = await index.source_index.passage_counts()

    assert dict(counts) == {old.current.id: 2, new.current.id: 1, theirs.current.id: 3}


async def test_an_empty_index_has_no_passages_of_any_version(index: Index) -> None:
    assert dict(await index.source_index.passage_counts()) == {}


async def test_nobody_reaches_what_is_another_owners(index: Index) -> None:
    source, passages = await index.put(a_source(), ["mine"])
    assert source.current is not None

    with pytest.raises(SourceNotFound):
        await index.source_index.get(source.id, owner=BOB)
    with pytest.raises(SourceNotFound):
        await index.source_index.find([str(source.id)], owner=BOB)
    with pytest.raises(SourceNotFound):
        await index.source_index.find([source.url], owner=BOB)
    with pytest.raises(SourceNotFound):
        await index.source_index.delete(source.id, owner=BOB)
    await index.source_index.sweep(source.id, owner=BOB, keep=None)
    await index.source_index.discard(source.id, source.current.id, owner=BOB)

    assert (await index.source_index.list(SourceQuery(search="handbook"), owner=BOB)).total == 0
    assert list(await index.source_index.passages(source.id, source.current.id, owner=BOB)) == []
    assert list(await index.source_index.passages(source.id, source.current.id, owner=ANN)) == passages
    assert await index.source_index.get(source.id, owner=ANN) == source


async def test_two_owners_have_the_same_url_each_for_themselves(index: Index) -> None:
    mine, yours = a_source(owner=ANN), a_source(owner=BOB, title="Yours")
    await index.source_index.save(mine)
    await index.source_index.save(yours)

    assert list(await index.source_index.find([mine.url], owner=ANN)) == [mine]
    assert list(await index.source_index.find([yours.url], owner=BOB)) == [yours]


async def test_unfinished_are_those_of_every_owner_with_a_pending_version(index: Index) -> None:
    await index.put(a_source("file:///done"), ["done"])
    waiting = [a_source(owner=owner).received(a_version()) for owner in (ANN, BOB)]
    for source in waiting:
        await index.source_index.save(source)

    unfinished = await index.source_index.unfinished()

    assert {source.id for source in unfinished} == {source.id for source in waiting}
    assert all(source in waiting for source in unfinished)


async def test_orphans_are_swept_and_current_and_pending_versions_are_kept(index: Index) -> None:
    shown, shown_passages = await index.put(a_source("file:///shown"), ["a", "b"])
    replaced, _ = await index.put(a_source("file:///replaced", owner=BOB), ["old c", "old d", "old e"])
    replaced, kept = await index.put(replaced, ["new"])
    gone, _ = await index.put(a_source("file:///gone"), ["f", "g"])
    await index.source_index.delete(gone.id, owner=ANN)
    pending = a_source("file:///pending").received(a_version())
    await index.source_index.save(pending)
    written = await index.write(pending, ["h"])

    swept = await index.source_index.sweep_orphans()
    again = await index.source_index.sweep_orphans()

    assert (swept, again) == (5, 0)
    assert shown.current is not None
    assert replaced.current is not None
    assert pending.pending is not None
    assert list(await index.source_index.passages(shown.id, shown.current.id, owner=ANN)) == shown_passages
    assert list(await index.source_index.passages(replaced.id, replaced.current.id, owner=BOB)) == kept
    assert list(await index.source_index.passages(pending.id, pending.pending.id, owner=ANN)) == written


async def test_sweeping_orphans_of_an_empty_index_deletes_nothing(index: Index) -> None:
    assert await index.source_index.sweep_orphans() == 0


NAN_EARLY = Embedding(dense=(math.nan, *[0.0] * 63), sparse=SparseVector((1,), (1.0,)))
INFINITE = Embedding(dense=(*[0.0] * 63, math.inf), sparse=SparseVector((1,), (1.0,)))
SHORT = Embedding(dense=(1.0,) * 63, sparse=SparseVector((1,), (1.0,)))
NAN_WORD = Embedding(dense=(1.0,) * 64, sparse=SparseVector((1,), (math.nan,)))
REPEATED = Embedding(dense=(1.0,) * 64, sparse=SparseVector((1, 1), (1.0, 2.0)))
BEYOND = Embedding(dense=(1.0,) * 64, sparse=SparseVector((2**32,), (1.0,)))
UNEVEN = Embedding(dense=(1.0,) * 64, sparse=SparseVector((1, 2), (1.0,)))


@pytest.mark.parametrize("bad", [NAN_EARLY, INFINITE, SHORT, NAN_WORD, REPEATED, BEYOND, UNEVEN])
async def test_vectors_that_can_not_be_searched_are_refused_before_anything_is_written(
    index: Index, bad: Embedding
) -> None:
    source = a_source().received(a_version())
    assert source.pending is not None
    passages = passages_of(source, source.pending.id, ["good", "bad"])
    [good] = await index.embedder.embed_passages(["good"])

    with pytest.raises(ValueError, match="vector"):
        await index.source_index.write_passages(passages, [good, bad])

    assert list(await index.source_index.passages(source.id, source.pending.id, owner=ANN)) == []


async def test_a_passage_without_its_embedding_is_refused(index: Index) -> None:
    source = a_source().received(a_version())
    assert source.pending is not None

    with pytest.raises(ValueError, match="zip"):
        await index.source_index.write_passages(passages_of(source, source.pending.id, ["one"]), [])

    assert list(await index.source_index.passages(source.id, source.pending.id, owner=ANN)) == []


async def test_a_passage_without_words_can_be_kept(index: Index) -> None:
    source = a_source().received(a_version())
    assert source.pending is not None
    passages = passages_of(source, source.pending.id, ["…"])
    wordless = Embedding(dense=(1.0,) * 64, sparse=SparseVector((), ()))

    await index.source_index.write_passages(passages, [wordless])

    assert list(await index.source_index.passages(source.id, source.pending.id, owner=ANN)) == passages


async def test_thousands_of_passages_are_kept_and_swept(index: Index) -> None:
    texts = [f"number {number} of many" for number in range(2500)]
    source, passages = await index.put(a_source(), texts)
    assert source.current is not None

    read = await index.source_index.passages(source.id, source.current.id, owner=ANN)
    await index.source_index.delete(source.id, owner=ANN)

    assert list(read) == passages
    assert await index.source_index.sweep_orphans() == 2500


async def test_writers_at_the_same_time_do_not_disturb_each_other(index: Index) -> None:
    sources = [a_source(f"file:///{number}", minutes=number) for number in range(12)]

    await asyncio.gather(*(index.put(source, [f"text {source.url} {part}" for part in range(5)]) for source in sources))

    page = await index.source_index.list(SourceQuery(), owner=ANN)
    assert [source.id for source in page.items] == [source.id for source in sources[::-1]]
    for source in page.items:
        assert source.current is not None
        assert len(await index.source_index.passages(source.id, source.current.id, owner=ANN)) == 5
