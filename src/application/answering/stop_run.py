"""Stop an answer that is being written."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.answer import MessageStatus

if TYPE_CHECKING:
    from application.answering.run_events import RunEvents
    from application.ports.run_log import RunLog
    from domain.identity import Principal, RunId

_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRun:
    """Asks whichever process works on the run to stop, and waits until the partial answer is stored."""

    run_events: RunEvents
    run_log: RunLog
    patience_seconds: float = _PATIENCE_SECONDS

    async def __call__(self, run_id: RunId, *, principal: Principal) -> None:
        """Stopping what has ended already changes nothing. Raises `RunNotFound`."""
        answer = await self.run_events.answer(run_id, principal.user_id)
        if answer.status != MessageStatus.ANSWERING:
            return
        await self.run_log.request_stop(run_id)
        try:
            async with asyncio.timeout(self.patience_seconds):
                async for _ in self.run_events.follow(run_id, principal.user_id):
                    pass
        except TimeoutError:
            # Its process does not answer: the lease will run out and the answer be marked as interrupted.
            return
