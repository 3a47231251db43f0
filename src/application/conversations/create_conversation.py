"""Begin a conversation, with a first message if there is one."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.conversation import (
    DEFAULT_SPACE,
    MESSAGE_LENGTH,
    Conversation,
    Message,
    check_message_metadata,
    check_text,
    without_repeats,
)
from domain.errors import ConversationNotFound
from domain.identity import ConversationId, Json, MessageId

if TYPE_CHECKING:
    from uuid import UUID

    from application.ports.clock import Clock
    from application.ports.unit_of_work import StartUnitOfWork
    from domain.conversation import ConversationSummary, Role
    from domain.identity import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to be added as it is: nobody answers it."""

    role: Role
    content: str
    metadata: Json = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConversation:
    """What a conversation begins with."""

    title: str
    space: str = DEFAULT_SPACE
    tags: tuple[str, ...] = ()
    metadata: Json = field(default_factory=dict[str, object])
    initial_message: NewMessage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateConversation:
    """Stores it and answers it as a list would show it."""

    start_unit_of_work: StartUnitOfWork
    clock: Clock

    async def __call__(
        self, new: NewConversation, *, principal: Principal, known_as: UUID | None = None
    ) -> ConversationSummary:
        """Raises `InvalidInput` for a value that breaks a rule. `known_as` is the id of a request that may come again:
        the conversation gets it, and where there is one with it already, that is answered."""
        now = self.clock.now()
        conversation_id = ConversationId(known_as or self.clock.new_id())
        first = self._first_message(new, conversation_id)
        conversation = Conversation(
            id=conversation_id,
            owner=principal.user_id,
            title=new.title,
            space=new.space,
            tags=without_repeats(new.tags),
            metadata=new.metadata,
            created_at=now,
            updated_at=now,
            active_message_id=first.id if first else None,
        )
        async with self.start_unit_of_work(write=True) as unit_of_work:
            if known_as is not None:
                with contextlib.suppress(ConversationNotFound):
                    return await unit_of_work.conversations.summary(conversation_id, owner=principal.user_id)
            await unit_of_work.conversations.add(conversation)
            if first:
                await unit_of_work.messages.add(first, owner=principal.user_id)
            summary = await unit_of_work.conversations.summary(conversation.id, owner=principal.user_id)
            await unit_of_work.commit()
        return summary

    def _first_message(self, new: NewConversation, conversation_id: ConversationId) -> Message | None:
        if new.initial_message is None:
            return None
        check_text("initial_message/content", new.initial_message.content, MESSAGE_LENGTH)
        check_message_metadata("initial_message/metadata", new.initial_message.metadata)
        return Message(
            conversation_id=conversation_id,
            id=MessageId(self.clock.new_id()),
            parent_id=None,
            role=new.initial_message.role,
            content=new.initial_message.content,
            created_at=self.clock.now(),
            metadata=new.initial_message.metadata,
        )
