"""The migrations: up, down and up again, equal to the models, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.database.engine import create_engine
from adapters.database.rows import Base
from adapters.database.schema import (
    EMPTY,
    downgrade,
    is_of_the_models,
    migrations_folder,
    upgrade,
    verify,
)
from domain.errors import DatabaseUnavailable, StartRefused

HEAD = ScriptDirectory(str(migrations_folder())).get_current_head()
SEED_INDEXES = {
    "idx_messages_conversation_id": "messages",
    "idx_messages_created_at": "messages",
    "idx_conversations_space": "conversations",
    "idx_conversation_tags_tag": "conversation_tags",
}
FAILING = '''
"""Begins well and fails."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = {head!r}


def upgrade() -> None:
    op.add_column("conversations", sa.Column("half", sa.Text()))
    op.create_table("half_done", sa.Column("id", sa.Integer()))
    op.execute("INSERT INTO half_done (id) VALUES (1)")
    op.execute("INSERT INTO nowhere (id) VALUES (1)")


def downgrade() -> None:
    pass
'''


@pytest_asyncio.fixture
async def engine(empty_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(empty_url)
    yield engine
    await engine.dispose()


@pytest.fixture
def failing_folder(tmp_path: Path) -> Path:
    """The migrations with one more, which fails half-way."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrations_folder(), folder)
    (folder / "versions" / "9999_failing.py").write_text(FAILING.format(head=HEAD))
    return folder


async def tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set(await connection.run_sync(lambda it: sa.inspect(it).get_table_names()))


def revisions() -> list[str]:
    scripts = ScriptDirectory(str(migrations_folder())).walk_revisions()
    return [script.revision for script in reversed(list(scripts))]


async def test_an_empty_database_is_brought_up_to_date_once(empty_url: str, engine: AsyncEngine) -> None:
    assert await upgrade(empty_url) == (EMPTY, HEAD)
    assert await upgrade(engine) == (HEAD, HEAD)
    assert await verify(engine) == HEAD


async def test_every_revision_goes_up_and_down_and_up_again(empty_url: str, engine: AsyncEngine) -> None:
    before = EMPTY
    for revision in revisions():
        assert await upgrade(empty_url, to=revision) == (before, revision)
        made = await tables(engine)
        assert await downgrade(empty_url, to="base" if before == EMPTY else before) == (revision, before)
        assert await upgrade(empty_url, to=revision) == (before, revision)
        assert await tables(engine) == made
        before = revision


async def test_going_down_leaves_nothing_but_the_version_s_own_table(empty_url: str, engine: AsyncEngine) -> None:
    await upgrade(empty_url)

    await downgrade(empty_url, to="base")

    assert await tables(engine) == {"alembic_version"}


async def test_the_models_are_what_the_migrations_make(empty_url: str, engine: AsyncEngine) -> None:
    await upgrade(empty_url)

    async with engine.connect() as connection:
        differences = await connection.run_sync(_differences)

    assert differences == []


async def test_the_indexes_of_the_schema_bear_their_names_and_the_owner(empty_url: str, engine: AsyncEngine) -> None:
    await upgrade(empty_url)

    async with engine.connect() as connection:
        indexes = await connection.run_sync(_indexes)

    assert SEED_INDEXES.items() <= {name: table for name, (table, _) in indexes.items()}.items()
    assert all("user_id" in columns for _, columns in indexes.values())


async def test_rows_may_be_added_by_hand(empty_url: str, engine: AsyncEngine) -> None:
    await upgrade(empty_url)

    async with engine.begin() as connection:
        await connection.execute(sa.text("INSERT INTO conversations (user_id, title) VALUES ('anna', 'Rent')"))
        await connection.execute(
            sa.text(
                "INSERT INTO messages (user_id, conversation_id, role, content)"
                " SELECT user_id, id, 'user', 'When?' FROM conversations"
            )
        )

    async with engine.connect() as connection:
        conversations, messages = (Base.metadata.tables[name] for name in ("conversations", "messages"))
        conversation = (await connection.execute(sa.select(conversations))).one()
        message = (await connection.execute(sa.select(messages))).one()
    assert (conversation.space, conversation.metadata, conversation.active_message_id) == ("default", {}, None)
    assert (message.conversation_id, message.metadata, message.sources) == (conversation.id, {}, [])
    assert conversation.created_at.tzinfo is not None


async def test_a_migration_that_fails_leaves_everything_as_it_was(
    empty_url: str, engine: AsyncEngine, failing_folder: Path
) -> None:
    await upgrade(empty_url)
    before = await tables(engine)

    with pytest.raises(StartRefused, match="undone"):
        await upgrade(empty_url, folder=failing_folder)

    async with engine.connect() as connection:
        columns = await connection.run_sync(lambda it: sa.inspect(it).get_columns("conversations"))
    assert await tables(engine) == before
    assert "half" not in {column["name"] for column in columns}
    assert await verify(engine) == HEAD


async def test_of_several_migrations_either_all_are_made_or_none(
    empty_url: str, engine: AsyncEngine, failing_folder: Path
) -> None:
    with pytest.raises(StartRefused, match="undone"):
        await upgrade(empty_url, folder=failing_folder)

    assert await tables(engine) == set()


async def test_a_schema_that_is_behind_names_the_way_out(
    empty_url: str, engine: AsyncEngine, failing_folder: Path
) -> None:
    with pytest.raises(StartRefused, match="quoth migrate"):
        await verify(engine)
    await upgrade(empty_url)
    with pytest.raises(StartRefused, match="quoth migrate"):
        await verify(engine, folder=failing_folder)


async def test_a_schema_of_a_later_version_is_left_alone(empty_url: str, engine: AsyncEngine) -> None:
    await upgrade(empty_url)
    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StartRefused, match="another version"):
        await verify(engine)
    with pytest.raises(StartRefused, match="another version"):
        await upgrade(empty_url)


async def test_a_server_that_is_gone_is_unavailable() -> None:
    with pytest.raises(DatabaseUnavailable):
        await upgrade("postgresql+asyncpg://nobody@127.0.0.1:9/nothing")


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "quoth.db").write_text("This is a letter, not a database. " * 100)

    with pytest.raises(DatabaseUnavailable):
        await upgrade(f"sqlite+aiosqlite:///{tmp_path / 'quoth.db'}")


async def test_data_survives_an_upgrade_that_rebuilds_a_table(sqlite_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations_folder(), folder)
    (folder / "versions" / "9999_rebuilding.py").write_text(REBUILDING.format(head=HEAD))
    engine = create_engine(sqlite_url)
    async with engine.begin() as connection:
        await connection.execute(sa.text("INSERT INTO conversations (user_id, title) VALUES ('anna', 'Rent')"))
        await connection.execute(
            sa.text(
                "INSERT INTO messages (user_id, conversation_id, role, content)"
                " SELECT user_id, id, 'user', 'When?' FROM conversations"
            )
        )

    await upgrade(sqlite_url, folder=folder)

    async with engine.connect() as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM messages")) == 1
    await engine.dispose()


REBUILDING = '''
"""Rebuilds a table that others refer to, as SQLite needs it for most changes."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = {head!r}


def upgrade() -> None:
    with op.batch_alter_table("conversations", recreate="always") as table:
        table.add_column(sa.Column("colour", sa.Text()))


def downgrade() -> None:
    pass
'''


def _differences(connection: sa.Connection) -> list[object]:
    options = {"include_object": is_of_the_models, "compare_type": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def _indexes(connection: sa.Connection) -> dict[str, tuple[str, list[str | None]]]:
    """The tables' own indexes with their tables and columns; but for the one over an expression."""
    return {
        str(index["name"]): (table, index["column_names"])
        for table in Base.metadata.tables
        for index in sa.inspect(connection).get_indexes(table)
        if str(index["name"]) != "idx_search_entries_words" and not str(index["name"]).startswith("uq_")
    }
