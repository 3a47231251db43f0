"""Keep a question and begin its answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING
from uuid import UUID

from application.access.once import KEY_LENGTH
from application.answering.answer_task import LEASE, AnswerTask
from application.answering.write_answer import INTERRUPTED
from application.ports.answerer import Turn
from application.ports.idempotency_keys import IdempotencyKey, KeptAnswer
from application.ports.runs import ActiveRun
from domain.answer import MessageStatus
from domain.conversation import MESSAGE_LENGTH, Conversation, Message, Role, check_text, title_from
from domain.errors import Conflict, InvalidInput, RunLogUnavailable
from domain.identity import ConversationId, MessageId, RunId, run_of
from domain.run import RunFailed, RunStarted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.answering.write_answer import WriteAnswer
    from application.ports.background import Background
    from application.ports.clock import Clock
    from application.ports.run_log import RunLog
    from application.ports.source_index import SourceIndex
    from application.ports.unit_of_work import StartUnitOfWork, UnitOfWork
    from domain.identity import Principal, UserId
    from domain.source import Source

_log = logging.getLogger(__name__)

# Earlier messages that a model may be shown; its own budget cuts further.
HISTORY_LENGTH = 40


class Place(Enum):
    """Where a question goes when no parent is named: below the last message on show."""

    AT_THE_END = auto()


@dataclass(frozen=True, slots=True)
class QuestionKey:
    """An Idempotency-Key, with the fingerprint of the request that it came with."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. Exactly one of `message` and `regenerate` is given.

    `sources` are ids or URLs that the search is limited to: None for all, empty for none. `parent` of None begins a
    new branch at the root. `regenerate` is an answer to be made again, or a question that got none. Asked again with the
    same `key`, the run of the first time is answered and nothing is done twice.
    """

    message: str | None = None
    regenerate: MessageId | None = None
    conversation_id: ConversationId | None = None
    use_rag: bool = True
    sources: tuple[str, ...] | None = None
    limit: int = 5
    parent: MessageId | Place | None = Place.AT_THE_END
    key: QuestionKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedRun:
    """An answer that is being written."""

    run_id: RunId
    conversation_id: ConversationId


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
        _check(question)
        owner = principal.user_id
        mentioned = None if question.sources is None else await self.source_index.find(question.sources, owner=owner)
        self.background.admit()
        async with self.start_unit_of_work(write=True) as unit_of_work:
            if question.key is not None and (before := await self._asked_with(unit_of_work, question.key, owner)):
                return before
            conversation, begins = await self._conversation(unit_of_work, question, owner)
            asked, is_new = await self._asked(unit_of_work, conversation, question, mentioned)
            history = await self._history(unit_of_work, asked, owner)
            answer = self._place_for_answer(asked)
            run_id = run_of(answer.id)
            conversation = conversation.at(answer.id, self.clock.now())
            await (unit_of_work.conversations.add if begins else unit_of_work.conversations.save)(conversation)
            if is_new:
                await unit_of_work.messages.add(asked, owner=owner)
            await unit_of_work.messages.add(answer, owner=owner)
            await unit_of_work.runs.add(
                ActiveRun(
                    id=run_id,
                    conversation_id=conversation.id,
                    owner=owner,
                    leased_until=self.clock.now() + LEASE,
                )
            )
            if not begins:  # beside others it may be
                asked = await unit_of_work.messages.get(asked.id, conversation_id=conversation.id, owner=owner)
            if question.key is not None:
                await unit_of_work.idempotency_keys.answer(owner, question.key.key, _kept(run_id, conversation.id))
            started = RunStarted(
                run_id=run_id, conversation_id=conversation.id, user_message=asked, message_id=answer.id
            )
            # Before the commit: should this process die behind it, the run has the beginning that its end needs.
            # Nobody can follow a run that is not kept.
            await self._tell(run_id, started)
            try:
                await unit_of_work.commit()
            except BaseException:
                await self._tell(run_id, RunFailed(problem=INTERRUPTED))
                raise
        task = AnswerTask(
            run_id=run_id,
            owner=owner,
            question=asked,
            answer=answer,
            history=tuple(Turn(message.role, message.content) for message in history),
            search=question.use_rag,
            sources=None if mentioned is None else frozenset(source.id for source in mentioned),
            limit=question.limit,
        )
        self.background.start(self.write_answer(task), name=f"run {run_id}")
        return StartedRun(run_id=run_id, conversation_id=conversation.id)

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

    async def _conversation(
        self, unit_of_work: UnitOfWork, question: Question, owner: UserId
    ) -> tuple[Conversation, bool]:
        """The question's conversation, and whether it begins one."""
        if question.conversation_id is not None:
            return await unit_of_work.conversations.get(question.conversation_id, owner=owner), False
        if question.regenerate is not None:
            again = await unit_of_work.messages.find(question.regenerate, owner=owner)
            return await unit_of_work.conversations.get(again.conversation_id, owner=owner), False
        if question.parent is not None and question.parent is not Place.AT_THE_END:
            raise InvalidInput("parent_id", "Needs the conversation_id of the conversation that it is in.")
        now = self.clock.now()
        conversation = Conversation(
            id=ConversationId(self.clock.new_id()),
            owner=owner,
            title=title_from(question.message or ""),
            created_at=now,
            updated_at=now,
        )
        return conversation, True

    async def _asked(
        self,
        unit_of_work: UnitOfWork,
        conversation: Conversation,
        question: Question,
        mentioned: Sequence[Source] | None,
    ) -> tuple[Message, bool]:
        """The question's message, and whether it is new."""
        if question.regenerate is not None:
            return await self._asked_before(unit_of_work, conversation, question.regenerate), False
        parent = conversation.active_message_id if question.parent is Place.AT_THE_END else question.parent
        if parent is not None:
            above = await unit_of_work.messages.get(parent, conversation_id=conversation.id, owner=conversation.owner)
            if above.status == MessageStatus.ANSWERING:
                raise Conflict("The answer before this question is still being written; wait for it or stop it.")
        assert question.message is not None
        mentions = [{"id": str(source.id), "title": source.title, "url": source.url} for source in mentioned or ()]
        message_id = MessageId(self.clock.new_id())
        message = Message(
            id=message_id,
            conversation_id=conversation.id,
            parent_id=parent,
            role=Role.USER,
            content=question.message,
            created_at=self.clock.now(),
            metadata={"mentions": mentions} if mentions else {},
            siblings=(message_id,),
        )
        return message, True

    async def _asked_before(
        self, unit_of_work: UnitOfWork, conversation: Conversation, regenerate: MessageId
    ) -> Message:
        message = await unit_of_work.messages.get(regenerate, conversation_id=conversation.id, owner=conversation.owner)
        if message.role is Role.ASSISTANT and message.parent_id is not None:
            message = await unit_of_work.messages.get(
                message.parent_id, conversation_id=conversation.id, owner=conversation.owner
            )
        if message.role is not Role.USER:
            raise InvalidInput("regenerate", "Must be an answer to a question, or a question.")
        return message

    async def _history(self, unit_of_work: UnitOfWork, asked: Message, owner: UserId) -> Sequence[Message]:
        """What was said before the question, oldest first: no answers that failed, nothing empty."""
        if asked.parent_id is None:
            return ()
        branch = await unit_of_work.messages.branch(
            asked.parent_id, conversation_id=asked.conversation_id, owner=owner, limit=HISTORY_LENGTH
        )
        return [message for message in branch if message.content.strip() and message.status != MessageStatus.FAILED]

    def _place_for_answer(self, asked: Message) -> Message:
        return replace(
            asked,
            id=MessageId(self.clock.new_id()),
            parent_id=asked.id,
            role=Role.ASSISTANT,
            content="",
            created_at=self.clock.now(),
            metadata={"status": MessageStatus.ANSWERING.value},
            references=(),
            siblings=(),
        )


def _kept(run_id: RunId, conversation_id: ConversationId) -> KeptAnswer:
    """What a key keeps of a question: which run it began. The answer itself is the run's."""
    return KeptAnswer(status=200, media_type="", headers=(), body=f"{run_id} {conversation_id}".encode())


def _check(question: Question) -> None:
    if (question.message is None) == (question.regenerate is None):
        raise InvalidInput("message", "Exactly one of message and regenerate must be given.")
    if question.message is not None:
        check_text("message", question.message, MESSAGE_LENGTH)
