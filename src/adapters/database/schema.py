"""The schema's version: what it is, whether it will do, and how it is brought up to date."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.database.engine import WRITING, connecting, create_engine
from domain.errors import StartRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncConnection

# What `upgrade` calls a database without a schema.
EMPTY = "an empty database"
# Who migrates a PostgreSQL database holds this lock until the end of the transaction.
_LOCK = 0x51554F5448
_OF_THE_MIGRATIONS_ALONE = ("search_index", "idx_search_entries_words")


def migrations_folder() -> Path:
    """Where the revisions are: beside this module in an installed package, else at the root of the repository."""
    here = Path(__file__).resolve().parent
    installed = here / "migrations"
    return installed if installed.is_dir() else here.parents[2] / "migrations"


async def upgrade(
    database: AsyncEngine | str, *, folder: Path | None = None, to: str = "head", wait_seconds: float = 60.0
) -> tuple[str, str]:
    """Bring the schema up to date, in one transaction: it is whole or not at all. Returns the revisions before and
    after. Somebody else who does the same at the same time is waited for. Raises `StartRefused` for a schema of a later
    version, and for a migration that fails."""
    return await _migrate(database, folder, wait_seconds, lambda config: command.upgrade(config, to))


async def downgrade(
    database: AsyncEngine | str, *, to: str, folder: Path | None = None, wait_seconds: float = 60.0
) -> tuple[str, str]:
    """Take the schema back to an earlier revision (`base`: to none), in one transaction, with the data of what goes."""
    return await _migrate(database, folder, wait_seconds, lambda config: command.downgrade(config, to))


async def verify(engine: AsyncEngine, *, folder: Path | None = None) -> str:
    """The revision of a schema that is up to date. Raises `StartRefused` for another; nothing is written."""
    scripts = _scripts(folder)
    with connecting():
        async with engine.connect() as connection:
            revision = await connection.run_sync(_revision)
    match _standing(revision, scripts):
        case _Standing.UP_TO_DATE:
            return revision
        case _Standing.BEHIND:
            raise StartRefused(f"The database's schema is behind (at {revision}); run `quoth migrate`.")
        case _Standing.UNKNOWN:
            raise _unknown(revision)


def is_of_the_models(_object: object, name: str | None, kind: str, *_: object) -> bool:
    """Whether Alembic should look for this in the models: not for the full-text index and the tables behind it."""
    return not (kind in {"table", "index"} and (name or "").startswith(_OF_THE_MIGRATIONS_ALONE))


class _Standing(Enum):
    UP_TO_DATE = auto()
    BEHIND = auto()
    UNKNOWN = auto()


async def _migrate(
    database: AsyncEngine | str, folder: Path | None, wait_seconds: float, work: Callable[[Config], None]
) -> tuple[str, str]:
    url = database.url.render_as_string(hide_password=False) if isinstance(database, AsyncEngine) else database
    engine = create_engine(url, pool_size=0, timeout_seconds=wait_seconds, foreign_keys=False)
    try:
        with connecting():
            async with engine.execution_options(**{WRITING: True}).begin() as connection:
                await _take_lock(connection)
                before = await connection.run_sync(_revision)
                if _standing(before, _scripts(folder)) is _Standing.UNKNOWN:
                    raise _unknown(before)
                await connection.run_sync(_run, _config(folder), work)
                after = await connection.run_sync(_revision)
                if after != before:  # what a migration did not do is for the doctor
                    await _check_references(connection)
                return before, after
    except exc.SQLAlchemyError as error:
        what = error.orig if isinstance(error, exc.DBAPIError) else error
        raise StartRefused(f"A migration failed and was undone: {what}.") from error
    finally:
        await engine.dispose()


async def _take_lock(connection: AsyncConnection) -> None:
    """On SQLite the transaction itself is the lock: it was begun as a writer's."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


async def _check_references(connection: AsyncConnection) -> None:
    """On SQLite foreign keys are off during a migration, or rebuilding a table would empty those that refer to it;
    so they are looked at in its end."""
    if connection.dialect.name == "sqlite":
        dangling = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first()
        if dangling is not None:
            raise StartRefused(f"A migration was undone: it left rows in {dangling[0]} that refer to nothing.")


def _run(connection: sa.Connection, config: Config, work: Callable[[Config], None]) -> None:
    config.attributes["connection"] = connection
    work(config)


def _revision(connection: sa.Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or EMPTY


def _standing(revision: str, scripts: ScriptDirectory) -> _Standing:
    if revision == scripts.get_current_head():
        return _Standing.UP_TO_DATE
    known = {EMPTY, *(script.revision for script in scripts.walk_revisions())}
    return _Standing.BEHIND if revision in known else _Standing.UNKNOWN


def _unknown(revision: str) -> StartRefused:
    return StartRefused(
        f"The database's schema is of another version of Quoth (revision {revision}): start that version or a later "
        "one; `quoth migrate` of this version can't bring it back."
    )


def _config(folder: Path | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder or migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _scripts(folder: Path | None) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(folder))
