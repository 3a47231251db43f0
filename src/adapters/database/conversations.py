"""Conversations in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from adapters.database.conversation_list import ConversationList
from adapters.database.mapping import changes_of_conversation, conversation_from, row_of_conversation
from adapters.database.repositories import ConversationRows, repository
from adapters.database.rows import ConversationRow, ConversationTagRow
from adapters.database.search import make_findable
from domain.errors import ConversationNotFound

if TYPE_CHECKING:
    from adapters.database.transaction import Transaction
    from application.ports.conversations import ConversationPage, ConversationQuery
    from domain.conversation import Conversation, ConversationSummary
    from domain.identity import ConversationId, UserId


class DatabaseConversations:
    """See the port."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._rows = repository(ConversationRows, transaction)
        self._list = ConversationList(transaction.session, transaction)

    async def add(self, conversation: Conversation) -> None:
        """See the port."""
        self._transaction.to_write()
        await self._rows.add(row_of_conversation(conversation))
        await self._add_tags(conversation)
        await self._make_findable(conversation)

    async def get(self, conversation_id: ConversationId, *, owner: UserId) -> Conversation:
        """See the port."""
        row = await self._rows.get_one_or_none(
            ConversationRow.id == conversation_id,
            ConversationRow.user_id == owner,
            with_for_update=self._transaction.locks_rows or None,
        )
        if row is None:
            raise not_found(conversation_id)
        tags = await self._list.tags_of([row.id], owner)
        return conversation_from(row, tags.get(row.id, ()))

    async def summary(self, conversation_id: ConversationId, *, owner: UserId) -> ConversationSummary:
        """See the port."""
        summaries = await self._list.summaries(ConversationRow.id == conversation_id, owner=owner)
        if not summaries:
            raise not_found(conversation_id)
        return summaries[0]

    async def list(self, query: ConversationQuery, *, owner: UserId) -> ConversationPage:
        """See the port."""
        return await self._list.page(query, owner)

    async def save(self, conversation: Conversation) -> None:
        """See the port."""
        session = self._transaction.to_write()
        before = await self.get(conversation.id, owner=conversation.owner)
        await session.execute(
            sa.update(ConversationRow)
            .where(ConversationRow.id == conversation.id, ConversationRow.user_id == conversation.owner)
            .values(changes_of_conversation(conversation))
            .execution_options(synchronize_session=False)
        )
        if conversation.tags != before.tags:
            await session.execute(
                sa.delete(ConversationTagRow)
                .where(
                    ConversationTagRow.user_id == conversation.owner,
                    ConversationTagRow.conversation_id == conversation.id,
                )
                .execution_options(synchronize_session=False)
            )
            await self._add_tags(conversation)
        if conversation.title != before.title:
            await self._make_findable(conversation)

    async def delete(self, conversation_id: ConversationId, *, owner: UserId) -> None:
        """See the port; the tables' foreign keys take the rest along."""
        deleted = await self._transaction.to_write().execute(
            sa.delete(ConversationRow)
            .where(ConversationRow.id == conversation_id, ConversationRow.user_id == owner)
            .returning(ConversationRow.id)
            .execution_options(synchronize_session=False)
        )
        if deleted.first() is None:
            raise not_found(conversation_id)

    async def _add_tags(self, conversation: Conversation) -> None:
        rows = [
            {"user_id": conversation.owner, "conversation_id": conversation.id, "tag": tag, "position": position}
            for position, tag in enumerate(conversation.tags)
        ]
        if rows:
            await self._transaction.session.execute(sa.insert(ConversationTagRow), rows)

    async def _make_findable(self, conversation: Conversation) -> None:
        await make_findable(
            self._transaction,
            conversation.id,
            conversation.title,
            conversation_id=conversation.id,
            owner=conversation.owner,
        )


def not_found(conversation_id: ConversationId) -> ConversationNotFound:
    """What is said of a conversation that does not exist, or not for this owner."""
    return ConversationNotFound(f"There is no conversation {conversation_id}.")
