"""Engines: how each database is connected to, what a transaction begins with, and which errors come out."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from adapters.database.errors import domain_error, unavailable
from domain.errors import DatabaseUnavailable, StartRefused

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.ext.asyncio import AsyncEngine

WRITING = "quoth_writing"


def create_engine(
    url: str, *, pool_size: int = 10, timeout_seconds: float = 10.0, foreign_keys: bool = True
) -> AsyncEngine:
    """An engine for `sqlite+aiosqlite:///file` or `postgresql+asyncpg://…`. Nothing waits longer than the timeout for a
    connection, a lock or a statement. With a pool size of 0 connections are not kept. `StartRefused` for another URL.
    """
    address = _address(url)
    pool: dict[str, Any] = (
        {"poolclass": NullPool}
        if pool_size == 0
        else {"pool_size": pool_size, "max_overflow": pool_size, "pool_timeout": timeout_seconds}
    )
    settings = _sqlite(address, timeout_seconds) if _is_sqlite(address) else _postgres(timeout_seconds)
    engine = create_async_engine(
        address,
        json_serializer=_to_json,
        hide_parameters=True,
        **pool,
        **settings,
    )
    if _is_sqlite(address):
        _prepare_sqlite(engine.sync_engine, timeout_seconds, foreign_keys=foreign_keys)
    sa.event.listen(engine.sync_engine, "handle_error", _raise_domain_error)
    return engine


@contextlib.contextmanager
def connecting() -> Generator[None]:
    """Turn what a failing connection raises into `DatabaseUnavailable`."""
    try:
        yield
    except DatabaseUnavailable:
        raise
    except Exception as error:
        if known := unavailable(error):
            raise known from error
        raise


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise StartRefused("The database URL can't be read.") from error
    if address.drivername not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
        raise StartRefused(f"No database is known for “{address.drivername}://”; use sqlite+aiosqlite:///FILE or "
                           "postgresql+asyncpg://USER@HOST/NAME.")  # fmt: skip
    if _is_sqlite(address) and address.database in {None, "", ":memory:"}:
        raise StartRefused("A SQLite database must be a file.")
    return address


def _is_sqlite(address: sa.URL) -> bool:
    return address.get_backend_name() == "sqlite"


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
    commit outlives a loss of power too; and transactions that are begun as they are meant."""

    @sa.event.listens_for(engine, "connect")
    def connected(connection: DBAPIConnection, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]  # SQLAlchemy calls it
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(timeout_seconds * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:  # pyright: ignore[reportUnusedFunction]  # SQLAlchemy calls it
        writing = connection.get_execution_options().get(WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _raise_domain_error(context: ExceptionContext) -> NoReturn | None:
    known = domain_error(context.sqlalchemy_exception or context.original_exception, context.statement)
    if known is not None:
        raise known from context.original_exception
    return None


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


SQLITE_VERSION = sqlite3.sqlite_version_info
