"""The database's part of a backup: a consistent copy, taken beside a server that goes on writing."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.backup.errors import BackupFailed

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in a database."""

    schema: str
    conversations: int


def copy_database(database: Path, copy: Path) -> None:
    """In one reading transaction, which with write-ahead logging no writer waits for. What was deleted does not come
    along in unused pages."""
    with _reading(database) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def contents(database: Path) -> Contents:
    """Raises `BackupFailed` for a file that is no sound database of Quoth."""
    with _reading(database) as connection:
        [(verdict,)] = connection.execute("PRAGMA quick_check(1)").fetchall()
        if verdict != "ok":
            raise BackupFailed(f"The database is damaged: {verdict}.")
        revisions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        [(conversations,)] = connection.execute("SELECT count(*) FROM conversations").fetchall()
        if len(revisions) != 1:
            raise BackupFailed("The database has no schema.")
        return Contents(schema=str(revisions[0][0]), conversations=int(conversations))


@contextlib.contextmanager
def _reading(database: Path) -> Generator[sqlite3.Connection]:
    try:
        with contextlib.closing(
            sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE_SECONDS)
        ) as connection:
            yield connection
    except sqlite3.Error as error:
        raise BackupFailed(f"The database {database.name} can't be copied or read: {error}.") from error
