"""Messages in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from adapters.database.branches import branch_of, newest_leaf_of, siblings_of, siblings_under
from adapters.database.conversations import not_found
from adapters.database.mapping import changes_of_message, message_from, row_of_message
from adapters.database.repositories import MessageRows, repository
from adapters.database.rows import ConversationRow, MessageRow, RunRow
from adapters.database.search import make_findable
from domain.answer import MessageStatus
from domain.errors import MessageNotFound
from domain.identity import MessageId, UserId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from adapters.database.transaction import Transaction
    from domain.conversation import Message
    from domain.identity import ConversationId

_PAGE = 100


class DatabaseMessages:
    """See the port. Every write locks the conversation before anything in it, so that no two writers lock each other
    out."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._session = transaction.session
        self._rows = repository(MessageRows, transaction)

    async def add(self, message: Message, *, owner: UserId) -> None:
        """See the port."""
        await self._lock_conversation(message.conversation_id, owner)
        if message.parent_id is not None:
            place = self._at(message.parent_id, message.conversation_id, owner)
            if await self._session.scalar(sa.select(MessageRow.id).where(*place)) is None:
                raise _no_message(message.parent_id)
        await self._rows.add(row_of_message(message, owner))
        if message.content:
            await self._make_findable(message, owner)

    async def get(self, message_id: MessageId, *, conversation_id: ConversationId, owner: UserId) -> Message:
        """See the port."""
        return await self._one(message_id, *self._at(message_id, conversation_id, owner))

    async def find(self, message_id: MessageId, *, owner: UserId) -> Message:
        """See the port."""
        return await self._one(message_id, MessageRow.id == message_id, MessageRow.user_id == owner)

    async def branch(
        self,
        leaf: MessageId,
        *,
        conversation_id: ConversationId,
        owner: UserId,
        limit: int | None = None,
        before: MessageId | None = None,
    ) -> Sequence[Message]:
        """See the port: two statements."""
        statement = branch_of(leaf, conversation_id, owner, limit=limit, before=before)
        rows = (await self._session.scalars(statement, execution_options={"populate_existing": True})).all()
        if not rows:
            raise _no_message(before or leaf)
        rows = (rows if before is None else rows[1:])[:limit]
        siblings: dict[object, list[MessageId]] = {}
        if rows:
            parents = {None if row.parent_id is None else MessageId(row.parent_id) for row in rows}
            beside = await self._session.execute(siblings_under(parents, conversation_id, owner))
            for message_id, parent_id, _ in sorted(beside, key=_age):
                siblings.setdefault(parent_id, []).append(MessageId(message_id))
        return [message_from(row, tuple(siblings[row.parent_id])) for row in reversed(rows)]

    async def newest_leaf(self, message_id: MessageId, *, conversation_id: ConversationId, owner: UserId) -> MessageId:
        """See the port."""
        leaf = await self._session.scalar(newest_leaf_of(message_id, conversation_id, owner))
        if leaf is None:
            raise _no_message(message_id)
        return MessageId(leaf)

    async def stranded(self) -> Sequence[tuple[MessageId, UserId]]:
        """See the port."""
        statement = (
            sa.select(MessageRow.id, MessageRow.user_id)
            .where(MessageRow.meta["status"].as_string() == MessageStatus.ANSWERING.value)
            .where(~sa.exists().where(RunRow.id == MessageRow.id))
            .order_by(MessageRow.id)
            .limit(_PAGE)
        )
        return [(MessageId(found), UserId(owner)) for found, owner in await self._session.execute(statement)]

    async def save(self, message: Message, *, owner: UserId) -> None:
        """See the port."""
        session = self._transaction.to_write()
        if self._transaction.on_postgres:
            await self._lock_conversation(message.conversation_id, owner, error=_no_message(message.id))
        saved = await session.execute(
            sa.update(MessageRow)
            .where(*self._at(message.id, message.conversation_id, owner))
            .values(changes_of_message(message))
            .returning(MessageRow.id)
            .execution_options(synchronize_session=False)
        )
        if saved.first() is None:
            raise _no_message(message.id)
        await self._make_findable(message, owner)

    async def _one(self, message_id: MessageId, *place: sa.ColumnElement[bool]) -> Message:
        row = await self._rows.get_one_or_none(*place)
        if row is None:
            raise _no_message(message_id)
        siblings = await self._session.scalars(siblings_of(row))
        return message_from(row, tuple(MessageId(sibling) for sibling in siblings))

    async def _lock_conversation(
        self, conversation_id: ConversationId, owner: UserId, *, error: Exception | None = None
    ) -> None:
        statement = sa.select(ConversationRow.id).where(
            ConversationRow.id == conversation_id, ConversationRow.user_id == owner
        )
        if self._transaction.on_postgres:
            statement = statement.with_for_update()
        if await self._transaction.to_write().scalar(statement) is None:
            raise error or not_found(conversation_id)

    async def _make_findable(self, message: Message, owner: UserId) -> None:
        await make_findable(
            self._transaction, message.id, message.content, conversation_id=message.conversation_id, owner=owner
        )

    @staticmethod
    def _at(
        message_id: MessageId, conversation_id: ConversationId, owner: UserId
    ) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool], sa.ColumnElement[bool]]:
        return (
            MessageRow.id == message_id,
            MessageRow.conversation_id == conversation_id,
            MessageRow.user_id == owner,
        )


def _no_message(message_id: MessageId) -> MessageNotFound:
    return MessageNotFound(f"There is no message {message_id} in this conversation.")


def _age(row: sa.Row[UUID, UUID | None, datetime]) -> tuple[datetime, UUID]:
    message_id, _, created_at = row
    return created_at, message_id
