"""How Alembic meets a database: over the connection that Quoth hands it, or one of its own to the URL in alembic.ini."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa
from alembic import context

from adapters.database.engine import WRITING, create_engine
from adapters.database.rows import Base
from adapters.database.schema import is_of_the_models

# A revision is one transaction on both databases, DDL included; an upgrade over several revisions is one as well.
OPTIONS = {
    "target_metadata": Base.metadata,
    "transactional_ddl": True,
    "transaction_per_migration": False,
    "compare_type": True,
    "include_object": is_of_the_models,
}


def migrate(connection: sa.Connection) -> None:
    """Run the revisions that were asked for."""
    context.configure(connection=connection, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


async def migrate_on_a_connection_of_its_own() -> None:
    """For the `alembic` command."""
    url = context.config.get_main_option("sqlalchemy.url") or ""
    engine = create_engine(url, pool_size=0, foreign_keys=False).execution_options(**{WRITING: True})
    try:
        async with engine.begin() as connection:
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


if context.is_offline_mode():
    raise SystemExit("Scripts of SQL can't be made: revisions look at the database they run on.")
given: sa.Connection | None = context.config.attributes.get("connection")
if given is None:
    asyncio.run(migrate_on_a_connection_of_its_own())
else:
    migrate(given)
