"""What all locks keep to; each contract has two holders, as two processes are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from adapters.database.engine import create_engine
from adapters.database.locks import PostgresLocks
from adapters.memory.locks import MemoryLocks
from application.ports.locks import Locks
from domain.errors import Overloaded

PATIENCE = 0.3


@dataclass
class Two:
    """The locks as two processes see them (in memory there is but one)."""

    here: Locks
    there: Locks


@pytest.fixture
def memory_two() -> Two:
    locks = MemoryLocks(patience_seconds=PATIENCE)
    return Two(locks, locks)


@pytest.fixture
async def postgres_two(postgres_url: str) -> AsyncIterator[Two]:
    here, there = (PostgresLocks(engine=create_engine(postgres_url), patience_seconds=PATIENCE) for _ in range(2))
    yield Two(here, there)
    await here.close()
    await there.close()


@pytest.fixture(params=["memory", "postgres"])
def two(request: pytest.FixtureRequest) -> Two:
    chosen: Two = request.getfixturevalue(f"{request.param}_two")
    return chosen


async def test_a_lock_is_held_by_one_at_a_time(two: Two) -> None:
    inside, most = 0, 0

    async def enter(locks: Locks) -> None:
        nonlocal inside, most
        async with locks.hold("a"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.005)
            inside -= 1

    await asyncio.gather(*(enter(locks) for _ in range(6) for locks in (two.here, two.there)))

    assert (inside, most) == (0, 1)


async def test_locks_of_other_names_are_free(two: Two) -> None:
    async with two.here.hold("a"), two.there.hold("b"):
        pass


async def test_waiting_ends_with_a_refusal(two: Two) -> None:
    async with two.here.hold("a"):
        with pytest.raises(Overloaded):
            async with two.there.hold("a"):
                pass

    async with two.there.hold("a"):
        pass


async def test_whoever_fails_within_lets_go(two: Two) -> None:
    with pytest.raises(ZeroDivisionError):
        async with two.here.hold("a"):
            raise ZeroDivisionError

    async with two.there.hold("a"), two.here.hold("b"):
        pass


async def test_whoever_is_cancelled_lets_go(two: Two) -> None:
    async def hold_for_ever(hold: Callable[[], object]) -> None:
        async with two.here.hold("a"):
            hold()
            await asyncio.sleep(60)

    held = asyncio.Event()
    task = asyncio.create_task(hold_for_ever(held.set))
    await held.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    async with two.there.hold("a"):
        pass


async def test_all_are_had_only_when_none_is_held(two: Two) -> None:
    async with two.here.hold("a"):
        with pytest.raises(Overloaded):
            async with two.there.hold_all():
                pass

    async with two.there.hold_all():
        pass


async def test_none_is_had_while_all_are(two: Two) -> None:
    async with two.here.hold_all():
        with pytest.raises(Overloaded):
            async with two.there.hold("a"):
                pass

    async with two.there.hold("a"):
        pass


async def test_who_waits_for_all_is_not_overtaken_for_ever(two: Two) -> None:
    stopped = False

    async def come_and_go(name: str) -> None:
        while not stopped:
            async with two.here.hold(name):
                await asyncio.sleep(0.02)

    busy = [asyncio.create_task(come_and_go(name)) for name in "abc"]
    await asyncio.sleep(0.05)
    async with two.there.hold_all():
        stopped = True
    await asyncio.gather(*busy)


async def test_a_lock_that_is_only_tried_for_is_had_by_one(two: Two) -> None:
    async with two.here.try_hold("a") as first, two.there.try_hold("a") as second, two.there.try_hold("b") as other:
        had = (first, second, other)
    async with two.there.try_hold("a") as again:
        pass

    assert (*had, again) == (True, False, True, True)


async def test_a_lock_that_is_only_tried_for_is_no_hindrance_to_the_others(two: Two) -> None:
    async with two.here.try_hold("a"), two.there.hold("a"), two.here.try_hold("c"):
        pass
    async with two.here.try_hold("a"), two.there.hold_all():
        pass
