"""Mark the answers of processes that died as interrupted."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from application.answering.write_answer import INTERRUPTED
from domain.answer import MessageStatus
from domain.errors import NotFound, RunLogUnavailable
from domain.identity import message_of, run_of
from domain.run import RunFailed, RunStarted

if TYPE_CHECKING:
    from application.ports.clock import Clock
    from application.ports.run_log import RunLog
    from application.ports.unit_of_work import StartUnitOfWork, UnitOfWork
    from domain.conversation import Message
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
            answer, question = await self._mark(unit_of_work, message_of(run_id), owner)
            await unit_of_work.commit()
        try:
            await self._tell(answer, question)
        except RunLogUnavailable as error:
            # Whoever follows looks at the stored answer from time to time.
            _log.warning("The end of a lost run could not be told: %s", error.detail)
        return True

    async def _tell(self, answer: Message, question: Message | None) -> None:
        """Its process may have died before it could even say that it had begun."""
        run_id = run_of(answer.id)
        if question is not None and not await self.run_log.knows(run_id):
            started = RunStarted(
                run_id=run_id, conversation_id=answer.conversation_id, user_message=question, message_id=answer.id
            )
            await self.run_log.append(run_id, started)
        await self.run_log.append(run_id, RunFailed(problem=INTERRUPTED))

    async def _mark(
        self, unit_of_work: UnitOfWork, message_id: MessageId, owner: UserId
    ) -> tuple[Message, Message | None]:
        """The answer as it is now, and its question."""
        message = await unit_of_work.messages.find(message_id, owner=owner)
        problem = {"code": INTERRUPTED.code, "detail": INTERRUPTED.detail}
        metadata = {**message.metadata, "status": MessageStatus.INTERRUPTED.value, "problem": problem}
        marked = replace(message, metadata=metadata)
        await unit_of_work.messages.save(marked, owner=owner)
        if message.parent_id is None:
            return marked, None
        try:
            return marked, await unit_of_work.messages.find(message.parent_id, owner=owner)
        except NotFound:
            return marked, None
