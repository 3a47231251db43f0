"""What every store of idempotency keys keeps to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.factories import NOW

from application.ports.idempotency_keys import IdempotencyKey, KeptAnswer
from application.ports.unit_of_work import StartUnitOfWork
from domain.identity import UserId

KEY = IdempotencyKey(
    owner=UserId("anna"),
    key="k" * 255,
    fingerprint="f" * 64,
    created_at=NOW,
    leased_until=NOW + timedelta(seconds=60),
)
ANSWER = KeptAnswer(
    status=202,
    media_type="application/json",
    headers=(("x-total-count", "3"), ("set-cookie", "a"), ("set-cookie", "b")),
    body=bytes(range(256)),
)


async def claim(start: StartUnitOfWork, key: IdempotencyKey, seconds: float = 0) -> IdempotencyKey | None:
    async with start(write=True) as unit_of_work:
        found = await unit_of_work.idempotency_keys.claim(key, now=NOW + timedelta(seconds=seconds))
        await unit_of_work.commit()
    return found


async def answer(start: StartUnitOfWork, given: KeptAnswer = ANSWER) -> None:
    async with start(write=True) as unit_of_work:
        await unit_of_work.idempotency_keys.answer(KEY.owner, KEY.key, given)
        await unit_of_work.commit()


async def test_the_first_claims_and_the_next_sees_it(start: StartUnitOfWork) -> None:
    assert await claim(start, KEY) is None
    assert await claim(start, replace(KEY, created_at=NOW + timedelta(seconds=1))) == KEY


@pytest.mark.parametrize("given", [ANSWER, replace(ANSWER, body=b"", headers=(), media_type="", status=500)])
async def test_an_answer_is_given_again_to_the_byte(start: StartUnitOfWork, given: KeptAnswer) -> None:
    await claim(start, KEY)

    await answer(start, given)

    assert await claim(start, KEY) == replace(KEY, answer=given)


async def test_the_same_key_of_somebody_else_is_another_key(start: StartUnitOfWork) -> None:
    await claim(start, KEY)

    assert await claim(start, replace(KEY, owner=UserId("ben"))) is None


async def test_a_lapsed_claim_with_the_same_request_is_taken_over(start: StartUnitOfWork) -> None:
    await claim(start, KEY)
    anew = replace(KEY, leased_until=NOW + timedelta(seconds=120), created_at=NOW + timedelta(seconds=61))

    assert await claim(start, anew, seconds=60) == KEY
    assert await claim(start, anew, seconds=61) is None
    assert await claim(start, KEY, seconds=62) == anew


async def test_a_lapsed_claim_with_another_request_stands(start: StartUnitOfWork) -> None:
    await claim(start, KEY)

    assert await claim(start, replace(KEY, fingerprint="e" * 64), seconds=61) == KEY


async def test_an_answered_key_is_never_taken_over(start: StartUnitOfWork) -> None:
    await claim(start, KEY)
    await answer(start)

    assert await claim(start, KEY, seconds=3600) == replace(KEY, answer=ANSWER)


async def test_release_forgets_what_is_unanswered_alone(start: StartUnitOfWork) -> None:
    await claim(start, KEY)
    async with start(write=True) as unit_of_work:
        await unit_of_work.idempotency_keys.release(UserId("ben"), KEY.key)
        await unit_of_work.idempotency_keys.release(KEY.owner, KEY.key)
        await unit_of_work.commit()
    assert await claim(start, KEY) is None

    await answer(start)
    async with start(write=True) as unit_of_work:
        await unit_of_work.idempotency_keys.release(KEY.owner, KEY.key)
        await unit_of_work.commit()
    assert await claim(start, KEY) == replace(KEY, answer=ANSWER)


async def test_an_answer_to_a_key_that_was_forgotten_is_nothing(start: StartUnitOfWork) -> None:
    await answer(start)

    assert await claim(start, KEY) is None


async def test_what_was_created_before_a_time_is_forgotten(start: StartUnitOfWork) -> None:
    kept = replace(KEY, key="young", created_at=NOW + timedelta(microseconds=1))
    for key in (KEY, replace(KEY, owner=UserId("ben")), kept):
        await claim(start, key)

    async with start(write=True) as unit_of_work:
        count = await unit_of_work.idempotency_keys.forget(before=NOW + timedelta(microseconds=1))
        await unit_of_work.commit()

    assert count == 2
    assert await claim(start, kept) == kept
    assert await claim(start, KEY) is None


async def test_exactly_one_of_many_claims_a_key(start: StartUnitOfWork) -> None:
    found = await asyncio.gather(*(claim(start, KEY) for _ in range(8)))

    assert [each for each in found if each is None] == [None]
    assert [each for each in found if each is not None] == [KEY] * 7


async def test_exactly_one_of_many_takes_over_a_lapsed_claim(start: StartUnitOfWork) -> None:
    await claim(start, KEY)
    anew = replace(KEY, leased_until=NOW + timedelta(seconds=120))

    found = await asyncio.gather(*(claim(start, anew, seconds=61) for _ in range(8)))

    assert [each for each in found if each is None] == [None]
    assert [each for each in found if each is not None] == [anew] * 7


async def test_a_claim_that_is_given_up_leaves_the_key_to_those_who_waited(start: StartUnitOfWork) -> None:
    claimed, may_go = asyncio.Event(), asyncio.Event()

    async def claim_and_give_up() -> None:
        async with start(write=True) as unit_of_work:
            await unit_of_work.idempotency_keys.claim(KEY, now=NOW)
            claimed.set()
            await may_go.wait()

    first = asyncio.create_task(claim_and_give_up())
    await claimed.wait()
    second = asyncio.create_task(claim(start, KEY))
    await asyncio.sleep(0.05)
    may_go.set()
    await first

    assert await second is None
