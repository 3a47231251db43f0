"""Messages in a dictionary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.answer import MessageStatus
from domain.errors import Conflict, ConversationNotFound, MessageNotFound
from domain.identity import run_of
from domain.storable import check_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.memory.tables import Tables
    from domain.conversation import Message
    from domain.identity import ConversationId, MessageId, UserId

_PAGE = 100


@dataclass(slots=True)
class MemoryMessages:
    """See the port."""

    tables: Tables

    async def add(self, message: Message, *, owner: UserId) -> None:
        conversation = self.tables.conversations.get(message.conversation_id)
        if conversation is None or conversation.owner != owner:
            raise ConversationNotFound(f"There is no conversation {message.conversation_id}.")
        if message.parent_id is not None:
            await self.get(message.parent_id, conversation_id=message.conversation_id, owner=owner)
        if message.id in self.tables.messages:
            raise Conflict("It exists already.")
        check_message(message)
        self.tables.messages[message.id] = replace(message, siblings=())

    async def get(self, message_id: MessageId, *, conversation_id: ConversationId, owner: UserId) -> Message:
        message = await self.find(message_id, owner=owner)
        if message.conversation_id != conversation_id:
            raise MessageNotFound(f"There is no message {message_id} in this conversation.")
        return message

    async def find(self, message_id: MessageId, *, owner: UserId) -> Message:
        message = self.tables.messages.get(message_id)
        conversation = self.tables.conversations.get(message.conversation_id) if message else None
        if message is None or conversation is None or conversation.owner != owner:
            raise MessageNotFound(f"There is no message {message_id} in this conversation.")
        return self._with_siblings(message)

    async def stranded(self) -> Sequence[tuple[MessageId, UserId]]:
        found = [
            (message.id, self.tables.conversations[message.conversation_id].owner)
            for message in self.tables.messages.values()
            if message.status == MessageStatus.ANSWERING and run_of(message.id) not in self.tables.runs
        ]
        return sorted(found)[:_PAGE]

    async def branch(
        self,
        leaf: MessageId,
        *,
        conversation_id: ConversationId,
        owner: UserId,
        limit: int | None = None,
        before: MessageId | None = None,
    ) -> Sequence[Message]:
        path: list[Message] = []
        here: MessageId | None = leaf
        while here is not None:
            message = await self.get(here, conversation_id=conversation_id, owner=owner)
            path.append(message)
            here = message.parent_id
        path.reverse()
        if before is not None:
            ids = [message.id for message in path]
            if before not in ids:
                raise MessageNotFound(f"There is no message {before} on this branch.")
            path = path[: ids.index(before)]
        return path if limit is None else path[max(0, len(path) - limit) :]

    async def newest_leaf(self, message_id: MessageId, *, conversation_id: ConversationId, owner: UserId) -> MessageId:
        here = await self.get(message_id, conversation_id=conversation_id, owner=owner)
        while children := [each for each in self.tables.messages.values() if each.parent_id == here.id]:
            here = max(children, key=_age)
        return here.id

    async def save(self, message: Message, *, owner: UserId) -> None:
        stored = await self.get(message.id, conversation_id=message.conversation_id, owner=owner)
        check_message(message)
        self.tables.messages[message.id] = replace(
            stored, content=message.content, metadata=message.metadata, references=message.references, siblings=()
        )

    def _with_siblings(self, message: Message) -> Message:
        siblings = sorted(
            (
                each
                for each in self.tables.messages.values()
                if each.parent_id == message.parent_id and each.conversation_id == message.conversation_id
            ),
            key=_age,
        )
        return replace(message, siblings=tuple(each.id for each in siblings))


def _age(message: Message) -> tuple[object, ...]:
    return (message.created_at, message.id)
