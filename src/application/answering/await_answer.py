"""Wait for an answer to be complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.answer import MessageStatus

if TYPE_CHECKING:
    from application.answering.run_events import RunEvents
    from domain.conversation import Message
    from domain.identity import Principal, RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitAnswer:
    """Follows a run to its end and reads what was stored; of a run that ended long ago, just that."""

    run_events: RunEvents

    async def __call__(self, run_id: RunId, *, principal: Principal) -> Message:
        """The answer in its last state, whatever that is. Raises `RunNotFound`, also when the conversation was deleted
        meanwhile."""
        answer = await self.run_events.answer(run_id, principal.user_id)
        if answer.status == MessageStatus.ANSWERING:
            async for _ in self.run_events.follow(run_id, principal.user_id):
                pass
        return await self.run_events.answer(run_id, principal.user_id)
