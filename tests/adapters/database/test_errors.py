"""What a database refuses, in the domain's words."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from tests.factories import ConversationFactory, MessageFactory

from adapters.database.errors import CONSTRAINTS, SQLITE_FOREIGN_KEYS, SQLITE_KEYS
from adapters.database.rows import Base, MessageRow
from adapters.database.unit_of_work import Database
from domain.errors import DatabaseUnavailable, DomainError, InvalidInput
from domain.identity import LOCAL_USER


def test_every_constraint_has_its_meaning() -> None:
    named = {str(each.name) for table in Base.metadata.tables.values() for each in table.constraints}

    assert named == CONSTRAINTS.keys()
    assert all(isinstance(meaning(), DomainError) for meaning in CONSTRAINTS.values())


def test_every_key_of_sqlite_is_told_by_its_columns() -> None:
    keys = {
        ", ".join(f"{table.name}.{column.name}" for column in each.columns): str(each.name)
        for table in Base.metadata.tables.values()
        for each in table.constraints
        if isinstance(each, sa.PrimaryKeyConstraint | sa.UniqueConstraint)
    }

    assert keys == SQLITE_KEYS


def test_every_foreign_key_of_sqlite_is_told_by_its_table() -> None:
    foreign = {
        str(each.name)
        for table in Base.metadata.tables.values()
        for each in table.constraints
        if isinstance(each, sa.ForeignKeyConstraint)
    }

    # A parent is looked up before a message is added.
    assert foreign - set(SQLITE_FOREIGN_KEYS.values()) == {"fk_messages_parent"}
    assert SQLITE_FOREIGN_KEYS.keys() <= Base.metadata.tables.keys()


async def test_the_database_has_the_constraints_by_these_names(database: Database) -> None:
    async with database.engine.connect() as connection:
        present = await connection.run_sync(_constraints)

    expected = set(CONSTRAINTS) - ({"fk_conversations_active_message"} - present)
    assert expected == present & set(CONSTRAINTS)
    assert "fk_conversations_active_message" in present


@pytest.mark.parametrize(
    ("values", "field"), [({"role": "robot"}, "role"), ({"parent_id": MessageRow.id}, "parent_id")]
)
async def test_a_check_that_fails_names_the_field(database: Database, values: dict[str, object], field: str) -> None:
    conversation = ConversationFactory.build()
    message = MessageFactory.build(conversation_id=conversation.id)
    async with database.start_unit_of_work(write=True) as unit_of_work:
        await unit_of_work.conversations.add(conversation)
        await unit_of_work.messages.add(message, owner=LOCAL_USER)
        with pytest.raises(InvalidInput) as refusal:
            await unit_of_work.transaction.wrote(sa.update(MessageRow).values(values))

    assert refusal.value.field == field


async def test_a_fault_of_our_own_stays_what_it_is(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.engine.connect() as connection:
            await connection.execute(sa.text("SELECT nothing FROM nowhere"))


async def test_a_database_without_its_tables_is_not_well(database: Database) -> None:
    await database.check()
    async with database.engine.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE conversations RENAME TO elsewhere"))

    with pytest.raises(DatabaseUnavailable):
        await database.check()


async def test_a_connection_that_breaks_is_unavailable_and_the_next_block_works(postgres_database: Database) -> None:
    conversation = ConversationFactory.build()

    async with postgres_database.start_unit_of_work(write=True) as unit_of_work:
        await unit_of_work.conversations.add(conversation)
        pid = await unit_of_work.transaction.session.scalar(sa.text("SELECT pg_backend_pid()"))
        async with postgres_database.engine.connect() as other:
            await other.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        with pytest.raises(DatabaseUnavailable):
            await unit_of_work.commit()

    async with postgres_database.start_unit_of_work(write=True) as unit_of_work:
        await unit_of_work.conversations.add(conversation)
        await unit_of_work.commit()


def _constraints(connection: sa.Connection) -> set[str | None]:
    inspector = sa.inspect(connection)
    names: set[str | None] = set()
    for table in Base.metadata.tables:
        names.add(inspector.get_pk_constraint(table)["name"])
        names |= {each["name"] for each in inspector.get_unique_constraints(table)}
        names |= {each["name"] for each in inspector.get_foreign_keys(table)}
        names |= {each["name"] for each in inspector.get_check_constraints(table)}
    return names
