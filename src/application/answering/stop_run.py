"""Stop an answer that is being written; what there is of it stays."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.answer import MessageStatus
from domain.errors import MessageNotFound, RunNotFound
from domain.identity import message_of
from domain.run import is_last

if TYPE_CHECKING:
    from application.ports.run_log import RunLog
    from application.ports.unit_of_work import StartUnitOfWork
    from domain.identity import Principal, RunId

_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRun:
    """Asks whichever process works on the run to stop, and waits until the partial answer is stored."""

    start_unit_of_work: StartUnitOfWork
    run_log: RunLog

    async def __call__(self, run_id: RunId, *, principal: Principal) -> None:
        """Stopping what has ended already changes nothing. Raises `RunNotFound`."""
        try:
            async with self.start_unit_of_work() as unit_of_work:
                message = await unit_of_work.messages.find(message_of(run_id), owner=principal.user_id)
        except MessageNotFound:
            raise RunNotFound(f"There is no run {run_id}.") from None
        if message.status is None:
            raise RunNotFound(f"There is no run {run_id}.")
        if message.status != MessageStatus.ANSWERING:
            return
        await self.run_log.request_stop(run_id)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                async for logged in self.run_log.follow(run_id):
                    if is_last(logged.event):
                        return
        except TimeoutError:
            # Its process does not answer: the lease will run out and the answer be marked as interrupted.
            return
