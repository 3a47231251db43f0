"""Mark the answers of processes that died as interrupted."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from application.answering.write_answer import INTERRUPTED
from domain.answer import MessageStatus
from domain.errors import RunLogUnavailable
from domain.identity import message_of
from domain.run import RunFailed

if TYPE_CHECKING:
    from application.ports.clock import Clock
    from application.ports.run_log import RunLog
    from application.ports.unit_of_work import StartUnitOfWork, UnitOfWork
    from domain.identity import MessageId, RunId, UserId

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptLostRuns:
    """Each answer keeps its text so far and can be made again."""

    start_unit_of_work: StartUnitOfWork
    run_log: RunLog
    clock: Clock

    async def __call__(self, *, all_runs: bool = False) -> int:
        """How many there were. `all_runs`: whatever the lease, for the one process of a database that just started."""
        count = 0
        while True:
            async with self.start_unit_of_work() as unit_of_work:
                lost = await unit_of_work.runs.expired(now=None if all_runs else self.clock.now())
            if not lost:
                return count
            for run in lost:
                count += await self._interrupt(run.id, run.owner)

    async def stranded(self) -> int:
        """The same for answers of which not even a run is left, as a restored backup may hold them; how many."""
        count = 0
        while True:
            async with self.start_unit_of_work() as unit_of_work:
                stranded = await unit_of_work.messages.stranded()
            if not stranded:
                return count
            for message_id, owner in stranded:
                async with self.start_unit_of_work(write=True) as unit_of_work:
                    await self._mark(unit_of_work, message_id, owner)
                    await unit_of_work.commit()
                count += 1

    async def _interrupt(self, run_id: RunId, owner: UserId) -> bool:
        async with self.start_unit_of_work(write=True) as unit_of_work:
            if not await unit_of_work.runs.remove(run_id):
                return False
            await self._mark(unit_of_work, message_of(run_id), owner)
            await unit_of_work.commit()
        await self._tell(run_id)
        return True

    async def _tell(self, run_id: RunId) -> None:
        """Those who followed from where its process left it. A log that does not know the run is not begun for it: its
        events would not be the ones that somebody has already seen."""
        try:
            if await self.run_log.knows(run_id):
                await self.run_log.append(run_id, RunFailed(problem=INTERRUPTED))
        except RunLogUnavailable as error:
            # Whoever follows looks at the stored answer from time to time.
            _log.warning("The end of a lost run could not be told: %s", error.detail)

    async def _mark(self, unit_of_work: UnitOfWork, message_id: MessageId, owner: UserId) -> None:
        message = await unit_of_work.messages.find(message_id, owner=owner)
        problem = {"code": INTERRUPTED.code, "detail": INTERRUPTED.detail}
        metadata = {**message.metadata, "status": MessageStatus.INTERRUPTED.value, "problem": problem}
        await unit_of_work.messages.save(replace(message, metadata=metadata), owner=owner)
