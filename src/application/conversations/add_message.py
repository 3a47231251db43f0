"""Add a message to a conversation as it is, without an answer."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.conversation import MESSAGE_LENGTH, Message, check_message_metadata, check_text
from domain.errors import MessageNotFound
from domain.identity import MessageId

if TYPE_CHECKING:
    from uuid import UUID

    from application.conversations.create_conversation import NewMessage
    from application.ports.clock import Clock
    from application.ports.unit_of_work import StartUnitOfWork
    from domain.identity import ConversationId, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMessage:
    """It continues the active branch."""

    start_unit_of_work: StartUnitOfWork
    clock: Clock

    async def __call__(
        self, conversation_id: ConversationId, new: NewMessage, *, principal: Principal, known_as: UUID | None = None
    ) -> Message:
        """Raises `ConversationNotFound` or `InvalidInput`. `known_as` is the id of a request that may come again: the
        message gets it, and where there is one with it already, that is answered."""
        check_text("content", new.content, MESSAGE_LENGTH)
        check_message_metadata("metadata", new.metadata)
        owner, message_id = principal.user_id, MessageId(known_as or self.clock.new_id())
        async with self.start_unit_of_work(write=True) as unit_of_work:
            conversation = await unit_of_work.conversations.get(conversation_id, owner=owner)
            if known_as is not None:
                with contextlib.suppress(MessageNotFound):
                    return await unit_of_work.messages.get(message_id, conversation_id=conversation_id, owner=owner)
            now = self.clock.now()
            message = Message(
                id=message_id,
                conversation_id=conversation_id,
                parent_id=conversation.active_message_id,
                role=new.role,
                content=new.content,
                created_at=now,
                metadata=new.metadata,
            )
            await unit_of_work.messages.add(message, owner=owner)
            await unit_of_work.conversations.save(conversation.at(message.id, now))
            stored = await unit_of_work.messages.get(message.id, conversation_id=conversation_id, owner=owner)
            await unit_of_work.commit()
        return stored
