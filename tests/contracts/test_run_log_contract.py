"""What all logs of runs keep to; each contract has two of them, as two processes have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from tests.factories import MessageFactory, a_reference

from adapters.memory.run_log import MemoryRunLog
from adapters.redis.run_log import RedisRunLog
from adapters.system.clock import SystemClock
from application.ports.run_log import MOST_EVENTS, LoggedEvent, RunLog
from domain.answer import Quote
from domain.errors import Problem, TooLarge
from domain.identity import ConversationId, MessageId, RunId
from domain.run import (
    AnswerEvent,
    QuoteAdded,
    RunFailed,
    RunFinished,
    RunStarted,
    SourcesFound,
    TextAdded,
)
from entrypoints.http import sse

FAILED = RunFailed(problem=Problem(code="interrupted", detail="The server stopped."))


@dataclass
class Two:
    """The log as two processes see it (in memory there is but one)."""

    here: RunLog
    there: RunLog


Open = Callable[[int], Two]


@pytest.fixture
def memory_open() -> Open:
    def open_two(most_events: int) -> Two:
        log = MemoryRunLog(clock=SystemClock(), most_events=most_events)
        return Two(log, log)

    return open_two


@pytest.fixture
async def redis_open(redis_url: str) -> AsyncIterator[Open]:
    logs: list[RedisRunLog] = []

    def open_two(most_events: int) -> Two:
        logs.extend(RedisRunLog.open(redis_url, most_events=most_events) for _ in range(2))
        return Two(logs[-2], logs[-1])

    yield open_two
    for log in logs:
        await log.close()


@pytest.fixture(params=["memory", "redis"])
def open_two(request: pytest.FixtureRequest) -> Open:
    chosen: Open = request.getfixturevalue(f"{request.param}_open")
    return chosen


@pytest.fixture
def two(open_two: Open) -> Two:
    return open_two(MOST_EVENTS)


def a_run() -> RunId:
    return RunId(uuid4())


def text(number: int) -> TextAdded:
    return TextAdded(text=f"word {number} ")


def a_whole_run(run_id: RunId) -> list[AnswerEvent]:
    started = RunStarted(
        run_id=run_id,
        conversation_id=ConversationId(uuid4()),
        user_message=MessageFactory.build(metadata={"seen": 1.5, "by": ["Ünal", None]}),
        message_id=MessageId(run_id),
    )
    quote = Quote(text="ten days", start=1, end=9, verified=True)
    return [
        started,
        SourcesFound(references=(a_reference(1), a_reference(2))),
        *(text(number) for number in range(250)),
        QuoteAdded(number=1, quote=quote),
        RunFinished(message=MessageFactory.build(references=(a_reference(1, quotes=(quote,)),))),
    ]


async def write(log: RunLog, run_id: RunId, events: list[AnswerEvent]) -> list[int]:
    return [await log.append(run_id, event) for event in events]


async def read(log: RunLog, run_id: RunId, after: int = 0) -> list[LoggedEvent]:
    return [logged async for logged in log.follow(run_id, after=after)]


async def within_seconds(awaited: Awaitable[object], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        await awaited


async def test_events_are_numbered_from_one_and_read_in_their_order(two: Two) -> None:
    run_id = a_run()
    events = a_whole_run(run_id)

    numbers = await write(two.here, run_id, events)
    seen = await read(two.there, run_id)

    assert numbers == list(range(1, len(events) + 1))
    assert seen == [LoggedEvent(number, event) for number, event in enumerate(events, start=1)]


@pytest.mark.parametrize("after", [-1, 0, 1, 99, 100, 101, 253, 254])
async def test_a_run_is_followed_from_anywhere(two: Two, after: int) -> None:
    run_id = a_run()
    events = a_whole_run(run_id)
    await write(two.here, run_id, events)

    seen = await read(two.there, run_id, after)

    assert [logged.id for logged in seen] == list(range(max(0, after) + 1, len(events) + 1))


@pytest.mark.parametrize("after", [2, 3, 10**30])
async def test_nothing_follows_the_end(two: Two, after: int) -> None:
    run_id = a_run()
    await write(two.here, run_id, [text(1), FAILED])

    assert await read(two.there, run_id, after) == []


async def test_a_run_is_followed_while_it_is_written(two: Two) -> None:
    run_id = a_run()
    await two.here.append(run_id, text(0))
    seen: list[int] = []
    arrived = asyncio.Event()

    async def follow() -> None:
        async for logged in two.there.follow(run_id):
            seen.append(logged.id)
            arrived.set()

    following = asyncio.create_task(follow())
    for number in range(1, 20):
        await within_seconds(arrived.wait())
        arrived.clear()
        await two.here.append(run_id, text(number))
    await two.here.append(run_id, FAILED)
    await within_seconds(following)

    assert seen == list(range(1, 22))


async def test_who_waits_for_a_later_event_gets_none_before_it(two: Two) -> None:
    run_id = a_run()
    await two.here.append(run_id, text(1))
    following = asyncio.create_task(read(two.there, run_id, 3))
    await asyncio.sleep(0.05)

    await write(two.here, run_id, [text(2), text(3), text(4), FAILED])

    assert [logged.id for logged in await following] == [4, 5]


async def test_who_comes_while_the_end_is_written_gets_it(two: Two) -> None:
    runs = [a_run() for _ in range(100)]
    for run_id in runs:
        await two.here.append(run_id, text(1))

    async def end_while_followed(run_id: RunId) -> list[int]:
        following = asyncio.create_task(read(two.there, run_id, 1))
        await two.here.append(run_id, FAILED)
        return [logged.id for logged in await following]

    assert await asyncio.gather(*(end_while_followed(run_id) for run_id in runs)) == [[2]] * 100


async def test_many_followers_get_the_same_bytes(two: Two) -> None:
    run_id = a_run()
    events = a_whole_run(run_id)
    await two.here.append(run_id, events[0])

    async def bytes_of(log: RunLog) -> bytes:
        return b"".join([sse.encode(logged) async for logged in log.follow(run_id)])

    following = [asyncio.create_task(bytes_of(log)) for _ in range(20) for log in (two.here, two.there)]
    await write(two.here, run_id, events[1:])
    late = await bytes_of(two.there)

    assert set(await asyncio.gather(*following)) == {late}
    assert late == b"".join(sse.encode(LoggedEvent(number, event)) for number, event in enumerate(events, start=1))


async def test_a_slow_follower_slows_nobody(two: Two) -> None:
    run_id = a_run()
    events = a_whole_run(run_id)
    await two.here.append(run_id, events[0])
    slow = aiter(two.there.follow(run_id))
    first = await anext(slow)

    following = asyncio.create_task(read(two.there, run_id))
    await within_seconds(write(two.here, run_id, events[1:]))
    await within_seconds(following)
    rest = [logged.id async for logged in slow]

    assert [first.id, *rest] == list(range(1, len(events) + 1))


async def test_nothing_is_added_after_a_last_event(two: Two) -> None:
    run_id = a_run()
    await write(two.here, run_id, [text(1), FAILED])

    late = [await log.append(run_id, event) for log in (two.here, two.there) for event in (text(2), FAILED)]

    assert late == [2, 2, 2, 2]
    assert [logged.event for logged in await read(two.there, run_id)] == [text(1), FAILED]


async def test_one_of_two_ends_comes_first_and_stays_the_only_one(two: Two) -> None:
    run_id = a_run()
    await two.here.append(run_id, text(1))
    finished = RunFinished(message=MessageFactory.build())

    numbers = await asyncio.gather(two.here.append(run_id, finished), two.there.append(run_id, FAILED))

    assert tuple(numbers) == (2, 2)
    assert len(await read(two.here, run_id)) == 2


async def test_a_run_has_only_so_many_events_and_always_an_end(open_two: Open) -> None:
    two, run_id = open_two(3), a_run()
    await write(two.here, run_id, [text(1), text(2), text(3)])

    for log in (two.here, two.there):
        with pytest.raises(TooLarge):
            await log.append(run_id, text(4))

    assert await two.there.append(run_id, FAILED) == 4
    assert [logged.id for logged in await read(two.here, run_id)] == [1, 2, 3, 4]


async def test_events_of_two_writers_leave_no_gap_and_share_no_number(two: Two) -> None:
    run_id = a_run()

    numbers = await asyncio.gather(*(log.append(run_id, text(1)) for _ in range(100) for log in (two.here, two.there)))
    await two.here.append(run_id, FAILED)

    assert sorted(numbers) == list(range(1, 201))
    assert [logged.id for logged in await read(two.there, run_id)] == list(range(1, 202))


async def test_a_run_that_is_not_kept_has_no_events_and_ends_at_once(two: Two) -> None:
    run_id = a_run()

    async with asyncio.timeout(0.9):
        assert await read(two.here, run_id) == []
        assert await read(two.there, run_id, 5) == []
    assert not await two.there.knows(run_id)


async def test_a_run_is_known_from_its_first_event(two: Two) -> None:
    run_id = a_run()
    waiting = asyncio.create_task(two.here.stop_requested(run_id))
    await asyncio.sleep(0.05)

    before = await two.there.knows(run_id)
    await two.here.append(run_id, text(1))
    after = await two.there.knows(run_id)

    assert (before, after) == (False, True)
    waiting.cancel()


async def test_a_stop_reaches_who_waits_for_it(two: Two) -> None:
    run_id = a_run()
    await two.here.append(run_id, text(1))
    waiting = asyncio.create_task(two.here.stop_requested(run_id))
    await asyncio.sleep(0.1)

    await two.there.request_stop(run_id)

    await within_seconds(waiting, 0.9)


async def test_a_stop_reaches_who_asks_for_it_later(two: Two) -> None:
    run_id = a_run()
    await two.here.append(run_id, text(1))

    await two.there.request_stop(run_id)

    await within_seconds(two.here.stop_requested(run_id), 0.9)


async def test_a_stop_is_meant_for_one_run(two: Two) -> None:
    run_id, other = a_run(), a_run()
    for each in (run_id, other):
        await two.here.append(each, text(1))
    waiting = asyncio.create_task(two.here.stop_requested(other))

    await two.there.request_stop(run_id)
    await asyncio.sleep(0.1)

    assert not waiting.done()
    waiting.cancel()
