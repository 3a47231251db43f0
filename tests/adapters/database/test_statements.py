"""How many statements each operation takes: a fixed number, however much there is to read."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, insert
from tests.factories import NOW, ConversationFactory, MessageFactory

from adapters.database.mapping import row_of_message
from adapters.database.rows import MessageRow
from adapters.database.unit_of_work import Database
from application.ports.conversations import ConversationQuery
from domain.conversation import Conversation, Message
from domain.identity import LOCAL_USER, MessageId


@pytest.mark.parametrize("count", [1, 40])
async def test_a_page_of_the_list(database: Database, count: int) -> None:
    for _ in range(count):
        await a_conversation(database, messages=2)

    async with database.start_unit_of_work() as unit_of_work:
        with statements(database) as run:
            page = await unit_of_work.conversations.list(ConversationQuery(limit=200), owner=LOCAL_USER)

    assert len(page.items) == count
    assert len(run) == 3


@pytest.mark.parametrize("count", [1, 40])
async def test_a_page_that_was_searched_for(database: Database, count: int) -> None:
    for _ in range(count):
        await a_conversation(database, messages=2)
    query = ConversationQuery(search="travel claims pai", tag="work", space="default", limit=200)

    async with database.start_unit_of_work() as unit_of_work:
        with statements(database) as run:
            page = await unit_of_work.conversations.list(query, owner=LOCAL_USER)

    assert len(page.items) == count
    assert len(run) == 3


@pytest.mark.parametrize("length", [1, 1500])
async def test_a_branch(database: Database, length: int) -> None:
    conversation, messages = await a_conversation(database, messages=length)

    async with database.start_unit_of_work() as unit_of_work:
        with statements(database) as run:
            branch = await unit_of_work.messages.branch(
                messages[-1].id, conversation_id=conversation.id, owner=LOCAL_USER
            )

    assert [message.id for message in branch] == [message.id for message in messages]
    assert [message.siblings for message in branch] == [(message.id,) for message in messages]
    assert len(run) == 2


async def test_a_page_of_a_long_branch(database: Database) -> None:
    conversation, messages = await a_conversation(database, messages=1500)

    async with database.start_unit_of_work() as unit_of_work:
        with statements(database) as run:
            page = await unit_of_work.messages.branch(
                messages[-1].id, conversation_id=conversation.id, owner=LOCAL_USER, limit=50, before=messages[1000].id
            )

    assert [message.id for message in page] == [message.id for message in messages[950:1000]]
    assert len(run) == 2


async def test_the_newest_leaf(database: Database) -> None:
    conversation, messages = await a_conversation(database, messages=1500)

    async with database.start_unit_of_work() as unit_of_work:
        with statements(database) as run:
            leaf = await unit_of_work.messages.newest_leaf(
                messages[0].id, conversation_id=conversation.id, owner=LOCAL_USER
            )

    assert leaf == messages[-1].id
    assert len(run) == 1


@pytest.mark.parametrize("length", [1, 500])
async def test_deleting_a_conversation(database: Database, length: int) -> None:
    conversation, _ = await a_conversation(database, messages=length)

    async with database.start_unit_of_work(write=True) as unit_of_work:
        with statements(database) as run:
            await unit_of_work.conversations.delete(conversation.id, owner=LOCAL_USER)
        await unit_of_work.commit()

    assert len(run) == 1


@pytest.mark.parametrize("length", [1, 500])
async def test_adding_a_message(database: Database, length: int) -> None:
    conversation, messages = await a_conversation(database, messages=length)
    message = MessageFactory.build(conversation_id=conversation.id, parent_id=messages[-1].id)

    async with database.start_unit_of_work(write=True) as unit_of_work:
        with statements(database) as run:
            await unit_of_work.messages.add(message, owner=LOCAL_USER)
        await unit_of_work.commit()

    assert len(run) == 4


async def test_saving_a_message_again_and_again_as_a_stream_does(database: Database) -> None:
    _, messages = await a_conversation(database, messages=1)

    async with database.start_unit_of_work(write=True) as unit_of_work:
        with statements(database) as run:
            for number in range(10):
                longer = replace(messages[0], content="word " * number)
                await unit_of_work.messages.save(longer, owner=LOCAL_USER)
        await unit_of_work.commit()

    assert len(run) <= 30


async def test_nothing_is_found_by_going_through_a_table_or_through_all_of_an_owner_s_messages(
    sqlite_database: Database,
) -> None:
    for _ in range(3):
        conversation, messages = await a_conversation(sqlite_database, messages=3)
        here, leaf = conversation.id, messages[-1].id
        query = ConversationQuery(search="claims pai", tag="work", space="default")

        async with sqlite_database.start_unit_of_work() as unit_of_work:
            with statements(sqlite_database) as run:
                await unit_of_work.conversations.list(query, owner=LOCAL_USER)
                await unit_of_work.conversations.summary(conversation.id, owner=LOCAL_USER)
                await unit_of_work.messages.get(leaf, conversation_id=here, owner=LOCAL_USER)
                await unit_of_work.messages.branch(leaf, conversation_id=here, owner=LOCAL_USER)
                await unit_of_work.messages.branch(leaf, conversation_id=here, owner=LOCAL_USER, limit=1, before=leaf)
                await unit_of_work.messages.newest_leaf(messages[0].id, conversation_id=here, owner=LOCAL_USER)

        async with sqlite_database.engine.connect() as connection:
            for statement, parameters in run:
                plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)).all()
                steps = [str(step.detail) for step in plan]
                assert not [step for step in steps if TOO_MUCH.match(step)], (statement, steps)


TOO_MUCH = re.compile(
    r"SCAN (conversations|messages\w*|conversation_tags|search_entries|runs)\b|SEARCH messages\w* .*\(user_id=\?\)"
)


@contextlib.contextmanager
def statements(database: Database) -> Generator[list[tuple[str, tuple[object, ...]]]]:
    """What is sent to the database within the block."""
    sent: list[tuple[str, tuple[object, ...]]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: tuple[object, ...], *_: object) -> None:
        sent.append((statement, parameters))

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def a_conversation(database: Database, *, messages: int) -> tuple[Conversation, list[Message]]:
    """A conversation of so many messages, each the answer to the one before."""
    conversation = ConversationFactory.build(tags=("work", "travel"))
    chain: list[Message] = []
    for number in range(messages):
        chain.append(
            MessageFactory.build(
                id=MessageId(UUID(int=conversation.id.int ^ (number + 1))),
                conversation_id=conversation.id,
                parent_id=chain[-1].id if chain else None,
                created_at=NOW + timedelta(seconds=number),
            )
        )
    async with database.start_unit_of_work(write=True) as unit_of_work:
        await unit_of_work.conversations.add(conversation)
        await unit_of_work.messages.add(chain[0], owner=LOCAL_USER)
        await unit_of_work.commit()
    if chain[1:]:
        async with database.engine.begin() as connection:
            await connection.execute(insert(MessageRow), [as_row(message) for message in chain[1:]])
    async with database.start_unit_of_work(write=True) as unit_of_work:
        await unit_of_work.conversations.save(conversation.at(chain[-1].id, NOW))
        await unit_of_work.commit()
    return conversation, chain


def as_row(message: Message) -> dict[str, object]:
    """All at once, which no port has a method for."""
    row = row_of_message(message, LOCAL_USER)
    return {column.name: getattr(row, name) for name, column in MessageRow.__mapper__.columns.items()}
