"""Say whether an answer was good."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.answer import MessageStatus
from domain.conversation import check_text
from domain.errors import Conflict

if TYPE_CHECKING:
    from application.ports.unit_of_work import StartUnitOfWork
    from domain.conversation import Message
    from domain.identity import ConversationId, MessageId, Principal

COMMENT_LENGTH = 2_000


class Rating(StrEnum):
    """A thumb."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateMessage:
    """Keeps the rating in the message's metadata as `feedback`; None takes it back."""

    start_unit_of_work: StartUnitOfWork

    async def __call__(
        self,
        conversation_id: ConversationId,
        message_id: MessageId,
        *,
        rating: Rating | None,
        comment: str | None = None,
        principal: Principal,
    ) -> Message:
        """Raises `ConversationNotFound`, `MessageNotFound`, `Conflict` or `InvalidInput`."""
        if comment is not None:
            check_text("comment", comment, COMMENT_LENGTH)
        owner = principal.user_id
        async with self.start_unit_of_work(write=True) as unit_of_work:
            await unit_of_work.conversations.get(conversation_id, owner=owner)
            message = await unit_of_work.messages.get(message_id, conversation_id=conversation_id, owner=owner)
            if message.status == MessageStatus.ANSWERING:
                raise Conflict("This answer is still being written; rate it when it is complete.")
            metadata = {name: value for name, value in message.metadata.items() if name != "feedback"}
            if rating is not None or comment is not None:
                metadata["feedback"] = {"rating": rating.value if rating else None, "comment": comment}
            rated = replace(message, metadata=metadata)
            await unit_of_work.messages.save(rated, owner=owner)
            await unit_of_work.commit()
        return rated
