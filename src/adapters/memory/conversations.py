"""Conversations in a dictionary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from application.ports.conversations import ConversationCursor, ConversationPage
from domain.conversation import ConversationSummary, preview_of
from domain.errors import Conflict, ConversationNotFound
from domain.fulltext import words_of, words_searched
from domain.storable import check_conversation

if TYPE_CHECKING:
    from adapters.memory.tables import Tables
    from application.ports.conversations import ConversationQuery
    from domain.conversation import Conversation
    from domain.identity import ConversationId, UserId


@dataclass(slots=True)
class MemoryConversations:
    """See the port."""

    tables: Tables

    async def add(self, conversation: Conversation) -> None:
        if conversation.id in self.tables.conversations:
            raise Conflict("It exists already.")
        check_conversation(conversation)
        self.tables.conversations[conversation.id] = conversation

    async def get(self, conversation_id: ConversationId, *, owner: UserId) -> Conversation:
        conversation = self.tables.conversations.get(conversation_id)
        if conversation is None or conversation.owner != owner:
            raise ConversationNotFound(f"There is no conversation {conversation_id}.")
        return conversation

    async def summary(self, conversation_id: ConversationId, *, owner: UserId) -> ConversationSummary:
        return self._summary(await self.get(conversation_id, owner=owner))

    async def list(self, query: ConversationQuery, *, owner: UserId) -> ConversationPage:
        matching = sorted(
            (each for each in self.tables.conversations.values() if each.owner == owner and self._matches(each, query)),
            key=lambda each: (each.updated_at, each.id),
            reverse=True,
        )
        after = query.after
        rest = [each for each in matching if after is None or (each.updated_at, each.id) < (after.updated_at, after.id)]
        page = rest[query.offset : query.offset + query.limit]
        more = page and len(rest) > query.offset + query.limit
        return ConversationPage(
            items=[self._summary(each) for each in page],
            total=len(matching),
            next=ConversationCursor(page[-1].updated_at, page[-1].id) if more else None,
        )

    async def save(self, conversation: Conversation) -> None:
        stored = await self.get(conversation.id, owner=conversation.owner)
        check_conversation(conversation)
        self.tables.conversations[conversation.id] = replace(conversation, created_at=stored.created_at)

    async def delete(self, conversation_id: ConversationId, *, owner: UserId) -> None:
        await self.get(conversation_id, owner=owner)
        del self.tables.conversations[conversation_id]
        messages, runs = self.tables.messages, self.tables.runs
        for message_id in [each.id for each in messages.values() if each.conversation_id == conversation_id]:
            del messages[message_id]
        for run_id in [each.id for each in runs.values() if each.conversation_id == conversation_id]:
            del runs[run_id]

    def _summary(self, conversation: Conversation) -> ConversationSummary:
        messages = [each for each in self.tables.messages.values() if each.conversation_id == conversation.id]
        active = self.tables.messages.get(conversation.active_message_id) if conversation.active_message_id else None
        parent = self.tables.messages.get(active.parent_id) if active and active.parent_id else None
        runs = [each.id for each in self.tables.runs.values() if each.conversation_id == conversation.id]
        return ConversationSummary(
            conversation=conversation,
            message_count=len(messages),
            last_message_preview=(preview_of(active.content) if active else None)
            or (preview_of(parent.content) if parent else None),
            active_run=max(runs, default=None),
        )

    def _matches(self, conversation: Conversation, query: ConversationQuery) -> bool:
        if query.space is not None and conversation.space != query.space:
            return False
        if query.tag is not None and query.tag not in conversation.tags:
            return False
        searched = words_searched(query.search or "")
        messages = [each for each in self.tables.messages.values() if each.conversation_id == conversation.id]
        texts = [words_of(text) for text in (conversation.title, *(each.content for each in messages))]
        return all(any(all(term.is_in(text) for term in terms) for text in texts) for terms in searched)
