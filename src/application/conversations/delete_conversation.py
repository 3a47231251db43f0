"""Delete a conversation with everything in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.ports.run_log import RunLog
    from application.ports.unit_of_work import StartUnitOfWork
    from domain.identity import ConversationId, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteConversation:
    """Its messages and tags go with it, and answers still being written are stopped."""

    start_unit_of_work: StartUnitOfWork
    run_log: RunLog

    async def __call__(self, conversation_id: ConversationId, *, principal: Principal) -> None:
        """Raises `ConversationNotFound`."""
        async with self.start_unit_of_work(write=True) as unit_of_work:
            runs = await unit_of_work.runs.active_in(conversation_id, owner=principal.user_id)
            await unit_of_work.conversations.delete(conversation_id, owner=principal.user_id)
            await unit_of_work.commit()
        for run in runs:
            await self.run_log.request_stop(run.id)
