"""What the doctor finds in a database, and puts right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from tests.factories import ConversationFactory, MessageFactory
from tests.support.keeping import keep

from adapters.database.engine import create_engine
from adapters.database.rows import ConversationRow, ConversationTagRow, MessageRow, SearchEntryRow
from adapters.database.unit_of_work import Database
from adapters.database.upkeep import DAMAGED, DANGLING, UNFINDABLE, Upkeep
from application.ports.conversations import ConversationQuery
from domain.identity import LOCAL_USER

if TYPE_CHECKING:
    from pathlib import Path

    from domain.conversation import Conversation


async def a_conversation(database: Database) -> Conversation:
    """With a tag and two messages, the second on show."""
    conversation = ConversationFactory.build(title="Rules", owner=LOCAL_USER, tags=("a",), active_message_id=None)
    first = MessageFactory.build(conversation_id=conversation.id, content="About bicycles", parent_id=None)
    second = MessageFactory.build(conversation_id=conversation.id, content="About trains", parent_id=first.id)
    await keep(database.start_unit_of_work, conversation, first, second)
    async with database.start_unit_of_work(write=True) as unit_of_work:
        await unit_of_work.conversations.save(conversation.at(second.id, conversation.updated_at))
        await unit_of_work.commit()
    return conversation


async def by_hand(database: Database, *statements: sa.Delete | sa.Update) -> None:
    """What only a hand does: past the references."""
    engine = create_engine(database.engine.url.render_as_string(hide_password=False), foreign_keys=False)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(statement)
    await engine.dispose()


async def found_by(database: Database, words: str) -> int:
    async with database.start_unit_of_work() as unit_of_work:
        return (await unit_of_work.conversations.list(ConversationQuery(search=words), owner=LOCAL_USER)).total


async def test_a_database_that_is_well_has_nothing_to_find(database: Database) -> None:
    await a_conversation(database)

    assert await Upkeep(database=database).examine() == {}


async def test_what_the_search_does_not_know_is_made_findable(database: Database) -> None:
    await a_conversation(database)
    await by_hand(database, sa.delete(SearchEntryRow))
    upkeep = Upkeep(database=database)
    before = await upkeep.examine()

    await upkeep.mend()

    assert before == {UNFINDABLE: 3}
    assert await upkeep.examine() == {}
    assert [await found_by(database, word) for word in ("rules", "bicycles", "trains")] == [1, 1, 1]


async def test_rows_of_a_conversation_that_is_gone_go_too(sqlite_database: Database) -> None:
    conversation = await a_conversation(sqlite_database)
    await by_hand(sqlite_database, sa.delete(ConversationRow).where(ConversationRow.id == conversation.id))
    upkeep = Upkeep(database=sqlite_database)
    before = await upkeep.examine()

    await upkeep.mend()

    assert before[DANGLING] > 0
    assert await upkeep.examine() == {}
    async with sqlite_database.session(write=False) as session:
        for table in (MessageRow, ConversationTagRow, SearchEntryRow):
            assert await session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


async def test_a_conversation_whose_message_on_show_is_gone_shows_its_newest(sqlite_database: Database) -> None:
    conversation = await a_conversation(sqlite_database)
    await by_hand(sqlite_database, sa.delete(MessageRow).where(MessageRow.content == "About trains"))
    upkeep = Upkeep(database=sqlite_database)

    await upkeep.mend()

    assert await upkeep.examine() == {}
    async with sqlite_database.start_unit_of_work() as unit_of_work:
        after = await unit_of_work.conversations.get(conversation.id, owner=LOCAL_USER)
        assert after.active_message_id is not None
        branch = await unit_of_work.messages.branch(
            after.active_message_id, conversation_id=conversation.id, owner=LOCAL_USER
        )
    assert [message.content for message in branch] == ["About bicycles"]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_damaged_pages_are_found(sqlite_database: Database, tmp_path: Path) -> None:
    await a_conversation(sqlite_database)
    async with sqlite_database.engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    await sqlite_database.engine.dispose()
    file = tmp_path / "quoth.db"
    content = bytearray(file.read_bytes())
    # The text of the last page with a row in it, so that the index over it holds what the table does not.
    at = content.rfind(b"About trains")
    page = at // 4096 * 4096
    content[page : page + 8] = b"\x00" * 8
    file.write_bytes(content)

    assert DAMAGED in await Upkeep(database=sqlite_database).examine()
