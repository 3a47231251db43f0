"""Wait for an answer to be complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import MessageNotFound, RunNotFound
from domain.identity import message_of
from domain.run import is_last

if TYPE_CHECKING:
    from application.ports.run_log import RunLog
    from application.ports.unit_of_work import StartUnitOfWork
    from domain.conversation import Message
    from domain.identity import Principal, RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitAnswer:
    """Follows a run to its end and reads what was stored; of a run that ended long ago, just that."""

    start_unit_of_work: StartUnitOfWork
    run_log: RunLog

    async def __call__(self, run_id: RunId, *, principal: Principal) -> Message:
        """The answer in its last state, whatever that is. Raises `RunNotFound`, also when the conversation was deleted
        meanwhile."""
        await self._answer(run_id, principal)
        async for logged in self.run_log.follow(run_id):
            if is_last(logged.event):
                break
        return await self._answer(run_id, principal)

    async def _answer(self, run_id: RunId, principal: Principal) -> Message:
        try:
            async with self.start_unit_of_work() as unit_of_work:
                return await unit_of_work.messages.find(message_of(run_id), owner=principal.user_id)
        except MessageNotFound:
            raise RunNotFound(f"There is no run {run_id}.") from None
