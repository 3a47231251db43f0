"""Keep a question and begin its answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from application.access.once import KEY_LENGTH
from application.answering.answer_task import LEASE, AnswerTask
from application.answering.placing import Placing
from application.answering.question import StartedRun
from application.answering.write_answer import INTERRUPTED
from application.ports.idempotency_keys import IdempotencyKey, KeptAnswer
from application.ports.runs import ActiveRun
from domain.conversation import check_text
from domain.errors import Conflict, RunLogUnavailable
from domain.identity import ConversationId, RunId, run_of
from domain.run import RunFailed, RunStarted

if TYPE_CHECKING:
    from application.answering.placing import Placed
    from application.answering.question import Question, QuestionKey
    from application.answering.write_answer import WriteAnswer
    from application.ports.background import Background
    from application.ports.clock import Clock
    from application.ports.run_log import RunLog
    from application.ports.source_index import SourceIndex
    from application.ports.unit_of_work import StartUnitOfWork, UnitOfWork
    from domain.identity import Principal, UserId

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuestion:
    """Commits the question together with the answer's place before any model is called, then lets the answer be
    written in the background: it goes on whoever is listening."""

    start_unit_of_work: StartUnitOfWork
    source_index: SourceIndex
    run_log: RunLog
    background: Background
    clock: Clock
    write_answer: WriteAnswer

    async def __call__(self, question: Question, *, principal: Principal) -> StartedRun:
        """Raises what can be known before the answer begins: `InvalidInput`, `ConversationNotFound`,
        `MessageNotFound`, `SourceNotFound`, `Conflict` or `Overloaded`; nothing is kept then."""
        question.check()
        owner = principal.user_id
        mentioned = None if question.sources is None else await self.source_index.find(question.sources, owner=owner)
        self.background.admit()
        async with self.start_unit_of_work(write=True) as unit_of_work:
            if question.key is not None and (before := await self._asked_with(unit_of_work, question.key, owner)):
                return before
            placing = Placing(unit_of_work=unit_of_work, clock=self.clock, owner=owner)
            placed = await placing.place(question, mentioned)
            history = await placing.history(placed.asked)
            started = StartedRun(run_id=run_of(placed.answer.id), conversation_id=placed.conversation.id)
            placed = await self._keep(unit_of_work, placed, started, owner)
            if question.key is not None:
                await unit_of_work.idempotency_keys.answer(owner, question.key.key, _kept(started))
            await self._commit(unit_of_work, placed, started)
        task = AnswerTask(
            run_id=started.run_id,
            owner=owner,
            question=placed.asked,
            answer=placed.answer,
            history=history,
            search=question.use_rag,
            sources=None if mentioned is None else frozenset(source.id for source in mentioned),
            limit=question.limit,
        )
        self.background.start(self.write_answer(task), name=f"run {started.run_id}")
        return started

    async def _keep(self, unit_of_work: UnitOfWork, placed: Placed, started: StartedRun, owner: UserId) -> Placed:
        """The same, with the question as it is now among its siblings."""
        conversations, messages = unit_of_work.conversations, unit_of_work.messages
        await (conversations.add if placed.begins else conversations.save)(placed.conversation)
        if placed.is_new:
            await messages.add(placed.asked, owner=owner)
        await messages.add(placed.answer, owner=owner)
        await unit_of_work.runs.add(
            ActiveRun(
                id=started.run_id,
                conversation_id=started.conversation_id,
                owner=owner,
                leased_until=self.clock.now() + LEASE,
            )
        )
        if placed.begins:  # it has none
            return placed
        asked = await messages.get(placed.asked.id, conversation_id=placed.conversation.id, owner=owner)
        return replace(placed, asked=asked)

    async def _commit(self, unit_of_work: UnitOfWork, placed: Placed, started: StartedRun) -> None:
        """The beginning is told before: should this process die behind the commit, the run has the beginning that its
        end needs. Nobody can follow a run that is not kept."""
        run_id, conversation_id = started.run_id, started.conversation_id
        await self._tell(
            run_id,
            RunStarted(
                run_id=run_id,
                conversation_id=conversation_id,
                user_message=placed.asked,
                message_id=placed.answer.id,
            ),
        )
        try:
            await unit_of_work.commit()
        except BaseException:
            await self._tell(run_id, RunFailed(problem=INTERRUPTED))
            raise

    async def _tell(self, run_id: RunId, event: RunStarted | RunFailed) -> None:
        try:
            await self.run_log.append(run_id, event)
        except RunLogUnavailable as error:
            # The question is kept; its answer is worth writing though nobody can watch.
            _log.warning("The beginning of an answer could not be told: %s", error.detail)

    async def _asked_with(self, unit_of_work: UnitOfWork, key: QuestionKey, owner: UserId) -> StartedRun | None:
        """The run that this key began, or None now that the key is claimed; what follows commits with the claim."""
        check_text("Idempotency-Key", key.key, KEY_LENGTH)
        now = self.clock.now()
        entry = IdempotencyKey(
            owner=owner, key=key.key, fingerprint=key.fingerprint, created_at=now, leased_until=now + LEASE
        )
        known = await unit_of_work.idempotency_keys.claim(entry, now=now)
        if known is None:
            return None
        if known.fingerprint != key.fingerprint or known.answer is None:
            raise Conflict("This Idempotency-Key was used for another request.")
        run_id, conversation_id = (UUID(text) for text in known.answer.body.decode().split())
        return StartedRun(run_id=RunId(run_id), conversation_id=ConversationId(conversation_id))


def _kept(started: StartedRun) -> KeptAnswer:
    """What a key keeps of a question: which run it began. The answer itself is the run's."""
    body = f"{started.run_id} {started.conversation_id}".encode()
    return KeptAnswer(status=200, media_type="", headers=(), body=body)
