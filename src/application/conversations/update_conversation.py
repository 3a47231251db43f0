"""Rename, move, tag or annotate a conversation, or show another branch of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.conversation import without_repeats

if TYPE_CHECKING:
    from application.ports.clock import Clock
    from application.ports.unit_of_work import StartUnitOfWork, UnitOfWork
    from domain.conversation import Conversation, ConversationSummary
    from domain.identity import ConversationId, Json, MessageId, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationChanges:
    """What to change; None stays as it is."""

    title: str | None = None
    space: str | None = None
    tags: tuple[str, ...] | None = None
    metadata: Json | None = None
    active_message_id: MessageId | None = None

    @property
    def are_editorial(self) -> bool:
        """Whether they count as an update: showing another branch does not, it changes nothing that was said."""
        return any(change is not None for change in (self.title, self.space, self.tags, self.metadata))


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateConversation:
    """Applies all changes or none."""

    start_unit_of_work: StartUnitOfWork
    clock: Clock

    async def __call__(
        self, conversation_id: ConversationId, changes: ConversationChanges, *, principal: Principal
    ) -> ConversationSummary:
        """Raises `ConversationNotFound`, `MessageNotFound` or `InvalidInput`."""
        async with self.start_unit_of_work(write=True) as unit_of_work:
            conversation = await unit_of_work.conversations.get(conversation_id, owner=principal.user_id)
            changed = replace(
                conversation,
                title=conversation.title if changes.title is None else changes.title,
                space=conversation.space if changes.space is None else changes.space,
                tags=conversation.tags if changes.tags is None else without_repeats(changes.tags),
                metadata=conversation.metadata if changes.metadata is None else changes.metadata,
                updated_at=self.clock.now() if changes.are_editorial else conversation.updated_at,
                active_message_id=await self._leaf(unit_of_work, conversation, changes.active_message_id),
            )
            await unit_of_work.conversations.save(changed)
            summary = await unit_of_work.conversations.summary(conversation_id, owner=principal.user_id)
            await unit_of_work.commit()
        return summary

    async def _leaf(
        self, unit_of_work: UnitOfWork, conversation: Conversation, chosen: MessageId | None
    ) -> MessageId | None:
        """The newest leaf below the chosen message, so that choosing a version never hides what followed it."""
        if chosen is None:
            return conversation.active_message_id
        return await unit_of_work.messages.newest_leaf(
            chosen, conversation_id=conversation.id, owner=conversation.owner
        )
