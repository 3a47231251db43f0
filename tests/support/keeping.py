"""Puts things into a store, for tests that are about what comes after."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.factories import NOW, MessageFactory

from application.ports.conversations import ConversationQuery
from domain.conversation import Conversation, Message
from domain.identity import LOCAL_USER, ConversationId, MessageId, UserId

if TYPE_CHECKING:
    from application.ports.conversations import ConversationPage
    from application.ports.unit_of_work import StartUnitOfWork


async def keep(start: StartUnitOfWork, *things: Conversation | Message, owner: UserId = LOCAL_USER) -> None:
    """Store these in one block; messages are this owner's."""
    async with start(write=True) as unit_of_work:
        for thing in things:
            if isinstance(thing, Conversation):
                await unit_of_work.conversations.add(thing)
            else:
                await unit_of_work.messages.add(thing, owner=owner)
        await unit_of_work.commit()


async def listed(start: StartUnitOfWork, query: ConversationQuery, owner: UserId = LOCAL_USER) -> ConversationPage:
    """The page of the list, in a block of its own."""
    async with start() as unit_of_work:
        return await unit_of_work.conversations.list(query, owner=owner)


async def titles(start: StartUnitOfWork, owner: UserId = LOCAL_USER, *, search: str | None = None) -> list[str]:
    """The titles of what a search lists, in its order."""
    page = await listed(start, ConversationQuery(search=search), owner)
    return [summary.conversation.title for summary in page.items]


def chain(conversation_id: ConversationId, length: int) -> list[Message]:
    """Messages below one another, each a second younger than the one above it."""
    messages: list[Message] = []
    parent: MessageId | None = None
    for number in range(length):
        message = MessageFactory.build(
            conversation_id=conversation_id,
            parent_id=parent,
            content=f"message {number}",
            created_at=NOW + timedelta(seconds=number),
        )
        messages.append(message)
        parent = message.id
    return messages
