"""Where a question goes in the tree of a conversation's messages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from application.answering.question import Place
from application.ports.answerer import Turn
from domain.answer import MessageStatus
from domain.conversation import Conversation, Message, Role, title_from
from domain.errors import Conflict, InvalidInput
from domain.identity import ConversationId, MessageId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.answering.question import Question
    from application.ports.clock import Clock
    from application.ports.unit_of_work import UnitOfWork
    from domain.identity import UserId
    from domain.source import Source

# Earlier messages that a model may be shown; its own budget cuts further.
HISTORY_LENGTH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A question's message with the empty one for its answer, and the conversation with the answer on show. `begins`:
    the conversation is new. `is_new`: the question is; it is not where its answer is made again."""

    conversation: Conversation
    begins: bool
    asked: Message
    is_new: bool
    answer: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Reads in this unit of work, and writes nothing."""

    unit_of_work: UnitOfWork
    clock: Clock
    owner: UserId

    async def place(self, question: Question, mentioned: Sequence[Source] | None) -> Placed:
        """Raises `InvalidInput`, `ConversationNotFound`, `MessageNotFound` or `Conflict`."""
        conversation = await self._conversation(question)
        begins = conversation is None
        conversation = conversation or self._new_conversation(question)
        if question.regenerate is not None:
            asked = await self._asked_before(conversation, question.regenerate)
        else:
            asked = await self._asked_now(conversation, question, mentioned)
        answer = self._answer_to(asked)
        return Placed(
            conversation=conversation.at(answer.id, self.clock.now()),
            begins=begins,
            asked=asked,
            is_new=question.regenerate is None,
            answer=answer,
        )

    async def history(self, asked: Message) -> tuple[Turn, ...]:
        """What was said before the question, oldest first. Of an answer that failed it is told only that it did."""
        if asked.parent_id is None:
            return ()
        branch = await self.unit_of_work.messages.branch(
            asked.parent_id, conversation_id=asked.conversation_id, owner=self.owner, limit=HISTORY_LENGTH
        )
        return tuple(
            Turn(message.role, "" if message.status == MessageStatus.FAILED else message.content) for message in branch
        )

    async def _conversation(self, question: Question) -> Conversation | None:
        """The one that it names, or is in already."""
        conversations = self.unit_of_work.conversations
        if question.conversation_id is not None:
            return await conversations.get(question.conversation_id, owner=self.owner)
        if question.regenerate is not None:
            again = await self.unit_of_work.messages.find(question.regenerate, owner=self.owner)
            return await conversations.get(again.conversation_id, owner=self.owner)
        if question.parent is not None and question.parent is not Place.AT_THE_END:
            raise InvalidInput("parent_id", "Needs the conversation_id of the conversation that it is in.")
        return None

    def _new_conversation(self, question: Question) -> Conversation:
        now = self.clock.now()
        return Conversation(
            id=ConversationId(self.clock.new_id()),
            owner=self.owner,
            title=title_from(question.message or ""),
            created_at=now,
            updated_at=now,
        )

    async def _asked_now(
        self, conversation: Conversation, question: Question, mentioned: Sequence[Source] | None
    ) -> Message:
        parent = conversation.active_message_id if question.parent is Place.AT_THE_END else question.parent
        if parent is not None and (await self._message(conversation, parent)).status == MessageStatus.ANSWERING:
            raise Conflict("The answer before this question is still being written; wait for it or stop it.")
        assert question.message is not None
        mentions = [{"id": str(source.id), "title": source.title, "url": source.url} for source in mentioned or ()]
        message_id = MessageId(self.clock.new_id())
        return Message(
            id=message_id,
            conversation_id=conversation.id,
            parent_id=parent,
            role=Role.USER,
            content=question.message,
            created_at=self.clock.now(),
            metadata={"mentions": mentions} if mentions else {},
            siblings=(message_id,),
        )

    async def _asked_before(self, conversation: Conversation, regenerate: MessageId) -> Message:
        message = await self._message(conversation, regenerate)
        if message.role is Role.ASSISTANT and message.parent_id is not None:
            message = await self._message(conversation, message.parent_id)
        if message.role is not Role.USER:
            raise InvalidInput("regenerate", "Must be an answer to a question, or a question.")
        return message

    async def _message(self, conversation: Conversation, message_id: MessageId) -> Message:
        return await self.unit_of_work.messages.get(message_id, conversation_id=conversation.id, owner=self.owner)

    def _answer_to(self, asked: Message) -> Message:
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
