"""Mark the answers of processes that died as interrupted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from application.answering.write_answer import INTERRUPTED
from domain.answer import MessageStatus
from domain.identity import message_of
from domain.run import RunFailed

if TYPE_CHECKING:
    from application.ports.clock import Clock
    from application.ports.run_log import RunLog
    from application.ports.runs import ActiveRun
    from application.ports.unit_of_work import StartUnitOfWork


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
                count += await self._interrupt(run)

    async def _interrupt(self, run: ActiveRun) -> bool:
        async with self.start_unit_of_work(write=True) as unit_of_work:
            if not await unit_of_work.runs.remove(run.id):
                return False
            message = await unit_of_work.messages.find(message_of(run.id), owner=run.owner)
            problem = {"code": INTERRUPTED.code, "detail": INTERRUPTED.detail}
            metadata = {**message.metadata, "status": MessageStatus.INTERRUPTED.value, "problem": problem}
            await unit_of_work.messages.save(replace(message, metadata=metadata), owner=run.owner)
            await unit_of_work.commit()
        if await self.run_log.knows(run.id):
            await self.run_log.append(run.id, RunFailed(problem=INTERRUPTED))
        return True
