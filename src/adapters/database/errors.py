"""From what a database refuses to the domain's words: one table, keyed by constraint."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import exc

from domain.errors import (
    Conflict,
    ConversationNotFound,
    DatabaseUnavailable,
    DomainError,
    InvalidInput,
    MessageNotFound,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_CONVERSATION = "There is no such conversation."
_MESSAGE = "There is no such message in this conversation."
_EXISTS = "It exists already."

# Every constraint of the tables, by name.
CONSTRAINTS: dict[str, Callable[[], DomainError]] = {
    "pk_conversations": lambda: Conflict(_EXISTS),
    "uq_conversations_owner": lambda: Conflict(_EXISTS),
    "fk_conversations_active_message": lambda: MessageNotFound(_MESSAGE),
    "ck_conversations_title": lambda: InvalidInput("title", "Must have 1 to 255 characters."),
    "ck_conversations_space": lambda: InvalidInput("space", "Must have 1 to 50 characters."),
    "pk_messages": lambda: Conflict(_EXISTS),
    "uq_messages_place": lambda: Conflict(_EXISTS),
    "fk_messages_conversation": lambda: ConversationNotFound(_CONVERSATION),
    "fk_messages_parent": lambda: MessageNotFound(_MESSAGE),
    "ck_messages_role": lambda: InvalidInput("role", "Must be user, assistant or system."),
    "ck_messages_parent": lambda: InvalidInput("parent_id", "A message can't be its own parent."),
    "pk_conversation_tags": lambda: InvalidInput("tags", "Each tag only once."),
    "fk_conversation_tags_conversation": lambda: ConversationNotFound(_CONVERSATION),
    "ck_conversation_tags_tag": lambda: InvalidInput("tags", "Each must have 1 to 50 characters."),
    "pk_search_entries": lambda: Conflict(_EXISTS),
    "uq_search_entries_subject": lambda: Conflict(_EXISTS),
    "fk_search_entries_conversation": lambda: ConversationNotFound(_CONVERSATION),
    "pk_runs": lambda: Conflict(_EXISTS),
    "fk_runs_message": lambda: MessageNotFound(_MESSAGE),
    "pk_access_tokens": lambda: Conflict(_EXISTS),
    "uq_access_tokens_digest": lambda: Conflict(_EXISTS),
    "pk_idempotency_keys": lambda: Conflict(_EXISTS),
}

# SQLite names the columns of a violated key, not the key.
SQLITE_KEYS: dict[str, str] = {
    "conversations.id": "pk_conversations",
    "conversations.user_id, conversations.id": "uq_conversations_owner",
    "messages.id": "pk_messages",
    "messages.user_id, messages.conversation_id, messages.id": "uq_messages_place",
    "conversation_tags.conversation_id, conversation_tags.tag": "pk_conversation_tags",
    "search_entries.id": "pk_search_entries",
    "search_entries.subject_id": "uq_search_entries_subject",
    "runs.id": "pk_runs",
    "access_tokens.id": "pk_access_tokens",
    "access_tokens.digest": "uq_access_tokens_digest",
    "idempotency_keys.user_id, idempotency_keys.key": "pk_idempotency_keys",
}

# ... and says nothing at all of a foreign key, so the table that was written has to tell. Only the key that is checked
# at the end fails in the commit. (Parents of messages are looked up before.)
SQLITE_FOREIGN_KEYS: dict[str, str] = {
    "conversations": "fk_conversations_active_message",
    "messages": "fk_messages_conversation",
    "conversation_tags": "fk_conversation_tags_conversation",
    "search_entries": "fk_search_entries_conversation",
    "runs": "fk_runs_message",
}

_WRITTEN_TABLE = re.compile(r"\A\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)

_SQLITE_UNAVAILABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
# Connection exceptions, invalid authorisation, no such database, rolled back for others' sake, resources, an operator
# or a timeout stepped in, the system failed, read only; by the first two or by all five digits.
_POSTGRES_UNAVAILABLE = frozenset({"08", "28", "3D", "40", "53", "57", "58", "55P03", "25006", "25P03"})
_POSTGRES_INVALID = frozenset({"22"})


def domain_error(error: BaseException) -> DomainError | None:
    """What this means; None for a fault of our own."""
    cause = _driver_error(error)
    if isinstance(error, exc.IntegrityError):
        name = _constraint(error, cause)
        return CONSTRAINTS[name]() if name in CONSTRAINTS else None
    if isinstance(error, exc.TimeoutError):
        return DatabaseUnavailable("The database is busy: no connection became free in time.")
    if isinstance(cause, sqlite3.Error):
        return _from_sqlite(cause)
    if isinstance(cause, asyncpg.PostgresError):
        return _from_postgres(cause)
    is_lost = isinstance(error, exc.DBAPIError) and error.connection_invalidated
    if is_lost or isinstance(cause, asyncpg.InterfaceError | OSError):
        return DatabaseUnavailable("The database can't be reached or did not answer in time.")
    return None


def _from_sqlite(error: sqlite3.Error) -> DomainError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int) and code & 0xFF in _SQLITE_UNAVAILABLE:
        return DatabaseUnavailable(f"The database file can't be used just now: {error}.")
    return None


def _from_postgres(error: asyncpg.PostgresError) -> DomainError | None:
    state = error.sqlstate or ""
    if isinstance(error, asyncpg.DataError) and not state:
        state = "22000"
    if {state, state[:2]} & _POSTGRES_UNAVAILABLE:
        return DatabaseUnavailable(f"The database can't be used just now (SQLSTATE {state}).")
    if state[:2] in _POSTGRES_INVALID:
        return InvalidInput("body", "Holds a value that can't be stored.")
    return None


def _driver_error(error: BaseException) -> BaseException:
    """The driver's own exception below SQLAlchemy's wrappers."""
    if isinstance(error, exc.StatementError) and error.orig is not None:
        error = error.orig
    while error.__cause__ is not None and not isinstance(error, sqlite3.Error | asyncpg.PostgresError):
        error = error.__cause__
    return error


def _constraint(error: exc.IntegrityError, cause: BaseException) -> str | None:
    if not isinstance(cause, sqlite3.Error):
        name = getattr(cause, "constraint_name", None)
        return name if isinstance(name, str) else None
    kind, _, what = str(cause).partition(" constraint failed")
    what = what.removeprefix(": ")
    if kind == "FOREIGN KEY":
        written = _WRITTEN_TABLE.match(error.statement or "")
        return SQLITE_FOREIGN_KEYS.get(written[1] if written else "conversations")
    return SQLITE_KEYS.get(what) if kind == "UNIQUE" else what
