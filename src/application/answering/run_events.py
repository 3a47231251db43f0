"""The events of a run as its readers get them: to the end, whatever became of those who wrote them."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.answering.write_answer import INTERRUPTED
from application.ports.run_log import LoggedEvent
from domain.answer import MessageStatus
from domain.errors import MessageNotFound, Problem, RunNotFound
from domain.identity import message_of, run_of
from domain.run import RunFailed, RunFinished, RunStarted, SourcesFound, TextAdded, is_last

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from application.ports.run_log import RunLog
    from application.ports.unit_of_work import StartUnitOfWork
    from domain.conversation import Message
    from domain.identity import RunId, UserId
    from domain.run import AnswerEvent

# So long nothing may come before a reader looks whether the answer has ended without a word.
LOOK_AFTER_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvents:
    """What following, waiting and stopping share. A process may die between storing an answer's end and telling of it:
    then whoever reads finds out from what is stored, and tells the others."""

    start_unit_of_work: StartUnitOfWork
    run_log: RunLog
    look_after_seconds: float = LOOK_AFTER_SECONDS

    async def answer(self, run_id: RunId, owner: UserId) -> Message:
        """The answer as it is stored now. Raises `RunNotFound`, also for a message that no run made."""
        try:
            async with self.start_unit_of_work() as unit_of_work:
                message = await unit_of_work.messages.find(message_of(run_id), owner=owner)
        except MessageNotFound:
            raise RunNotFound(f"There is no run {run_id}.") from None
        if message.status is None:
            raise RunNotFound(f"There is no run {run_id}.")
        return message

    async def follow(self, run_id: RunId, owner: UserId, *, after: int = 0) -> AsyncIterator[LoggedEvent]:
        """The events with a greater id than `after`, to the last one."""
        last = after
        while True:
            async with contextlib.aclosing(self._logged(run_id, owner, after=last)) as events:
                async for logged in events:
                    last = logged.id
                    yield logged
                    if is_last(logged.event):
                        return
            if await self.run_log.knows(run_id):
                return
            if (await self.answer(run_id, owner)).status != MessageStatus.ANSWERING:
                break
            await asyncio.sleep(self.look_after_seconds / 10)  # its process has yet to say that it has begun
        if not last:
            async for logged in self.told(run_id, owner):
                yield logged

    async def told(self, run_id: RunId, owner: UserId) -> AsyncIterator[LoggedEvent]:
        """A run whose events are no longer kept, told in short from its stored answer."""
        answer = await self.answer(run_id, owner)
        for position, event in enumerate(await self._in_short(answer, owner), start=1):
            yield LoggedEvent(position, event)

    async def _logged(self, run_id: RunId, owner: UserId, *, after: int) -> AsyncGenerator[LoggedEvent]:
        """What the log has and gets, with a look at the stored answer whenever nothing comes for a while."""
        events = aiter(self.run_log.follow(run_id, after=after))
        upcoming: asyncio.Task[LoggedEvent | None] | None = None
        try:
            while True:
                upcoming = upcoming or asyncio.ensure_future(_next(events))
                done, _ = await asyncio.wait({upcoming}, timeout=self.look_after_seconds)
                if not done:
                    await self._look(run_id, owner)
                    continue
                logged, upcoming = upcoming.result(), None
                if logged is None:
                    return
                yield logged
        finally:
            if upcoming is not None:
                upcoming.cancel()

    async def _look(self, run_id: RunId, owner: UserId) -> None:
        """Tell the end of a run that ended without a word."""
        try:
            answer = await self.answer(run_id, owner)
        except RunNotFound:
            gone = Problem(code=RunNotFound.code, detail="The conversation was deleted.")
            await self.run_log.append(run_id, RunFailed(problem=gone))
            return
        if answer.status != MessageStatus.ANSWERING:
            await self.run_log.append(run_id, last_event_of(answer))

    async def _in_short(self, answer: Message, owner: UserId) -> list[AnswerEvent]:
        assert answer.parent_id is not None  # no run is without its question
        async with self.start_unit_of_work() as unit_of_work:
            question = await unit_of_work.messages.find(answer.parent_id, owner=owner)
        started = RunStarted(
            run_id=run_of(answer.id),
            conversation_id=answer.conversation_id,
            user_message=question,
            message_id=answer.id,
        )
        events: list[AnswerEvent] = [started, SourcesFound(references=answer.references)]
        if answer.content:
            events.append(TextAdded(text=answer.content))
        return [*events, last_event_of(answer)]


def last_event_of(answer: Message) -> RunFinished | RunFailed:
    """How the run of an answer that is not being written any more ended."""
    if answer.status in {MessageStatus.COMPLETE, MessageStatus.STOPPED}:
        return RunFinished(message=answer)
    stored = answer.metadata.get("problem")
    if isinstance(stored, dict) and isinstance(stored.get("code"), str):  # pyright: ignore[reportUnknownMemberType]  # JSON
        problem: dict[str, str] = stored  # pyright: ignore[reportUnknownVariableType]  # JSON
        return RunFailed(problem=Problem(code=problem["code"], detail=str(problem.get("detail", ""))))
    return RunFailed(problem=INTERRUPTED)


async def _next(events: AsyncIterator[LoggedEvent]) -> LoggedEvent | None:
    return await anext(events, None)
