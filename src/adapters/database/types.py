"""Column types and server defaults that mean the same on PostgreSQL and SQLite."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.compiler import SQLCompiler

# JSONB compares, indexes and validates; SQLite keeps JSON as text.
JSON_DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
# SQLite hands out row numbers only to a column declared INTEGER.
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# The folded words of a text, by blanks: PostgreSQL takes them apart once, on writing. (An index over an expression would
# leave that to every reader whom the planner advises against the index.)
WORDS = sa.Text().with_variant(TSVECTOR(), "postgresql")


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware time to the microsecond: `timestamptz` on PostgreSQL, sortable UTC text on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: nobody can say which instant it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a time zone can't be stored.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Now(FunctionElement[datetime]):
    """The database's time, as `UtcDateTime` stores it."""

    name = "utc_now"
    inherit_cache = True


class NewId(FunctionElement[object]):
    """A random identifier, as `sa.Uuid` stores it."""

    name = "random_id"
    inherit_cache = True


@compiles(Now)
def _utc_now(element: Now, compiler: SQLCompiler, **_: object) -> str:
    del element, compiler
    return "now()"


@compiles(Now, "sqlite")
def _utc_now_on_sqlite(element: Now, compiler: SQLCompiler, **_: object) -> str:
    del element, compiler
    return "(strftime('%Y-%m-%d %H:%M:%f000', 'now'))"


@compiles(NewId)
def _random_id(element: NewId, compiler: SQLCompiler, **_: object) -> str:
    del element, compiler
    return "gen_random_uuid()"


@compiles(NewId, "sqlite")
def _random_id_on_sqlite(element: NewId, compiler: SQLCompiler, **_: object) -> str:
    del element, compiler
    return "(lower(hex(randomblob(16))))"
