"""What every unit of work keeps to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from tests.factories import ConversationFactory, MessageFactory

from application.ports.unit_of_work import StartUnitOfWork
from domain.errors import ConversationNotFound, MessageNotFound
from domain.identity import MessageId, UserId


async def test_what_is_committed_is_there_for_the_next(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.add(conversation)
        await unit_of_work.commit()

    async with start() as unit_of_work:
        assert await unit_of_work.conversations.get(conversation.id, owner=conversation.owner) == conversation


async def test_leaving_without_a_commit_undoes_everything(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.add(conversation)
        await unit_of_work.conversations.get(conversation.id, owner=conversation.owner)

    async with start() as unit_of_work:
        with pytest.raises(ConversationNotFound):
            await unit_of_work.conversations.get(conversation.id, owner=conversation.owner)


async def test_an_error_in_the_block_undoes_everything_and_comes_out(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()

    async def fail() -> None:
        async with start(write=True) as unit_of_work:
            await unit_of_work.conversations.add(conversation)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    async with start() as unit_of_work:
        with pytest.raises(ConversationNotFound):
            await unit_of_work.conversations.get(conversation.id, owner=conversation.owner)


async def test_what_is_written_after_the_commit_is_undone(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.add(conversation)
        await unit_of_work.commit()
        await unit_of_work.conversations.delete(conversation.id, owner=conversation.owner)

    async with start() as unit_of_work:
        assert await unit_of_work.conversations.get(conversation.id, owner=conversation.owner) == conversation


async def test_nobody_else_sees_what_is_not_committed(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()

    async with start(write=True) as writer:
        await writer.conversations.add(conversation)
        async with start() as reader:
            with pytest.raises(ConversationNotFound):
                await reader.conversations.get(conversation.id, owner=conversation.owner)
        await writer.commit()


async def test_a_reader_sees_one_state_from_its_first_look_to_its_last(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()
    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.add(conversation)
        await unit_of_work.commit()

    async with start() as reader:
        before = await reader.conversations.get(conversation.id, owner=conversation.owner)
        async with start(write=True) as writer:
            await writer.conversations.save(replace(conversation, title="Another"))
            await writer.commit()
        after = await reader.conversations.get(conversation.id, owner=conversation.owner)

    assert before == after == conversation


async def test_a_block_that_did_not_say_that_it_writes_can_not_commit(start: StartUnitOfWork) -> None:
    with pytest.raises(RuntimeError, match="write=True"):
        async with start() as unit_of_work:
            await unit_of_work.commit()


async def test_a_commit_that_fails_says_so_and_nothing_is_written(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build(active_message_id=MessageId(uuid4()))

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.add(conversation)
        with pytest.raises(MessageNotFound):
            await unit_of_work.commit()

    async with start() as unit_of_work:
        with pytest.raises(ConversationNotFound):
            await unit_of_work.conversations.get(conversation.id, owner=conversation.owner)


async def test_the_message_on_show_may_be_added_after_the_conversation_that_names_it(start: StartUnitOfWork) -> None:
    message = MessageFactory.build()
    conversation = ConversationFactory.build(id=message.conversation_id, active_message_id=message.id)

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.add(conversation)
        await unit_of_work.messages.add(message, owner=conversation.owner)
        await unit_of_work.commit()

    async with start() as unit_of_work:
        stored = await unit_of_work.conversations.get(conversation.id, owner=conversation.owner)
    assert stored.active_message_id == message.id


async def test_two_writers_of_one_conversation_take_turns(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build(metadata={"count": 0})
    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.add(conversation)
        await unit_of_work.commit()

    async def count_one_more() -> None:
        async with start(write=True) as unit_of_work:
            present = await unit_of_work.conversations.get(conversation.id, owner=conversation.owner)
            count = present.metadata["count"]
            assert isinstance(count, int)
            await asyncio.sleep(0)
            await unit_of_work.conversations.save(replace(present, metadata={"count": count + 1}))
            await unit_of_work.commit()

    await asyncio.gather(*(count_one_more() for _ in range(20)))

    async with start() as unit_of_work:
        stored = await unit_of_work.conversations.get(conversation.id, owner=conversation.owner)
    assert stored.metadata == {"count": 20}


async def test_twenty_writers_at_once_all_get_their_turn(start: StartUnitOfWork) -> None:
    conversations = [ConversationFactory.build(owner=UserId(f"user {number}")) for number in range(20)]

    async def add(number: int) -> None:
        async with start(write=True) as unit_of_work:
            await unit_of_work.conversations.add(conversations[number])
            await unit_of_work.messages.add(
                MessageFactory.build(conversation_id=conversations[number].id), owner=conversations[number].owner
            )
            await unit_of_work.commit()

    await asyncio.gather(*map(add, range(20)))

    async with start() as unit_of_work:
        for conversation in conversations:
            assert await unit_of_work.conversations.get(conversation.id, owner=conversation.owner) == conversation


async def test_a_cancelled_writer_leaves_nothing_and_gives_its_turn_away(start: StartUnitOfWork) -> None:
    given_up, conversation = ConversationFactory.build(), ConversationFactory.build()
    has_written = asyncio.Event()

    async def write_for_ever() -> None:
        async with start(write=True) as unit_of_work:
            await unit_of_work.conversations.add(given_up)
            has_written.set()
            await asyncio.Event().wait()

    writer = asyncio.create_task(write_for_ever())
    await has_written.wait()
    writer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writer

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.add(conversation)
        await unit_of_work.commit()
    async with start() as unit_of_work:
        assert await unit_of_work.conversations.get(conversation.id, owner=conversation.owner) == conversation
        with pytest.raises(ConversationNotFound):
            await unit_of_work.conversations.get(given_up.id, owner=given_up.owner)
