"""Read a page of a long conversation, or another branch of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.ports.unit_of_work import StartUnitOfWork
    from domain.conversation import Message
    from domain.identity import ConversationId, MessageId, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMessages:
    """The last `limit` messages of the branch that ends in `leaf` (the active one without it), before `before`."""

    start_unit_of_work: StartUnitOfWork

    async def __call__(
        self,
        conversation_id: ConversationId,
        *,
        limit: int,
        before: MessageId | None = None,
        leaf: MessageId | None = None,
        principal: Principal,
    ) -> Sequence[Message]:
        """Oldest first. Raises `ConversationNotFound` or `MessageNotFound`."""
        owner = principal.user_id
        async with self.start_unit_of_work() as unit_of_work:
            conversation = await unit_of_work.conversations.get(conversation_id, owner=owner)
            end = leaf or conversation.active_message_id
            if end is None:
                return ()
            return await unit_of_work.messages.branch(
                end, conversation_id=conversation_id, owner=owner, limit=limit, before=before
            )
