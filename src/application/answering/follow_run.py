"""Follow an answer as it is written, from any place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import MessageNotFound, RunNotFound
from domain.identity import message_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from application.ports.run_log import LoggedEvent, RunLog
    from application.ports.unit_of_work import StartUnitOfWork
    from domain.identity import Principal, RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRun:
    """The events of a run, those that were and those to come."""

    start_unit_of_work: StartUnitOfWork
    run_log: RunLog

    async def __call__(self, run_id: RunId, *, after: int = 0, principal: Principal) -> AsyncIterator[LoggedEvent]:
        """The events with a greater id than `after`. Raises `RunNotFound`, before the first event."""
        try:
            async with self.start_unit_of_work() as unit_of_work:
                await unit_of_work.messages.find(message_of(run_id), owner=principal.user_id)
        except MessageNotFound:
            raise RunNotFound(f"There is no run {run_id}.") from None
        if not await self.run_log.knows(run_id):
            raise RunNotFound(f"The events of run {run_id} are no longer kept; the conversation holds its answer.")
        return self.run_log.follow(run_id, after=after)
