"""Read a conversation with the messages of its active branch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.ports.unit_of_work import StartUnitOfWork
    from domain.conversation import ConversationSummary, Message
    from domain.identity import ConversationId, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationDetail:
    """A conversation and its active branch, oldest message first."""

    summary: ConversationSummary
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadConversation:
    """The whole of what a reader comes back to."""

    start_unit_of_work: StartUnitOfWork

    async def __call__(self, conversation_id: ConversationId, *, principal: Principal) -> ConversationDetail:
        """Raises `ConversationNotFound`."""
        owner = principal.user_id
        async with self.start_unit_of_work() as unit_of_work:
            summary = await unit_of_work.conversations.summary(conversation_id, owner=owner)
            leaf = summary.conversation.active_message_id
            messages = (
                await unit_of_work.messages.branch(leaf, conversation_id=conversation_id, owner=owner) if leaf else ()
            )
        return ConversationDetail(summary=summary, messages=messages)
