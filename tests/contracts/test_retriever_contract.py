"""The contract of the retriever, run by every adapter that claims it."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.contracts.indexing import ADAPTERS, ANN, BOB, Index, a_source, a_version, opened, passages_of, server_for

from application.ports.retriever import SearchRequest
from domain.identity import PassageId, SourceId, UserId
from domain.source import SourceType

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture(params=ADAPTERS)
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Index]:
    async with opened(request.param, tmp_path / "index", server_for(request)) as parts:
        yield parts


async def texts_found(
    index: Index,
    *queries: str,
    owner: UserId = ANN,
    sources: frozenset[SourceId] | None = None,
    source_type: SourceType | None = None,
    limit: int = 10,
) -> list[str]:
    request = SearchRequest(queries=queries, sources=sources, type=source_type, limit=limit)
    return [hit.passage.text for hit in await index.retriever.search(request, owner=owner)]


async def test_a_hit_is_the_passage_with_what_its_source_says(index: Index) -> None:
    source, passages = await index.put(
        a_source("https://x.example/é", title="Ünïcode 🦉", type=SourceType.WEBPAGE),
        ["the owl hunts at night", "invoices are due in thirty days"],
    )

    hits = await index.retriever.search(SearchRequest(queries=("when are invoices due",), limit=1), owner=ANN)

    assert [hit.passage for hit in hits] == [passages[1]]
    assert (hits[0].url, hits[0].title, hits[0].type) == (source.url, source.title, SourceType.WEBPAGE)


async def test_the_best_come_first_and_none_twice(index: Index) -> None:
    await index.put(a_source(), ["red apple", "red apple pie recipe", "green pear", "blue sky over the sea"])

    hits = await index.retriever.search(SearchRequest(queries=("red apple", "Red apple?", "red apple")), owner=ANN)

    assert hits[0].passage.text == "red apple"
    assert len({hit.passage.id for hit in hits}) == len(hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


async def test_an_exact_identifier_is_found_by_its_word(index: Index) -> None:
    await index.put(a_source(), [f"error number{code} happens when the pump stops" for code in range(300)])

    assert (await texts_found(index, "what is number217", limit=1)) == ["error number217 happens when the pump stops"]


async def test_several_wordings_find_what_either_finds(index: Index) -> None:
    await index.put(
        a_source(), ["holidays are thirty days", "vacation lasts a month", *(f"filler {n} text" for n in range(40))]
    )

    found = await texts_found(index, "holidays days", "vacation month", limit=2)

    assert set(found) == {"holidays are thirty days", "vacation lasts a month"}


@pytest.mark.parametrize("queries", [(), ("",), ("   \n\t",), ("", " ")])
async def test_a_blank_query_finds_nothing(index: Index, queries: tuple[str, ...]) -> None:
    await index.put(a_source(), ["something"])

    assert await texts_found(index, *queries) == []


@pytest.mark.parametrize("query", ["🦉", "???", "\u202e\u0301", "' OR 1=1 --", "zzzz", "x" * 5000, "日本語の検索"])
async def test_a_strange_query_is_only_a_query(index: Index, query: str) -> None:
    await index.put(a_source(), ["one thing", "日本語の検索はこちら"])

    assert len(await texts_found(index, query)) == 2


async def test_nothing_is_found_in_an_empty_index(index: Index) -> None:
    assert await texts_found(index, "anything") == []


@pytest.mark.parametrize("limit", [0, 1, 7, 250])
async def test_a_result_is_as_long_as_the_limit_allows(index: Index, limit: int) -> None:
    await index.put(a_source(), [f"text number {number}" for number in range(300)])

    assert len(await texts_found(index, "text", limit=limit)) == limit


async def test_no_sources_is_not_the_same_as_all(index: Index) -> None:
    await index.put(a_source(), ["something"])

    assert await texts_found(index, "something", sources=frozenset()) == []
    assert await texts_found(index, "something", sources=None) == ["something"]


async def test_a_restricted_search_fills_its_limit_however_much_better_the_others_are(index: Index) -> None:
    small, _ = await index.put(a_source("file:///small"), [f"a faint mention {number}" for number in range(12)])
    await index.put(a_source("file:///big"), [f"refund policy refund policy {number}" for number in range(400)])

    found = await texts_found(index, "refund policy", sources=frozenset({small.id}), limit=10)

    assert len(found) == 10
    assert all(text.startswith("a faint mention") for text in found)


async def test_a_search_in_several_sources_stays_in_them(index: Index) -> None:
    one, _ = await index.put(a_source("file:///1"), ["shared words one"])
    two, _ = await index.put(a_source("file:///2"), ["shared words two"])
    await index.put(a_source("file:///3"), ["shared words three"])

    found = await texts_found(index, "shared words", sources=frozenset({one.id, two.id}))

    assert set(found) == {"shared words one", "shared words two"}


async def test_a_search_by_type_fills_its_limit(index: Index) -> None:
    await index.put(a_source("file:///f"), [f"refund policy {number}" for number in range(300)])
    await index.put(a_source("https://x.example/", type=SourceType.WEBPAGE), ["faint one", "faint two"])

    found = await texts_found(index, "refund policy", source_type=SourceType.WEBPAGE)
    none = await texts_found(index, "refund policy", source_type=SourceType.API)

    assert (set(found), none) == ({"faint one", "faint two"}, [])


async def test_type_and_sources_hold_together(index: Index) -> None:
    page, _ = await index.put(a_source("https://x.example/", type=SourceType.WEBPAGE), ["a page"])
    file, _ = await index.put(a_source("file:///f"), ["a file"])

    both = frozenset({page.id, file.id})
    assert await texts_found(index, "a", sources=both, source_type=SourceType.DOCUMENT) == ["a file"]
    assert (await texts_found(index, "a", sources=frozenset({page.id}), source_type=SourceType.DOCUMENT)) == []


async def test_what_is_shown_of_a_source_is_what_its_entry_says_now(index: Index) -> None:
    source, _ = await index.put(a_source(), ["something"])

    await index.source_index.save(replace(source, title="Renamed", type=SourceType.API))
    [hit] = await index.retriever.search(SearchRequest(queries=("something",), type=SourceType.API), owner=ANN)

    assert (hit.title, hit.type) == ("Renamed", SourceType.API)
    assert await texts_found(index, "something", source_type=SourceType.DOCUMENT) == []


async def test_nobody_finds_another_owners_passages(index: Index) -> None:
    mine, _ = await index.put(a_source(owner=ANN), ["my secret"])
    await index.put(a_source(owner=BOB), ["your secret"])

    assert await texts_found(index, "secret", owner=BOB) == ["your secret"]
    assert await texts_found(index, "secret", owner=BOB, sources=frozenset({mine.id})) == []
    assert await texts_found(index, "secret", owner=UserId("ann\n")) == []
    assert await texts_found(index, "secret", owner=UserId("")) == []


async def test_what_others_store_does_not_move_an_owners_scores(index: Index) -> None:
    await index.put(a_source(owner=ANN), ["copper pipe", "copper roof", "tin roof"])
    request = SearchRequest(queries=("copper roof",))
    before = await index.retriever.search(request, owner=ANN)

    await index.put(a_source(owner=BOB), [f"copper {number}" for number in range(50)])
    after = await index.retriever.search(request, owner=ANN)

    assert [(hit.passage, round(hit.score, 4)) for hit in after] == [
        (hit.passage, round(hit.score, 4)) for hit in before
    ]


async def test_passages_forged_under_another_owners_source_are_never_shown(index: Index) -> None:
    source, _ = await index.put(a_source(owner=ANN), ["the true text"])
    assert source.current is not None
    forged = [
        replace(passage, owner=BOB, id=PassageId(uuid.uuid4()))
        for passage in passages_of(source, source.current.id, ["a forged text"])
    ]
    await index.source_index.write_passages(forged, await index.embedder.embed_passages(["a forged text"]))

    assert await texts_found(index, "text", owner=BOB) == []
    assert await texts_found(index, "text", owner=ANN) == ["the true text"]


async def test_a_version_being_written_is_not_found(index: Index) -> None:
    source = a_source().received(a_version())
    await index.source_index.save(source)
    await index.write(source, ["not yet"])

    assert await texts_found(index, "not yet") == []
    assert await texts_found(index, "not yet", sources=frozenset({source.id})) == []


async def test_a_replacement_takes_effect_with_one_save(index: Index) -> None:
    source, _ = await index.put(a_source(), ["the fee is ten"])
    pending = source.received(a_version())
    await index.source_index.save(pending)
    await index.write(pending, ["the fee is twelve"])
    before = await texts_found(index, "the fee")

    await index.source_index.save(pending.indexed(title="Handbook", passages=1, at=source.last_updated))
    after = await texts_found(index, "the fee")
    await index.source_index.sweep(source.id, owner=ANN, keep=pending.pending.id if pending.pending else None)

    assert (before, after) == (["the fee is ten"], ["the fee is twelve"])
    assert await texts_found(index, "the fee") == ["the fee is twelve"]


async def test_a_rejected_replacement_leaves_the_old(index: Index) -> None:
    source, _ = await index.put(a_source(), ["the fee is ten"])
    pending = source.received(a_version())
    await index.source_index.save(pending)
    await index.write(pending, ["the fee is twelve"])

    await index.source_index.save(replace(pending, pending=None))

    assert await texts_found(index, "the fee") == ["the fee is ten"]


async def test_a_deletion_hides_at_once_even_before_the_sweep(index: Index) -> None:
    source, _ = await index.put(a_source(), ["something to hide"])

    await index.source_index.delete(source.id, owner=ANN)

    assert await texts_found(index, "something to hide") == []
    assert await texts_found(index, "something to hide", sources=frozenset({source.id})) == []
    assert await texts_found(index, "something to hide", source_type=SourceType.DOCUMENT) == []


async def test_what_is_not_on_show_crowds_nothing_out(index: Index) -> None:
    await index.put(a_source("file:///faint"), [f"a faint mention {number}" for number in range(10)])
    for name in range(3):
        gone, _ = await index.put(a_source(f"file:///{name}"), [f"refund policy {n} {name}" for n in range(250)])
        await index.source_index.delete(gone.id, owner=ANN)
    pending = a_source("file:///coming").received(a_version())
    await index.source_index.save(pending)
    await index.write(pending, [f"refund policy {number} soon" for number in range(250)])

    found = await texts_found(index, "refund policy", limit=10)

    assert len(found) == 10
    assert all(text.startswith("a faint mention") for text in found)


async def test_many_small_sources_that_are_gone_crowd_nothing_out(index: Index) -> None:
    await index.put(a_source("file:///kept"), ["a faint mention"])
    for number in range(260):
        source = a_source(f"file:///{number}").received(a_version())
        await index.write(source, ["refund policy"])

    assert await texts_found(index, "refund policy") == ["a faint mention"]


async def test_searches_during_a_replacement_see_the_old_or_the_new_and_never_both(index: Index) -> None:
    source, _ = await index.put(a_source(), [f"old fee {number}" for number in range(60)])
    seen: list[set[str]] = []
    done = asyncio.Event()

    async def look() -> None:
        while not done.is_set():
            seen.append({text.split()[0] for text in await texts_found(index, "fee", limit=60)})
            await asyncio.sleep(0)

    watcher = asyncio.create_task(look())
    for name in ("new", "newer"):
        source, _ = await index.put(source, [f"{name} fee {number}" for number in range(60)])
        assert source.current is not None
        await index.source_index.sweep(source.id, owner=ANN, keep=source.current.id)
    done.set()
    await watcher
    last = await texts_found(index, "fee", limit=60)

    assert all(len(words) == 1 for words in seen)
    assert {text.split()[0] for text in last} == {"newer"}


async def test_searches_at_the_same_time_each_get_their_own_answer(index: Index) -> None:
    await index.put(a_source(), [f"topic{number} is here" for number in range(30)])

    found = await asyncio.gather(*(texts_found(index, f"topic{number}", limit=1) for number in range(30)))

    assert found == [[f"topic{number} is here"] for number in range(30)]
