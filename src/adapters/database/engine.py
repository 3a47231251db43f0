"""Engines: how each database is connected to, what a transaction begins with, and which errors come out."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from adapters.database.errors import domain_error
from domain.errors import StartRefused

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
    from sqlalchemy.ext.asyncio import AsyncEngine

# An execution option: the transaction will write.
WRITING = "quoth_writing"
_PAUSE_SECONDS = 0.02
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


def create_engine(
    url: str, *, pool_size: int = 10, timeout_seconds: float = 10.0, foreign_keys: bool = True
) -> AsyncEngine:
    """An engine for `sqlite+aiosqlite:///FILE` or `postgresql+asyncpg://…`. Nothing waits longer than the timeout for a
    connection, a lock or a statement. With a pool size of 0 connections are not kept. `StartRefused` for another URL.
    """
    address = _address(url)
    pool: dict[str, Any] = (
        {"poolclass": NullPool}
        if pool_size == 0
        else {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": timeout_seconds}
    )
    is_sqlite = address.get_backend_name() == "sqlite"
    settings = _sqlite(address, timeout_seconds) if is_sqlite else _postgres(timeout_seconds)
    engine = create_async_engine(address, json_serializer=_to_json, hide_parameters=True, **pool, **settings)
    if is_sqlite:
        _prepare_sqlite(engine.sync_engine, timeout_seconds, foreign_keys=foreign_keys)
    event.listen(engine.sync_engine, "handle_error", _in_domain_words)
    return engine


@contextlib.contextmanager
def connecting() -> Generator[None]:
    """Put in the domain's words what is raised outside a statement: no connection to be had, or none in time."""
    try:
        yield
    except (exc.SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        known = domain_error(error)
        if known is None:
            raise
        raise known from error


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except (exc.ArgumentError, ValueError) as error:
        raise StartRefused("The database URL can't be read.") from error
    driver = _DRIVERS.get(address.drivername)
    if driver is None:
        raise StartRefused(
            f"No database is known for “{address.drivername}://”; "
            "use sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER@HOST/NAME."
        )
    address = address.set(drivername=driver)
    if driver == "sqlite+aiosqlite" and address.database in {None, "", ":memory:"}:
        raise StartRefused("A SQLite database must be a file.")
    if "sslmode" in address.query:  # as libpq and everybody's URLs call what this driver calls `ssl`
        mode = address.query["sslmode"]
        address = address.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return address


def _postgres(timeout_seconds: float) -> dict[str, Any]:
    milliseconds = str(int(timeout_seconds * 1000))
    return {
        "pool_pre_ping": True,
        "connect_args": {
            "timeout": timeout_seconds,
            "command_timeout": timeout_seconds * 2,
            "server_settings": {
                "application_name": "quoth",
                "statement_timeout": milliseconds,
                "lock_timeout": milliseconds,
                "idle_in_transaction_session_timeout": str(int(timeout_seconds * 3000)),
                "timezone": "UTC",
            },
        },
    }


def _sqlite(address: sa.URL, timeout_seconds: float) -> dict[str, Any]:
    folder = Path(address.database or "").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartRefused(f"The database's folder {folder} can't be made: {error.strerror}.") from error
    return {"connect_args": {"timeout": timeout_seconds}}


def _prepare_sqlite(engine: sa.Engine, timeout_seconds: float, *, foreign_keys: bool) -> None:
    """Write-ahead logging, so that readers and the writer do not wait for each other; `synchronous=FULL`, so that a
    commit outlives a loss of power too; and transactions that begin as they are meant."""

    def connected(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(timeout_seconds * 1000)}")
        _use_write_ahead_log(cursor, timeout_seconds)
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    def begun(connection: sa.Connection) -> None:
        writing = connection.get_execution_options().get(WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


def _use_write_ahead_log(cursor: DBAPICursor, timeout_seconds: float) -> None:
    """Of two processes that open a new file at once, SQLite tells one that it is locked without waiting as it was told."""
    end = time.monotonic() + timeout_seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _in_domain_words(context: ExceptionContext) -> Exception | None:
    return domain_error(context.sqlalchemy_exception or context.original_exception)


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
