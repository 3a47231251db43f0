"""What can be wrong inside a database, and putting it right: for the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from adapters.database.rows import ConversationRow, MessageRow, SearchEntryRow
from adapters.database.search import make_findable
from adapters.database.transaction import Transaction
from domain.errors import DatabaseUnavailable
from domain.identity import ConversationId, UserId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

    from adapters.database.unit_of_work import Database

DAMAGED = "damaged pages of the database file"
DANGLING = "rows that refer to nothing"
UNFINDABLE = "titles and messages that the search does not know"
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """Whole tables are read. PostgreSQL keeps references and pages itself, and no hand gets round it."""

    database: Database

    async def examine(self) -> Mapping[str, int]:
        """How much there is of what is wrong; nothing where all is well."""
        async with self.database.session(write=False) as session:
            connection = await session.connection()
            found: dict[str, int] = {}
            if connection.dialect.name == "sqlite":
                if damage := await _damage(connection):
                    return {DAMAGED: damage}
                found[DANGLING] = len(await _dangling(connection))
            unfindable = sa.select(sa.func.count()).select_from(_unfindable().subquery())
            found[UNFINDABLE] = await session.scalar(unfindable) or 0
        return {what: count for what, count in found.items() if count}

    async def mend(self) -> None:
        """Remove what refers to nothing, and make everything findable. Damaged pages are for a backup to mend."""
        async with self.database.session(write=True) as session:
            connection = await session.connection()
            if connection.dialect.name == "sqlite":
                await _remove_dangling(connection)
            while rows := await _some(session):
                for subject, text, conversation, owner in rows:
                    await make_findable(
                        Transaction(session, writing=True),
                        subject,
                        text,
                        conversation_id=ConversationId(conversation),
                        owner=UserId(owner),
                    )
            await session.commit()


async def _some(session: AsyncSession) -> Sequence[Sequence[Any]]:
    rows: Sequence[Sequence[Any]] = (await session.execute(_unfindable().limit(_PAGE))).all()
    return rows


def _unfindable() -> sa.Select[Any]:
    """Subject, text, conversation and owner of each title and message without its entry."""
    conversation, message, entry = ConversationRow, MessageRow, SearchEntryRow
    titles = sa.select(
        conversation.id.label("subject"),
        conversation.title,
        conversation.id.label("conversation"),
        conversation.user_id,
    )
    messages = sa.select(message.id, message.content, message.conversation_id, message.user_id)
    found = sa.union_all(
        titles.where(~sa.exists().where(entry.subject_id == conversation.id)),
        messages.where(~sa.exists().where(entry.subject_id == message.id)),
    ).subquery()
    return sa.select(*found.c)


async def _damage(connection: AsyncConnection) -> int:
    try:
        report = (await connection.exec_driver_sql("PRAGMA quick_check(100)")).scalars().all()
    except DatabaseUnavailable:
        return 1  # so badly that not even that can be looked at
    return 0 if list(report) == ["ok"] else len(report)


async def _dangling(connection: AsyncConnection) -> list[tuple[str, int]]:
    """Table and row of each reference to nothing."""
    rows = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).mappings().all()
    return list(dict.fromkeys((str(row["table"]), int(row["rowid"])) for row in rows if row["rowid"] is not None))


async def _remove_dangling(connection: AsyncConnection) -> None:
    """A conversation keeps what it has, and shows its newest message where that on show is gone; what belongs to a
    conversation, parent or answer that is gone goes too. Removing a row may leave others without theirs."""
    await connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # or the order of removal would matter
    for _ in range(_PAGE):
        dangling = await _dangling(connection)
        if not dangling:
            return
        for table, row in dangling:
            if table == ConversationRow.__tablename__:
                await connection.exec_driver_sql(_SHOW_NEWEST, (row,))
            else:
                await connection.exec_driver_sql(f'DELETE FROM "{table}" WHERE rowid = ?', (row,))  # noqa: S608  # a table's own name
    raise DatabaseUnavailable("The references of the database can't be put right.")


_SHOW_NEWEST = (
    "UPDATE conversations SET active_message_id = (SELECT id FROM messages WHERE conversation_id = conversations.id"
    " ORDER BY created_at DESC, id DESC LIMIT 1) WHERE rowid = ?"
)
