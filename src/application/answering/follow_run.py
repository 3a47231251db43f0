"""Follow an answer as it is written, from any place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.answer import MessageStatus
from domain.errors import RunNotFound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from application.answering.run_events import RunEvents
    from application.ports.run_log import LoggedEvent, RunLog
    from domain.identity import Principal, RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRun:
    """The events of a run, those that were and those to come."""

    run_events: RunEvents
    run_log: RunLog

    async def __call__(self, run_id: RunId, *, after: int = 0, principal: Principal) -> AsyncIterator[LoggedEvent]:
        """The events with a greater id than `after`. Of a run whose events are no longer kept, whoever has seen none of
        them gets its stored answer as one. Raises `RunNotFound`, before the first event."""
        answer = await self.run_events.answer(run_id, principal.user_id)
        if answer.status == MessageStatus.ANSWERING or await self.run_log.knows(run_id):
            return self.run_events.follow(run_id, principal.user_id, after=after)
        if after:
            raise RunNotFound(f"The events of run {run_id} are no longer kept; the conversation holds its answer.")
        return self.run_events.told(run_id, principal.user_id)
