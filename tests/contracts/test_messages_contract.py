"""What every store of messages keeps to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tests.factories import NOW, ConversationFactory, MessageFactory, a_reference
from tests.support.keeping import chain, keep

from application.ports.runs import ActiveRun
from application.ports.unit_of_work import StartUnitOfWork
from domain.answer import Quote
from domain.conversation import Conversation, Message, Role
from domain.errors import Conflict, ConversationNotFound, MessageNotFound
from domain.identity import LOCAL_USER, ConversationId, MessageId, UserId, run_of
from domain.source import SourceType

ANNA, BEN = UserId("anna"), UserId("ben")
LONGEST = 100_000


async def read(start: StartUnitOfWork, message: Message) -> Message:
    async with start() as unit_of_work:
        return await unit_of_work.messages.get(message.id, conversation_id=message.conversation_id, owner=LOCAL_USER)


@pytest.mark.parametrize(
    "content",
    [
        "",
        " \r\n\ta\n",
        "naïve e\u0301 \ufeff 😀👩‍👩‍👧 \u202eעברית العربية 火星 '\"\\%_{}$1 :x ? \x01\x7f\x85\u2028\ufffe",
        "😀" * LONGEST,
        "火" * LONGEST,
        "".join(chr(0x4E00 + number % 20_000) for number in range(LONGEST)),
        "".join(chr(0x20000 + number * 7 % 40_000) for number in range(LONGEST)),
        "".join(chr(0xAC00 + number % 11_000) for number in range(LONGEST)),
        "ﷺa " * 33_000,
        " ".join(map(str, range(17_000))),
        "x" * LONGEST,
    ],
    ids=["empty", "space", "awkward", "emoji", "one", "han", "rare-han", "hangul", "ligature", "numbers", "word"],
)
async def test_content_is_kept_exactly(start: StartUnitOfWork, content: str) -> None:
    conversation = ConversationFactory.build()
    message = MessageFactory.build(conversation_id=conversation.id, content=content[:LONGEST])

    await keep(start, conversation, message)

    assert (await read(start, message)).content == content[:LONGEST]


async def test_a_message_comes_back_as_it_was_added(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()
    quote = Quote(text="paid “soon” 😀", start=3, end=17, verified=True)
    whole = replace(
        a_reference(2, quotes=(quote, replace(quote, verified=False))),
        type=SourceType.WEBPAGE,
        page=7,
        section="A › B",
        score=0.123456789012345,
    )
    message = MessageFactory.build(
        conversation_id=conversation.id,
        role=Role.ASSISTANT,
        metadata={"status": "complete", "usage": {"input_tokens": 3}, "none": None, "list": [1, "zwei"]},
        references=(whole, a_reference(1)),
    )

    await keep(start, conversation, message)

    assert await read(start, message) == replace(message, siblings=(message.id,))


async def test_what_is_saved_replaces_content_metadata_and_references_alone(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()
    root = MessageFactory.build(conversation_id=conversation.id)
    message = MessageFactory.build(conversation_id=conversation.id, parent_id=root.id, metadata={"a": 1})
    await keep(start, conversation, root, message)
    changed = replace(message, content="Another", metadata={"b": [2]}, references=(a_reference(),))

    async with start(write=True) as unit_of_work:
        elsewhere = replace(changed, parent_id=None, role=Role.SYSTEM, created_at=NOW + timedelta(days=1))
        await unit_of_work.messages.save(elsewhere, owner=LOCAL_USER)
        await unit_of_work.commit()

    assert await read(start, message) == replace(changed, siblings=(message.id,))


async def test_a_message_is_found_by_its_id_alone(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()
    message = MessageFactory.build(conversation_id=conversation.id)
    await keep(start, conversation, message)

    async with start() as unit_of_work:
        found = await unit_of_work.messages.find(message.id, owner=LOCAL_USER)

    assert found == await read(start, message)


async def test_a_message_needs_a_conversation_of_its_owner(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build(owner=ANNA)
    await keep(start, conversation)

    for message, owner in (
        (MessageFactory.build(conversation_id=conversation.id), BEN),
        (MessageFactory.build(conversation_id=ConversationId(uuid4())), ANNA),
    ):
        async with start(write=True) as unit_of_work:
            with pytest.raises(ConversationNotFound):
                await unit_of_work.messages.add(message, owner=owner)


async def test_a_parent_is_in_the_same_conversation(start: StartUnitOfWork) -> None:
    mine, other = ConversationFactory.build(), ConversationFactory.build()
    elsewhere = MessageFactory.build(conversation_id=other.id)
    await keep(start, mine, other, elsewhere)

    for parent in (elsewhere.id, MessageId(uuid4())):
        async with start(write=True) as unit_of_work:
            with pytest.raises(MessageNotFound):
                await unit_of_work.messages.add(
                    MessageFactory.build(conversation_id=mine.id, parent_id=parent), owner=LOCAL_USER
                )


async def test_the_same_id_can_not_be_added_twice(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()
    message = MessageFactory.build(conversation_id=conversation.id)
    await keep(start, conversation, message)

    with pytest.raises(Conflict):
        await keep(start, message)


async def test_nobody_reads_or_writes_what_is_somebody_else_s(start: StartUnitOfWork) -> None:
    conversation, other = ConversationFactory.build(owner=ANNA), ConversationFactory.build(owner=BEN)
    message = MessageFactory.build(conversation_id=conversation.id)
    await keep(start, conversation, message, owner=ANNA)
    await keep(start, other)

    async with start(write=True) as unit_of_work:
        messages = unit_of_work.messages
        for owner, place in ((BEN, conversation.id), (ANNA, other.id), (BEN, other.id)):
            with pytest.raises(MessageNotFound):
                await messages.get(message.id, conversation_id=place, owner=owner)
            with pytest.raises(MessageNotFound):
                await messages.branch(message.id, conversation_id=place, owner=owner)
            with pytest.raises(MessageNotFound):
                await messages.newest_leaf(message.id, conversation_id=place, owner=owner)
            with pytest.raises(MessageNotFound):
                await messages.save(replace(message, conversation_id=place, content="!"), owner=owner)
        with pytest.raises(MessageNotFound):
            await messages.find(message.id, owner=BEN)
        await unit_of_work.commit()

    async with start() as unit_of_work:
        assert (await unit_of_work.messages.find(message.id, owner=ANNA)).content == message.content


async def test_siblings_share_a_parent_and_come_oldest_first(start: StartUnitOfWork) -> None:
    conversation, tree = await a_tree(start)

    async with start() as unit_of_work:
        messages = [await unit_of_work.messages.find(each.id, owner=LOCAL_USER) for each in tree.values()]
    siblings = {
        name: [name_of(tree, each) for each in message.siblings] for name, message in zip(tree, messages, strict=True)
    }

    assert siblings == {
        "1": ["1", "2"],
        "2": ["1", "2"],
        "1a": ["1a", "1b", "1c"],
        "1b": ["1a", "1b", "1c"],
        "1c": ["1a", "1b", "1c"],
        "1bx": ["1bx"],
    }
    assert conversation.id == messages[0].conversation_id


async def test_a_branch_is_the_path_from_the_root_with_all_siblings(start: StartUnitOfWork) -> None:
    conversation, tree = await a_tree(start)

    async with start() as unit_of_work:
        branch = await unit_of_work.messages.branch(tree["1bx"].id, conversation_id=conversation.id, owner=LOCAL_USER)
        one_by_one = [
            await unit_of_work.messages.get(each.id, conversation_id=conversation.id, owner=LOCAL_USER)
            for each in branch
        ]

    assert [name_of(tree, message.id) for message in branch] == ["1", "1b", "1bx"]
    assert list(branch) == one_by_one


async def test_the_newest_leaf_follows_the_newest_child(start: StartUnitOfWork) -> None:
    conversation, tree = await a_tree(start)

    async with start() as unit_of_work:
        leaves = {
            name: name_of(
                tree,
                await unit_of_work.messages.newest_leaf(
                    tree[name].id, conversation_id=conversation.id, owner=LOCAL_USER
                ),
            )
            for name in tree
        }

    assert leaves == {"1": "1c", "2": "2", "1a": "1a", "1b": "1bx", "1c": "1c", "1bx": "1bx"}


@pytest.mark.parametrize(
    ("limit", "before", "numbers"),
    [
        (None, None, range(10)),
        (3, None, range(7, 10)),
        (10, None, range(10)),
        (99, None, range(10)),
        (0, None, range(0)),
        (None, 4, range(4)),
        (3, 4, range(1, 4)),
        (3, 1, range(1)),
        (3, 0, range(0)),
        (None, 0, range(0)),
        (0, 5, range(0)),
        (2, 9, range(7, 9)),
    ],
)
async def test_a_branch_is_read_in_pages(
    start: StartUnitOfWork, limit: int | None, before: int | None, numbers: range
) -> None:
    conversation = ConversationFactory.build()
    messages = chain(conversation.id, 10)
    await keep(start, conversation, *messages)

    async with start() as unit_of_work:
        page = await unit_of_work.messages.branch(
            messages[-1].id,
            conversation_id=conversation.id,
            owner=LOCAL_USER,
            limit=limit,
            before=None if before is None else messages[before].id,
        )

    assert [message.content for message in page] == [f"message {number}" for number in numbers]
    assert all(message.siblings == (message.id,) for message in page)


@pytest.mark.parametrize("limit", [None, 0, 1, 50])
async def test_before_must_be_on_the_branch(start: StartUnitOfWork, limit: int | None) -> None:
    conversation, tree = await a_tree(start)

    for before in (tree["1bx"].id, tree["2"].id, MessageId(uuid4())):
        async with start() as unit_of_work:
            with pytest.raises(MessageNotFound):
                await unit_of_work.messages.branch(
                    tree["1b"].id, conversation_id=conversation.id, owner=LOCAL_USER, limit=limit, before=before
                )


@pytest.mark.parametrize("limit", [None, 0, 1])
async def test_a_leaf_that_is_not_there_is_not_found(start: StartUnitOfWork, limit: int | None) -> None:
    conversation = ConversationFactory.build()
    await keep(start, conversation)

    async with start() as unit_of_work:
        with pytest.raises(MessageNotFound):
            await unit_of_work.messages.branch(
                MessageId(uuid4()), conversation_id=conversation.id, owner=LOCAL_USER, limit=limit
            )


async def test_a_chain_of_more_than_a_thousand_messages_is_read_whole_and_in_part(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()
    messages = chain(conversation.id, 1010)
    await keep(start, conversation, *messages)

    async with start() as unit_of_work:
        everything = await unit_of_work.messages.branch(
            messages[-1].id, conversation_id=conversation.id, owner=LOCAL_USER
        )
        some = await unit_of_work.messages.branch(
            messages[-1].id, conversation_id=conversation.id, owner=LOCAL_USER, limit=20, before=messages[700].id
        )
        leaf = await unit_of_work.messages.newest_leaf(
            messages[0].id, conversation_id=conversation.id, owner=LOCAL_USER
        )

    assert [message.id for message in everything] == [message.id for message in messages]
    assert list(some) == list(everything[680:700])
    assert leaf == messages[-1].id


async def a_tree(start: StartUnitOfWork) -> tuple[Conversation, dict[str, Message]]:
    """Two roots; three answers to the first, of which the second goes on. 1b and 1c are of the same instant."""
    conversation = ConversationFactory.build()
    places = (("1", None, 0), ("2", None, 9), ("1a", "1", 1), ("1b", "1", 2), ("1c", "1", 2), ("1bx", "1b", 3))
    tree: dict[str, Message] = {}
    for number, (name, parent, second) in enumerate(places):
        tree[name] = MessageFactory.build(
            id=UUID(int=number + 1),
            conversation_id=conversation.id,
            parent_id=tree[parent].id if parent else None,
            content=name,
            created_at=NOW + timedelta(seconds=second),
        )
    await keep(start, conversation, *tree.values())
    return conversation, tree


def name_of(tree: dict[str, Message], message_id: MessageId) -> str:
    return next(name for name, message in tree.items() if message.id == message_id)


async def test_an_answer_that_nobody_writes_is_stranded(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build()
    stranded, underway, done = (
        MessageFactory.build(conversation_id=conversation.id, role=Role.ASSISTANT, metadata={"status": status})
        for status in ("answering", "answering", "complete")
    )
    plain = MessageFactory.build(conversation_id=conversation.id)
    await keep(start, conversation, stranded, underway, done, plain)
    async with start(write=True) as unit_of_work:
        run = ActiveRun(id=run_of(underway.id), conversation_id=conversation.id, owner=LOCAL_USER, leased_until=NOW)
        await unit_of_work.runs.add(run)
        await unit_of_work.commit()

    async with start() as unit_of_work:
        found = await unit_of_work.messages.stranded()

    assert list(found) == [(stranded.id, LOCAL_USER)]
