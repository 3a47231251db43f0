"""Conversations are kept, changed and deleted by their owner, and by nobody else."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from tests.support.service import ALICE, BOB, MemoryService

from adapters.memory.answerer import ScriptedAnswerer
from application.answering.question import Question
from application.conversations.create_conversation import NewConversation, NewMessage
from application.conversations.rate_message import Rating
from application.conversations.update_conversation import ConversationChanges
from application.ports.answerer import AnswerText
from application.ports.conversations import ConversationQuery
from domain.conversation import Conversation, Role
from domain.errors import Conflict, ConversationNotFound, InvalidInput, MessageNotFound
from domain.identity import ConversationId, MessageId

HELLO = NewMessage(role=Role.USER, content="Hello, world!")


async def create(service: MemoryService, **values: object) -> Conversation:
    new = NewConversation(**{"title": "Travel", **values})  # type: ignore[arg-type]  # a test's shorthand
    return (await service.use_cases.create_conversation(new, principal=ALICE)).conversation


async def test_a_new_conversation_has_what_it_was_given(service: MemoryService) -> None:
    new = NewConversation(title="Travel", space="work", tags=("b", "a", "b"), metadata={"k": 1}, initial_message=HELLO)

    summary = await service.use_cases.create_conversation(new, principal=ALICE)

    conversation = summary.conversation
    assert (conversation.title, conversation.space, conversation.tags) == ("Travel", "work", ("b", "a"))
    assert (conversation.metadata, conversation.owner) == ({"k": 1}, ALICE.user_id)
    assert (summary.message_count, summary.last_message_preview) == (1, "Hello, world!")


async def test_a_first_message_that_breaks_a_rule_leaves_nothing_behind(service: MemoryService) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await create(service, initial_message=NewMessage(role=Role.USER, content=" "))

    assert refusal.value.field == "initial_message/content"
    assert not service.database.tables.conversations


@pytest.mark.parametrize("key", ["status", "problem"])
async def test_no_message_can_claim_to_be_an_answer_under_way(service: MemoryService, key: str) -> None:
    """It would hold its conversation up for good, as nobody writes it."""
    claiming = NewMessage(role=Role.ASSISTANT, content="Well", metadata={key: "answering"})

    with pytest.raises(InvalidInput) as first:
        await create(service, initial_message=claiming)
    conversation = await create(service)
    with pytest.raises(InvalidInput) as later:
        await service.use_cases.add_message(conversation.id, claiming, principal=ALICE)

    assert (first.value.field, later.value.field) == (f"initial_message/metadata/{key}", f"metadata/{key}")
    assert not service.database.tables.messages
    assert len(service.database.tables.conversations) == 1


async def test_conversations_are_listed_last_updated_first_and_only_to_their_owner(service: MemoryService) -> None:
    first, second = await create(service, title="One"), await create(service, title="Two")
    await service.use_cases.add_message(first.id, HELLO, principal=ALICE)

    mine = await service.use_cases.list_conversations(ConversationQuery(), principal=ALICE)
    theirs = await service.use_cases.list_conversations(ConversationQuery(), principal=BOB)

    assert [each.conversation.id for each in mine.items] == [first.id, second.id]
    assert (theirs.total, list(theirs.items)) == (0, [])


async def test_a_conversation_is_read_with_its_messages_oldest_first(service: MemoryService) -> None:
    conversation = await create(service, initial_message=HELLO)
    await service.use_cases.add_message(
        conversation.id, NewMessage(role=Role.ASSISTANT, content="Hi."), principal=ALICE
    )

    detail = await service.use_cases.read_conversation(conversation.id, principal=ALICE)

    assert [message.content for message in detail.messages] == ["Hello, world!", "Hi."]
    assert detail.messages[1].parent_id == detail.messages[0].id


async def test_an_empty_conversation_has_no_messages(service: MemoryService) -> None:
    conversation = await create(service)

    detail = await service.use_cases.read_conversation(conversation.id, principal=ALICE)
    page = await service.use_cases.list_messages(conversation.id, limit=10, principal=ALICE)

    assert (list(detail.messages), list(page)) == ([], [])


async def test_a_long_conversation_is_read_by_pages(service: MemoryService) -> None:
    conversation = await create(service)
    for number in range(5):
        message = NewMessage(role=Role.USER, content=f"message {number}")
        await service.use_cases.add_message(conversation.id, message, principal=ALICE)

    last = await service.use_cases.list_messages(conversation.id, limit=2, principal=ALICE)
    before = await service.use_cases.list_messages(conversation.id, limit=2, before=last[0].id, principal=ALICE)
    upto = await service.use_cases.list_messages(conversation.id, limit=9, leaf=before[0].id, principal=ALICE)

    assert [message.content for message in (*before, *last)] == [f"message {n}" for n in (1, 2, 3, 4)]
    assert [message.content for message in upto] == ["message 0", "message 1"]


async def test_what_is_left_out_of_a_change_stays(service: MemoryService) -> None:
    conversation = await create(service, space="work", tags=("a",), metadata={"k": 1})

    changed = await service.use_cases.update_conversation(
        conversation.id, ConversationChanges(title="Renamed"), principal=ALICE
    )

    assert changed.conversation.title == "Renamed"
    assert (changed.conversation.space, changed.conversation.tags) == ("work", ("a",))
    assert changed.conversation.updated_at > conversation.updated_at


async def test_everything_can_be_changed_at_once(service: MemoryService) -> None:
    conversation = await create(service)
    changes = ConversationChanges(title="T", space="s", tags=("x", "x"), metadata={"k": 2})

    changed = (await service.use_cases.update_conversation(conversation.id, changes, principal=ALICE)).conversation

    assert (changed.title, changed.space, changed.tags, changed.metadata) == ("T", "s", ("x",), {"k": 2})


async def test_a_change_that_breaks_a_rule_changes_nothing(service: MemoryService) -> None:
    conversation = await create(service)

    with pytest.raises(InvalidInput):
        await service.use_cases.update_conversation(
            conversation.id, ConversationChanges(title="New", space="x" * 51), principal=ALICE
        )

    assert service.database.tables.conversations[conversation.id].title == "Travel"


async def test_showing_another_branch_leads_to_its_newest_end_and_is_no_update(service: MemoryService) -> None:
    first = await service.ask("One?")
    conversation_id = first.conversation_id
    second = await service.ask(Question(message="Two?", conversation_id=conversation_id))
    other = await service.ask(Question(message="One, edited?", conversation_id=conversation_id, parent=None))
    before = service.database.tables.conversations[conversation_id]
    assert before.active_message_id == other.id
    assert first.parent_id is not None

    changes = ConversationChanges(active_message_id=first.parent_id)
    shown = await service.use_cases.update_conversation(conversation_id, changes, principal=ALICE)

    assert shown.conversation.active_message_id == second.id
    assert shown.conversation.updated_at == before.updated_at


async def test_a_message_of_another_conversation_can_not_be_shown(service: MemoryService) -> None:
    conversation, elsewhere = await create(service), await service.ask("Hello?")

    with pytest.raises(MessageNotFound):
        await service.use_cases.update_conversation(
            conversation.id, ConversationChanges(active_message_id=elsewhere.id), principal=ALICE
        )


async def test_deleting_a_conversation_takes_its_messages_and_stops_its_answer(service: MemoryService) -> None:
    service.answerer = ScriptedAnswerer([AnswerText("Well"), asyncio.Event()])
    run = await service.begin("Hello?")

    await service.use_cases.delete_conversation(run.conversation_id, principal=ALICE)
    await service.background.close(grace_seconds=5)

    tables = service.database.tables
    assert (tables.conversations, tables.messages, tables.runs) == ({}, {}, {})
    assert service.answerer.cancelled == 1


async def test_an_answer_can_be_rated_and_the_rating_taken_back(service: MemoryService) -> None:
    answer = await service.ask("Hello?")
    rate = service.use_cases.rate_message

    rated = await rate(answer.conversation_id, answer.id, rating=Rating.DOWN, comment="Wrong page.", principal=ALICE)
    unrated = await rate(answer.conversation_id, answer.id, rating=None, principal=ALICE)

    assert rated.metadata["feedback"] == {"rating": "down", "comment": "Wrong page."}
    assert rated.metadata["status"] == "complete"
    assert "feedback" not in unrated.metadata


async def test_an_answer_that_is_being_written_can_not_be_rated(service: MemoryService) -> None:
    service.answerer = ScriptedAnswerer([asyncio.Event()])
    run = await service.begin("Hello?")

    with pytest.raises(Conflict):
        await service.use_cases.rate_message(
            run.conversation_id, MessageId(run.run_id), rating=Rating.UP, principal=ALICE
        )


async def test_nothing_of_a_conversation_is_there_for_anybody_else(service: MemoryService) -> None:
    answer = await service.ask("Hello?")
    cases, conversation_id = service.use_cases, answer.conversation_id

    attempts = [
        cases.read_conversation(conversation_id, principal=BOB),
        cases.list_messages(conversation_id, limit=5, principal=BOB),
        cases.update_conversation(conversation_id, ConversationChanges(title="Mine"), principal=BOB),
        cases.delete_conversation(conversation_id, principal=BOB),
        cases.add_message(conversation_id, HELLO, principal=BOB),
        cases.rate_message(conversation_id, answer.id, rating=Rating.UP, principal=BOB),
        cases.read_conversation(ConversationId(uuid4()), principal=ALICE),
    ]

    for attempt in attempts:
        with pytest.raises(ConversationNotFound):
            await attempt
