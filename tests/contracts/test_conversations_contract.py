"""What every store of conversations keeps to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from tests.factories import NOW, ConversationFactory, MessageFactory
from tests.support.keeping import chain, keep, listed

from application.ports.conversations import ConversationQuery
from application.ports.runs import ActiveRun
from application.ports.unit_of_work import StartUnitOfWork
from domain.conversation import Conversation
from domain.errors import Conflict, ConversationNotFound, MessageNotFound
from domain.identity import LOCAL_USER, ConversationId, RunId, UserId, run_of

ANNA, BEN = UserId("anna"), UserId("ben")
AWKWARD = "naïve e\u0301 😀👩‍👩‍👧 \u202eעברית العربية 火星 \r\n\t'\"\\%_{}$1 :x ?"


async def test_a_conversation_comes_back_as_it_was_added(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build(
        title=AWKWARD,
        space="Größe 👩‍💻",
        tags=("zebra", "apple", "Äpfel", "apple pie"),
        metadata={AWKWARD: [1, 2.5, -0.1, None, True, {"deep": {"er": []}}, 10**15], "empty": ""},
        created_at=datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        updated_at=datetime(2026, 11, 20, 9, 30, 0, 1, tzinfo=UTC),
    )

    await keep(start, conversation)

    async with start() as unit_of_work:
        assert await unit_of_work.conversations.get(conversation.id, owner=conversation.owner) == conversation


async def test_a_time_in_another_zone_comes_back_as_the_same_instant_in_utc(start: StartUnitOfWork) -> None:
    there = datetime(2026, 3, 29, 1, 30, tzinfo=timezone(timedelta(hours=-7, minutes=-30)))
    conversation = ConversationFactory.build(created_at=there, updated_at=there)

    await keep(start, conversation)

    async with start() as unit_of_work:
        stored = await unit_of_work.conversations.get(conversation.id, owner=conversation.owner)
    assert stored.created_at == there


async def test_the_same_id_can_not_be_added_twice(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()
    await keep(start, conversation)

    with pytest.raises(Conflict):
        await keep(start, replace(conversation, owner=BEN))


async def test_what_is_saved_replaces_all_but_the_time_of_creation(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build(tags=("a", "b"), metadata={"a": 1})
    message = MessageFactory.build(conversation_id=conversation.id)
    await keep(start, conversation, message)
    changed = replace(
        conversation,
        title="Another",
        space="work",
        tags=("c", "b", "a"),
        metadata={"b": 2},
        updated_at=NOW + timedelta(days=1),
        active_message_id=message.id,
    )

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.save(replace(changed, created_at=NOW + timedelta(days=2)))
        assert await unit_of_work.conversations.get(conversation.id, owner=LOCAL_USER) == changed
        await unit_of_work.commit()

    async with start() as unit_of_work:
        assert await unit_of_work.conversations.get(conversation.id, owner=LOCAL_USER) == changed


async def test_a_message_of_another_conversation_can_not_be_on_show(start: StartUnitOfWork) -> None:
    mine, other = ConversationFactory.build(), ConversationFactory.build()
    message = MessageFactory.build(conversation_id=other.id)
    await keep(start, mine, other, message)

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.save(mine.at(message.id, NOW))
        with pytest.raises(MessageNotFound):
            await unit_of_work.commit()


async def test_deletion_takes_messages_tags_and_runs_along_and_nothing_else(start: StartUnitOfWork) -> None:
    gone, kept = ConversationFactory.build(tags=("tag",)), ConversationFactory.build(tags=("tag",))
    messages = [MessageFactory.build(conversation_id=each.id) for each in (gone, kept)]
    await keep(start, gone, kept, *messages)
    async with start(write=True) as unit_of_work:
        for message in messages:
            await unit_of_work.runs.add(
                ActiveRun(
                    id=run_of(message.id),
                    conversation_id=message.conversation_id,
                    owner=LOCAL_USER,
                    leased_until=NOW,
                )
            )
        await unit_of_work.commit()

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.delete(gone.id, owner=LOCAL_USER)
        await unit_of_work.commit()

    async with start() as unit_of_work:
        with pytest.raises(ConversationNotFound):
            await unit_of_work.conversations.get(gone.id, owner=LOCAL_USER)
        with pytest.raises(MessageNotFound):
            await unit_of_work.messages.find(messages[0].id, owner=LOCAL_USER)
        assert await unit_of_work.runs.active_in(gone.id, owner=LOCAL_USER) == []
        assert [run.conversation_id for run in await unit_of_work.runs.expired(now=None)] == [kept.id]
        page = await unit_of_work.conversations.list(ConversationQuery(tag="tag"), owner=LOCAL_USER)
    assert [summary.conversation.id for summary in page.items] == [kept.id]


async def test_a_conversation_a_thousand_messages_deep_can_be_deleted(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()
    messages = chain(conversation.id, 1010)
    await keep(start, replace(conversation, active_message_id=messages[-1].id), *messages)

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.delete(conversation.id, owner=LOCAL_USER)
        await unit_of_work.commit()

    async with start() as unit_of_work:
        with pytest.raises(MessageNotFound):
            await unit_of_work.messages.find(messages[500].id, owner=LOCAL_USER)


async def test_nobody_reads_writes_or_deletes_what_is_somebody_else_s(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build(owner=ANNA, tags=("tag",), space="space", title="Rent")
    await keep(start, conversation)

    async with start(write=True) as unit_of_work:
        conversations = unit_of_work.conversations
        with pytest.raises(ConversationNotFound):
            await conversations.get(conversation.id, owner=BEN)
        with pytest.raises(ConversationNotFound):
            await conversations.summary(conversation.id, owner=BEN)
        with pytest.raises(ConversationNotFound):
            await conversations.save(replace(conversation, owner=BEN))
        with pytest.raises(ConversationNotFound):
            await conversations.delete(conversation.id, owner=BEN)
        for query in (
            ConversationQuery(),
            ConversationQuery(tag="tag"),
            ConversationQuery(space="space"),
            ConversationQuery(search="rent"),
        ):
            page = await conversations.list(query, owner=BEN)
            assert (list(page.items), page.total) == ([], 0)
        await unit_of_work.commit()

    async with start() as unit_of_work:
        assert await unit_of_work.conversations.get(conversation.id, owner=ANNA) == conversation


async def test_what_does_not_exist_is_not_found(start: StartUnitOfWork) -> None:
    nobody = ConversationId(uuid4())

    async with start(write=True) as unit_of_work:
        with pytest.raises(ConversationNotFound):
            await unit_of_work.conversations.get(nobody, owner=LOCAL_USER)
        with pytest.raises(ConversationNotFound):
            await unit_of_work.conversations.summary(nobody, owner=LOCAL_USER)
        with pytest.raises(ConversationNotFound):
            await unit_of_work.conversations.save(ConversationFactory.build(id=nobody))
        with pytest.raises(ConversationNotFound):
            await unit_of_work.conversations.delete(nobody, owner=LOCAL_USER)


async def test_a_summary_counts_every_branch_previews_the_end_and_names_the_newest_run(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build(tags=("b", "a"))
    question = MessageFactory.build(conversation_id=conversation.id, content="When?")
    answers = [
        MessageFactory.build(conversation_id=conversation.id, parent_id=question.id, content=text, id=UUID(int=number))
        for number, text in ((7, "  On\nFriday. "), (8, "Soon."))
    ]
    shown = replace(conversation, active_message_id=answers[0].id)
    await keep(start, shown, question, *answers)
    async with start(write=True) as unit_of_work:
        for answer in answers:
            run = ActiveRun(id=run_of(answer.id), conversation_id=conversation.id, owner=LOCAL_USER, leased_until=NOW)
            await unit_of_work.runs.add(run)
        await unit_of_work.commit()

    async with start() as unit_of_work:
        summary = await unit_of_work.conversations.summary(conversation.id, owner=LOCAL_USER)
        page = await unit_of_work.conversations.list(ConversationQuery(), owner=LOCAL_USER)

    assert summary.conversation == shown
    assert summary.message_count == 3
    assert summary.last_message_preview == "On Friday."
    assert summary.active_run == RunId(UUID(int=8))
    assert list(page.items) == [summary]


async def test_an_answer_without_words_is_previewed_by_its_question(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()
    question = MessageFactory.build(conversation_id=conversation.id, content="When?")
    answer = MessageFactory.build(conversation_id=conversation.id, parent_id=question.id, content=" \n\u3000 ")
    await keep(start, replace(conversation, active_message_id=answer.id), question, answer)

    async with start() as unit_of_work:
        summary = await unit_of_work.conversations.summary(conversation.id, owner=LOCAL_USER)

    assert summary.last_message_preview == "When?"


async def test_a_conversation_without_messages_has_no_preview(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()
    await keep(start, conversation)

    async with start() as unit_of_work:
        summary = await unit_of_work.conversations.summary(conversation.id, owner=LOCAL_USER)

    assert (summary.message_count, summary.last_message_preview, summary.active_run) == (0, None, None)


@pytest.mark.parametrize(
    ("content", "preview"),
    [
        ("word " * 20_000, ("word " * 40).rstrip() + "…"),
        ("\n" * 50_000 + "late", "late"),
        ("a" + " " * 60_000 + "b", "a b"),
        ("😀" * 100_000, "😀" * 199 + "…"),
        ("x" * 200, "x" * 200),
    ],
)
async def test_a_preview_is_the_same_however_long_the_message(
    start: StartUnitOfWork, content: str, preview: str
) -> None:
    conversation = ConversationFactory.build()
    message = MessageFactory.build(conversation_id=conversation.id, content=content)
    await keep(start, replace(conversation, active_message_id=message.id), message)

    page = await listed(start, ConversationQuery())

    assert page.items[0].last_message_preview == preview


async def test_the_list_comes_last_updated_first_then_by_id(start: StartUnitOfWork) -> None:
    conversations = [
        ConversationFactory.build(id=UUID(int=number), updated_at=NOW + timedelta(microseconds=number // 2))
        for number in (3, 1, 4, 5, 2)
    ]
    await keep(start, *conversations)

    page = await listed(start, ConversationQuery())

    assert [summary.conversation.id.int for summary in page.items] == [5, 4, 3, 2, 1]
    assert (page.total, page.next) == (5, None)


async def test_pages_by_offset_and_by_cursor_are_the_same(start: StartUnitOfWork) -> None:
    await keep(start, *_many(25))

    whole = [each.conversation for each in (await listed(start, ConversationQuery(limit=200))).items]
    by_offset: list[Conversation] = []
    for offset in range(0, 40, 10):
        page = await listed(start, ConversationQuery(limit=10, offset=offset))
        by_offset += [each.conversation for each in page.items]
        assert page.total == 25
    by_cursor: list[Conversation] = []
    page = await listed(start, ConversationQuery(limit=10))
    by_cursor += [each.conversation for each in page.items]
    while page.next is not None:
        page = await listed(start, ConversationQuery(limit=10, after=page.next))
        by_cursor += [each.conversation for each in page.items]
        assert page.total == 25

    assert whole == by_offset == by_cursor
    assert len(whole) == 25


async def test_a_cursor_neither_skips_nor_repeats_while_others_write(start: StartUnitOfWork) -> None:
    conversations = _many(12)
    await keep(start, *conversations)
    first = await listed(start, ConversationQuery(limit=5))
    seen = [each.conversation.id for each in first.items]

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.add(ConversationFactory.build(updated_at=NOW + timedelta(days=1)))
        await unit_of_work.conversations.delete(seen[0], owner=LOCAL_USER)
        await unit_of_work.commit()
    rest = await listed(start, ConversationQuery(limit=200, after=first.next))

    assert seen + [each.conversation.id for each in rest.items] == [each.id for each in reversed(conversations)]


async def test_a_page_that_ends_with_the_list_has_no_next(start: StartUnitOfWork) -> None:
    await keep(start, *_many(4))

    assert (await listed(start, ConversationQuery(limit=4))).next is None
    assert (await listed(start, ConversationQuery(limit=2, offset=2))).next is None
    assert (await listed(start, ConversationQuery(limit=2, offset=9))).next is None
    assert (await listed(start, ConversationQuery(limit=3))).next is not None


async def test_space_and_tag_narrow_the_list_together_and_to_the_letter(start: StartUnitOfWork) -> None:
    await keep(
        start,
        ConversationFactory.build(title="both", space="work", tags=("x", "y")),
        ConversationFactory.build(title="space", space="work", tags=("X",)),
        ConversationFactory.build(title="tag", space="Work", tags=("y", "x")),
    )

    both = await listed(start, ConversationQuery(space="work", tag="x"))
    tag = await listed(start, ConversationQuery(tag="x"))

    assert [each.conversation.title for each in both.items] == ["both"]
    assert both.total == 1
    assert {each.conversation.title for each in tag.items} == {"both", "tag"}


def _many(count: int) -> list[Conversation]:
    return [
        ConversationFactory.build(
            id=UUID(int=number + 1), title=f"number {number}", updated_at=NOW + timedelta(seconds=number // 3)
        )
        for number in range(count)
    ]
