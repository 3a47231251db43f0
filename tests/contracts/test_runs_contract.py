"""What every store of runs keeps to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from tests.factories import NOW, ConversationFactory, MessageFactory
from tests.support.keeping import keep

from application.ports.runs import ActiveRun
from application.ports.unit_of_work import StartUnitOfWork
from domain.errors import Conflict, MessageNotFound
from domain.identity import LOCAL_USER, ConversationId, RunId, UserId, run_of


async def a_run(
    start: StartUnitOfWork, *, owner: UserId = LOCAL_USER, until: datetime = NOW, number: int | None = None
) -> ActiveRun:
    """A run of an answer in a conversation of its own, entered."""
    conversation = ConversationFactory.build(owner=owner)
    answer = MessageFactory.build(conversation_id=conversation.id, id=uuid4() if number is None else UUID(int=number))
    await keep(start, conversation, answer, owner=owner)
    run = ActiveRun(id=run_of(answer.id), conversation_id=conversation.id, owner=owner, leased_until=until)
    await enter(start, run)
    return run


async def enter(start: StartUnitOfWork, run: ActiveRun) -> None:
    async with start(write=True) as unit_of_work:
        await unit_of_work.runs.add(run)
        await unit_of_work.commit()


async def test_a_run_is_active_in_its_conversation_until_it_is_removed(start: StartUnitOfWork) -> None:
    run = await a_run(start)

    async with start(write=True) as unit_of_work:
        before = await unit_of_work.runs.active_in(run.conversation_id, owner=LOCAL_USER)
        removed = await unit_of_work.runs.remove(run.id)
        removed_again = await unit_of_work.runs.remove(run.id)
        after = await unit_of_work.runs.active_in(run.conversation_id, owner=LOCAL_USER)
        await unit_of_work.commit()

    assert (list(before), removed, removed_again, list(after)) == ([run], True, False, [])


async def test_runs_of_a_conversation_come_newest_first_and_to_their_owner_alone(start: StartUnitOfWork) -> None:
    first = await a_run(start, number=1)
    answers = [MessageFactory.build(conversation_id=first.conversation_id, id=UUID(int=n)) for n in (3, 2)]
    await keep(start, *answers)
    for answer in answers:
        await enter(start, replace(first, id=run_of(answer.id)))

    async with start() as unit_of_work:
        mine = await unit_of_work.runs.active_in(first.conversation_id, owner=LOCAL_USER)
        theirs = await unit_of_work.runs.active_in(first.conversation_id, owner=UserId("ben"))

    assert [run.id.int for run in mine] == [3, 2, 1]
    assert list(theirs) == []


async def test_a_run_needs_the_message_of_its_answer(start: StartUnitOfWork) -> None:
    run = await a_run(start)
    for wrong in (
        replace(run, id=RunId(uuid4())),
        replace(run, conversation_id=ConversationId(uuid4())),
        replace(run, owner=UserId("ben")),
    ):
        async with start(write=True) as unit_of_work:
            await unit_of_work.runs.remove(run.id)
            with pytest.raises(MessageNotFound):
                await unit_of_work.runs.add(wrong)


async def test_a_run_can_not_be_entered_twice(start: StartUnitOfWork) -> None:
    run = await a_run(start)

    with pytest.raises(Conflict):
        await enter(start, run)


async def test_a_lease_is_renewed_while_there_is_an_entry(start: StartUnitOfWork) -> None:
    run = await a_run(start)
    later = NOW + timedelta(seconds=30, microseconds=1)

    async with start(write=True) as unit_of_work:
        renewed = await unit_of_work.runs.renew(run.id, until=later)
        of_nobody = await unit_of_work.runs.renew(RunId(uuid4()), until=later)
        await unit_of_work.commit()

    async with start() as unit_of_work:
        active = await unit_of_work.runs.active_in(run.conversation_id, owner=LOCAL_USER)
    assert (renewed, of_nobody) == (True, False)
    assert list(active) == [replace(run, leased_until=later)]


async def test_expired_are_those_whose_lease_ended_before_now_whoever_s_they_are(start: StartUnitOfWork) -> None:
    ended = await a_run(start, owner=UserId("ben"), until=NOW - timedelta(microseconds=1))
    ending = await a_run(start, until=NOW)
    going_on = await a_run(start, until=NOW + timedelta(seconds=1))

    async with start() as unit_of_work:
        expired = await unit_of_work.runs.expired(now=NOW)
        everyone = await unit_of_work.runs.expired(now=None)

    assert list(expired) == [ended]
    assert list(everyone) == [ended, ending, going_on]


async def test_at_most_a_hundred_expired_at_a_time(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()
    answers = [MessageFactory.build(conversation_id=conversation.id) for _ in range(101)]
    await keep(start, conversation, *answers)
    async with start(write=True) as unit_of_work:
        for answer in answers:
            await unit_of_work.runs.add(
                ActiveRun(id=run_of(answer.id), conversation_id=conversation.id, owner=LOCAL_USER, leased_until=NOW)
            )
        await unit_of_work.commit()

    async with start() as unit_of_work:
        assert len(await unit_of_work.runs.expired(now=NOW + timedelta(seconds=1))) == 100
        assert len(await unit_of_work.runs.expired(now=None)) == 100


async def test_exactly_one_of_many_ends_a_run(start: StartUnitOfWork) -> None:
    run = await a_run(start)

    async def end() -> bool:
        async with start(write=True) as unit_of_work:
            is_mine = await unit_of_work.runs.remove(run.id)
            await asyncio.sleep(0)
            await unit_of_work.commit()
        return is_mine

    winners = await asyncio.gather(*(end() for _ in range(8)))

    assert sorted(winners) == [False] * 7 + [True]


async def test_who_gives_up_a_removal_leaves_it_to_the_next(start: StartUnitOfWork) -> None:
    run = await a_run(start)

    async with start(write=True) as unit_of_work:
        assert await unit_of_work.runs.remove(run.id)

    async with start(write=True) as unit_of_work:
        assert await unit_of_work.runs.remove(run.id)
