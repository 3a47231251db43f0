"""List conversations, last updated first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.ports.conversations import ConversationPage, ConversationQuery
    from application.ports.unit_of_work import StartUnitOfWork
    from domain.identity import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class ListConversations:
    """By space, tag and search, a page at a time."""

    start_unit_of_work: StartUnitOfWork

    async def __call__(self, query: ConversationQuery, *, principal: Principal) -> ConversationPage:
        """The page asked for."""
        async with self.start_unit_of_work() as unit_of_work:
            return await unit_of_work.conversations.list(query, owner=principal.user_id)
