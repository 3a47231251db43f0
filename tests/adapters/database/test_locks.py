"""Writers who meet at the same rows: one goes first, the other waits for it, and neither locks the other out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.factories import NOW, ConversationFactory, MessageFactory

from adapters.database.engine import create_engine
from adapters.database.unit_of_work import Database
from application.ports.idempotency_keys import IdempotencyKey, KeptAnswer
from application.ports.runs import ActiveRun
from domain.conversation import Conversation, Message
from domain.errors import Conflict, DatabaseUnavailable, MessageNotFound
from domain.identity import LOCAL_USER, run_of

LEASE = timedelta(seconds=30)
KEY = IdempotencyKey(owner=LOCAL_USER, key="k", fingerprint="f" * 64, created_at=NOW, leased_until=NOW + LEASE)


async def test_finishing_an_answer_while_its_conversation_is_deleted(database: Database) -> None:
    conversation, answer = await an_answer_under_way(database)

    async def finish() -> None:
        async with database.start_unit_of_work(write=True) as unit_of_work:
            assert await unit_of_work.runs.remove(run_of(answer.id))
            removed.set()
            await asyncio.sleep(0.05)
            await unit_of_work.messages.save(replace(answer, content="Within ten days."), owner=LOCAL_USER)
            await unit_of_work.commit()

    async def delete() -> None:
        await removed.wait()
        async with database.start_unit_of_work(write=True) as unit_of_work:
            await unit_of_work.conversations.delete(conversation.id, owner=LOCAL_USER)
            await unit_of_work.commit()

    removed = asyncio.Event()
    await asyncio.gather(finish(), delete())

    async with database.start_unit_of_work() as unit_of_work:
        with pytest.raises(MessageNotFound):
            await unit_of_work.messages.find(answer.id, owner=LOCAL_USER)


async def test_writing_into_a_conversation_from_either_end(database: Database) -> None:
    conversation, answer = await an_answer_under_way(database)

    async def from_the_message() -> None:
        async with database.start_unit_of_work(write=True) as unit_of_work:
            await unit_of_work.messages.save(answer, owner=LOCAL_USER)
            await asyncio.sleep(0.02)
            read = await unit_of_work.conversations.get(conversation.id, owner=LOCAL_USER)
            await unit_of_work.conversations.save(read.at(answer.id, NOW))
            await unit_of_work.commit()

    async def from_the_conversation() -> None:
        async with database.start_unit_of_work(write=True) as unit_of_work:
            await unit_of_work.conversations.save(conversation.at(answer.id, NOW))
            await asyncio.sleep(0.02)
            await unit_of_work.messages.save(answer, owner=LOCAL_USER)
            await unit_of_work.runs.renew(run_of(answer.id), until=NOW + LEASE)
            await unit_of_work.commit()

    await asyncio.gather(*(work() for work in (from_the_message, from_the_conversation) for _ in range(4)))

    async with database.start_unit_of_work() as unit_of_work:
        kept = await unit_of_work.conversations.get(conversation.id, owner=LOCAL_USER)
    assert kept.active_message_id == answer.id


async def test_of_many_who_end_a_run_exactly_one_does(database: Database) -> None:
    _, answer = await an_answer_under_way(database)

    async def end() -> bool:
        async with database.start_unit_of_work(write=True) as unit_of_work:
            ended = await unit_of_work.runs.remove(run_of(answer.id))
            await asyncio.sleep(0.001)
            await unit_of_work.commit()
        return ended

    ends = await asyncio.gather(*(end() for _ in range(10)))

    assert sorted(ends) == [False] * 9 + [True]


async def test_a_run_whose_end_was_undone_can_be_ended_by_the_next(database: Database) -> None:
    _, answer = await an_answer_under_way(database)

    async with database.start_unit_of_work(write=True) as unit_of_work:
        assert await unit_of_work.runs.remove(run_of(answer.id))

    async with database.start_unit_of_work(write=True) as unit_of_work:
        assert await unit_of_work.runs.remove(run_of(answer.id))


async def test_of_many_who_claim_a_key_exactly_one_gets_it(database: Database) -> None:
    claims = await asyncio.gather(*(claimed(database, KEY) for _ in range(10)))

    assert claims.count(None) == 1
    assert claims.count(KEY) == 9


async def test_a_claim_that_was_undone_goes_to_whoever_waited_for_it(database: Database) -> None:
    begun = asyncio.Event()

    async def give_up() -> None:
        async with database.start_unit_of_work(write=True) as unit_of_work:
            assert await unit_of_work.idempotency_keys.claim(KEY, now=NOW) is None
            begun.set()
            await asyncio.sleep(0.05)

    async def wait_for_it() -> IdempotencyKey | None:
        await begun.wait()
        return await claimed(database, KEY)

    _, second = await asyncio.gather(give_up(), wait_for_it())

    assert second is None


async def test_of_many_who_take_over_a_lapsed_key_exactly_one_gets_it(database: Database) -> None:
    await claimed(database, KEY)
    later = NOW + 2 * LEASE
    again = replace(KEY, created_at=later, leased_until=later + LEASE)

    claims = await asyncio.gather(*(claimed(database, again) for _ in range(10)))

    assert claims.count(None) == 1
    assert claims.count(again) == 9


async def test_a_key_that_is_released_while_others_want_it_goes_to_one_of_them(database: Database) -> None:
    await claimed(database, KEY)

    async def release() -> None:
        async with database.start_unit_of_work(write=True) as unit_of_work:
            await unit_of_work.idempotency_keys.release(LOCAL_USER, KEY.key)
            await unit_of_work.commit()

    _, *claims = await asyncio.gather(release(), *(claimed(database, KEY) for _ in range(5)))

    assert claims.count(None) <= 1
    assert await claimed(database, KEY) == KEY or claims.count(None) == 0


async def test_an_answer_is_given_again_byte_for_byte_to_whoever_comes_second(database: Database) -> None:
    answer = KeptAnswer(
        status=200, media_type="application/json", headers=(("Link", "<x>"), ("Link", "<y>")), body=b"\x00\xff{}"
    )
    await claimed(database, KEY)
    async with database.start_unit_of_work(write=True) as unit_of_work:
        await unit_of_work.idempotency_keys.answer(LOCAL_USER, KEY.key, answer)
        await unit_of_work.commit()

    assert await claimed(database, KEY) == replace(KEY, answer=answer)


async def test_more_blocks_than_connections_wait_for_each_other(database: Database) -> None:
    async def read() -> None:
        async with database.start_unit_of_work() as unit_of_work:
            await unit_of_work.tokens.list()
            await asyncio.sleep(0.01)

    await asyncio.gather(*(read() for _ in range(60)))


async def test_failed_statements_do_not_spoil_their_connections_for_the_next_block(database: Database) -> None:
    conversation, answer = await an_answer_under_way(database)

    for _ in range(30):
        with pytest.raises(Conflict):
            async with database.start_unit_of_work(write=True) as unit_of_work:
                await unit_of_work.messages.add(answer, owner=LOCAL_USER)

    async with database.start_unit_of_work() as unit_of_work:
        kept = await unit_of_work.conversations.get(conversation.id, owner=LOCAL_USER)
    assert kept == conversation


async def test_a_server_that_is_gone_is_unavailable_and_not_a_fault_of_ours() -> None:
    database = Database(create_engine("postgresql+asyncpg://nobody@127.0.0.1:9/nothing"))

    with pytest.raises(DatabaseUnavailable):
        async with database.start_unit_of_work() as unit_of_work:
            await unit_of_work.tokens.list()
    await database.close()


async def an_answer_under_way(database: Database) -> tuple[Conversation, Message]:
    conversation = ConversationFactory.build()
    question = MessageFactory.build(conversation_id=conversation.id)
    answer = MessageFactory.build(conversation_id=conversation.id, parent_id=question.id, content="")
    run = ActiveRun(id=run_of(answer.id), conversation_id=conversation.id, owner=LOCAL_USER, leased_until=NOW + LEASE)
    async with database.start_unit_of_work(write=True) as unit_of_work:
        await unit_of_work.conversations.add(conversation)
        await unit_of_work.messages.add(question, owner=LOCAL_USER)
        await unit_of_work.messages.add(answer, owner=LOCAL_USER)
        await unit_of_work.runs.add(run)
        await unit_of_work.commit()
    return conversation, answer


async def claimed(database: Database, key: IdempotencyKey) -> IdempotencyKey | None:
    """What a claim finds a moment after the lease of the first has run out."""
    async with database.start_unit_of_work(write=True) as unit_of_work:
        found = await unit_of_work.idempotency_keys.claim(key, now=key.created_at + timedelta(seconds=1))
        await asyncio.sleep(0.001)
        await unit_of_work.commit()
    return found
