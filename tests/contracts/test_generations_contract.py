"""The contract of generations, run by every adapter that claims it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from tests.contracts.generations import World, found, parts, world
from tests.contracts.indexing import ANN, SERVER_URL, a_source

from adapters.splitting.splitter import SentenceSplitter
from application.ports.generations import Generation, Generations

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

SERVERS = ["http", *(["server"] if SERVER_URL else [])]


@pytest.fixture(params=["memory", "edge", *SERVERS])
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with world(request, tmp_path) as empty:
        yield empty


@pytest.fixture(params=["memory", *SERVERS])
async def shared(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """Stores that several processes may use."""
    async with world(request, tmp_path) as empty:
        yield empty


async def made_anew(generations: Generations, text: str) -> Generation:
    """The generation that follows, with a source in it."""
    following = await generations.following()
    assert following is not None
    await parts(following).put(a_source(), [text])
    return following


async def test_a_first_start_makes_a_generation_of_the_configured_model(stores: World) -> None:
    process = await stores.start("first")

    source, _ = await parts(process.current()).put(a_source(), ["some text"])

    assert process.current().embedder.model.dimension == 64
    assert await process.current().source_index.get(source.id, owner=ANN) == source
    assert await found(process.current(), "text") == ["some text"]
    assert await process.following() is None
    assert await process.retire() == 0


async def test_with_the_same_model_all_goes_on_as_it_was(stores: World) -> None:
    process = await stores.start("first")
    before = process.current().id
    await parts(process.current()).put(a_source(), ["some text"])

    process = await stores.restart(process, "first")

    assert process.current().id == (await process.refresh()).id == before
    assert await process.following() is None
    assert await found(process.current(), "text") == ["some text"]


async def test_with_another_model_searches_go_on_in_what_the_old_one_made(stores: World) -> None:
    process = await stores.start("first")
    await parts(process.current()).put(a_source(), ["old text"])

    process = await stores.restart(process, "second")
    following = await made_anew(process, "new text")

    assert following.id != process.current().id
    assert following.embedder.model.dimension == 32
    assert isinstance(following.splitter, SentenceSplitter)
    assert following.splitter.embedder is following.embedder
    assert process.current().embedder.model.dimension == 64
    assert await found(process.current(), "text") == ["old text"]
    assert await found(following, "text") == ["new text"]


async def test_the_one_that_follows_is_taken_up_where_an_interruption_left_it(stores: World) -> None:
    process = await stores.restart(await stores.start("first"), "second")
    half_made = await made_anew(process, "new text")

    process = await stores.restart(process, "second")
    following = await process.following()
    again = await process.following()

    assert following is not None
    assert again is not None
    assert following.id == again.id == half_made.id != process.current().id
    assert await found(following, "text") == ["new text"]


async def test_a_switch_is_seen_at_once_and_by_every_later_start(stores: World) -> None:
    process = await stores.restart(await stores.start("first"), "second")
    following = await made_anew(process, "new text")

    await process.switch(following)
    at_once = process.current()
    refreshed = await process.refresh()
    process = await stores.restart(process, "second")

    assert at_once.id == refreshed.id == process.current().id == following.id
    assert await found(process.current(), "text") == ["new text"]
    assert await process.following() is None


async def test_without_a_switch_the_old_one_stays_current(stores: World) -> None:
    process = await stores.start("first")
    await parts(process.current()).put(a_source(), ["old text"])
    process = await stores.restart(process, "second")
    await made_anew(process, "new text")

    process = await stores.restart(process, "first")

    assert await process.following() is None
    assert await found(process.current(), "text") == ["old text"]


async def test_after_a_switch_the_old_one_is_usable_for_a_minute_and_then_deleted(stores: World) -> None:
    process = await stores.start("first")
    await parts(process.current()).put(a_source(), ["old text"])
    process = await stores.restart(process, "second")
    old = process.current()
    await process.switch(await made_anew(process, "new text"))

    too_early = await process.retire()
    stores.seconds += 59
    too_early += await process.retire()
    found_in_time = await found(old, "text")
    stores.seconds += 2
    retired = await process.retire()
    again = await process.retire()

    assert (too_early, found_in_time, retired, again) == (0, ["old text"], 1, 0)
    assert await found(process.current(), "text") == ["new text"]
    process = await stores.restart(process, "second")
    assert await found(process.current(), "text") == ["new text"]


async def test_the_one_that_follows_is_never_retired(stores: World) -> None:
    process = await stores.restart(await stores.start("first"), "second")
    following = await made_anew(process, "new text")

    retired = await process.retire()
    stores.seconds += 1000
    retired += await process.retire()

    assert retired == 0
    assert await found(following, "text") == ["new text"]


async def test_what_was_half_made_for_a_model_that_is_configured_no_more_is_retired(stores: World) -> None:
    process = await stores.start("first")
    await parts(process.current()).put(a_source(), ["old text"])
    process = await stores.restart(process, "second")
    await made_anew(process, "new text")
    process = await stores.restart(process, "first")

    retired = await process.retire()
    stores.seconds += 61
    retired += await process.retire()

    assert retired == 1
    assert await found(process.current(), "text") == ["old text"]
    process = await stores.restart(process, "second")
    fresh = await process.following()
    assert fresh is not None
    assert await found(fresh, "text") == []


async def test_a_model_can_be_left_and_come_back_to(stores: World) -> None:
    process = await stores.start("first")
    await parts(process.current()).put(a_source(), ["first text"])
    process = await stores.restart(process, "second")
    await process.switch(await made_anew(process, "second text"))
    process = await stores.restart(process, "first")

    await process.switch(await made_anew(process, "third text"))

    assert process.current().embedder.model.dimension == 64
    assert "third text" in await found(process.current(), "text")


async def test_another_process_searches_on_in_the_old_one_until_it_refreshes(shared: World) -> None:
    other = await shared.start("first")
    await parts(other.current()).put(a_source(), ["old text"])
    process = await shared.start("second")
    await process.switch(await made_anew(process, "new text"))

    before = other.current()
    old_texts = await found(before, "text")
    after = await other.refresh()

    assert old_texts == ["old text"]
    assert await found(before, "text") == ["old text"]
    assert after.id == other.current().id == process.current().id != before.id
    assert after.embedder.model.dimension == 32
    assert await found(after, "text") == ["new text"]


async def test_what_another_process_may_use_is_kept_for_a_minute_from_when_it_was_noticed(shared: World) -> None:
    other = await shared.start("second")
    process = await shared.restart(other, "first")
    await process.switch(await made_anew(process, "new text"))
    shared.seconds += 1000

    late = await shared.start("first")
    retired = [await late.retire()]
    shared.seconds += 59
    retired.append(await late.retire())
    shared.seconds += 2
    retired.append(await late.retire())
    retired.append(await process.retire())

    assert retired == [0, 0, 1, 0]


async def test_processes_that_start_at_once_agree(shared: World) -> None:
    processes = [await start for start in asyncio.as_completed([shared.start("first") for _ in range(3)])]

    await parts(processes[0].current()).put(a_source(), ["some text"])

    assert len({process.current().id for process in processes}) == 1
    assert [await found(process.current(), "text") for process in processes] == [["some text"]] * 3


async def test_two_processes_that_make_the_same_one_make_one(shared: World) -> None:
    await shared.start("first")
    processes = [await shared.start("second"), await shared.start("second")]

    first, second = await asyncio.gather(*(process.following() for process in processes))

    assert first is not None
    assert second is not None
    assert first.id == second.id
    await parts(first).put(a_source(), ["new text"])
    assert await found(second, "text") == ["new text"]


async def test_many_who_refresh_at_once_get_the_same(shared: World) -> None:
    other, process = await shared.start("first"), await shared.start("second")
    await process.switch(await made_anew(process, "new text"))

    refreshed = await asyncio.gather(*(other.refresh() for _ in range(10)))

    assert {generation.id for generation in refreshed} == {process.current().id}
