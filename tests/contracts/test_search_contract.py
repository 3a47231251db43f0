"""What every search over conversations keeps to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import NOW, ConversationFactory, MessageFactory
from tests.support.keeping import keep, listed, titles

from adapters.database.unit_of_work import Database
from adapters.memory.unit_of_work import MemoryDatabase
from application.ports.conversations import ConversationQuery
from application.ports.unit_of_work import StartUnitOfWork
from domain.conversation import Conversation
from domain.identity import LOCAL_USER, UserId

TITLE = "Dienstreise nach Zürich"


async def with_texts(start: StartUnitOfWork, *texts: str, title: str = TITLE) -> Conversation:
    conversation = ConversationFactory.build(title=title)
    await keep(start, conversation, *(MessageFactory.build(conversation_id=conversation.id, content=t) for t in texts))
    return conversation


@pytest.mark.parametrize(
    "search",
    [
        "dienstreise",
        "DIENST",
        "zurich",
        "ZÜRICH",
        "zu\u0308r",
        "nach dienstreise",
        "nach zür",
        "dienstreise, nach: (Zürich)!",
        "claims",
        "pai",
        "ten days",
        "days TEN",
        "dienstreise claims",
        "strasse",
        "straße",
        "oeuvre",
        "smorre",
        "42",
        "3.14",
        "don't",
        "foo_bar",
        "bar",
        "c++",
        "火星",
        "星",
        "火",
        "星に",
        "ミッ",
        "สวั",
        "สวัสดี",
        "שלום",
        "שָׁלוֹם",
        "سلام",
        "привет",
        "ПРИВЕТ",
        "ΣΟΦΟΣ",
        "σοφος",
        "한국",
        "국어",
        "हिन्दी",
        "😀",
        "  claims \t\n",
        "e.g",
        "istanbul",
        "İSTANBUL",
    ],
)
async def test_what_is_said_is_found(start: StartUnitOfWork, search: str) -> None:
    await with_texts(
        start,
        "Claims are paid within ten days.",
        "Straße, Œuvre, smørrebrød, 42, 3.14, don't, foo_bar, C++, e.g. İstanbul",
        "来年、火星に行くミッションがある。สวัสดีครับ",
        "שלום سَلام Привет σοφός 한국어 हिन्दी 😀👍",
    )
    await with_texts(start, "nothing of that kind", title="Other")

    assert await titles(start, search=search) == [TITLE]


@pytest.mark.parametrize(
    "search",
    [
        "reise",
        "dien nach",
        "dienstreise berlin",
        "claim paid",
        "aims",
        "星火",
        "火人",
        "%",
        "_",
        "*",
        "?!",
        "''",
        '"',
        "-",
        "🙈",
    ],
)
async def test_what_is_not_said_is_not_found(start: StartUnitOfWork, search: str) -> None:
    await with_texts(start, "Claims are paid within ten days.", "火星")

    assert await titles(start, search=search) == []


@pytest.mark.parametrize("search", [None, "", "  ", "\t\n\u3000"])
async def test_a_blank_search_asks_for_nothing(start: StartUnitOfWork, search: str | None) -> None:
    await with_texts(start)

    assert await titles(start, search=search) == [TITLE]


@pytest.mark.parametrize(
    "search",
    [
        "nach AND",
        "nach OR claims",
        "NOT claims",
        "NEAR(claims nach)",
        "words:claims",
        "^claims",
        '"claims"',
        "claims*",
        "claims & paid",
        "claims | paid",
        "!claims",
        "claims:*",
        "claims:A",
        "'claims'",
        "claims <-> paid",
        "(claims",
        "claims)",
        "claims; DROP TABLE messages",
        "claims\\",
        "claims\\'",
        "$1 %s :search ?",
        "\ud7ff\ue000\uffff",
        "\u0301",
        "a" * 10_000,
        "火" * 10_000,
        "a b " * 5000,
        "claims\u0000paid",
    ],
)
async def test_nothing_that_is_typed_is_an_error(start: StartUnitOfWork, search: str) -> None:
    await with_texts(start, "Claims are paid within ten days.")

    page = await listed(start, ConversationQuery(search=search))

    assert page.total == len(page.items) <= 1


async def test_words_may_stand_in_title_and_messages_but_all_must_stand(start: StartUnitOfWork) -> None:
    await with_texts(start, "Claims", "are paid")

    assert await titles(start, search="claims paid dienst") == [TITLE]
    assert await titles(start, search="claims paid never") == []


async def test_neighbouring_characters_must_stand_together_in_one_text(start: StartUnitOfWork) -> None:
    await with_texts(start, "火星", "星人")

    assert await titles(start, search="火星人") == []


async def test_the_index_follows_what_is_saved(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build(title="old title")
    message = MessageFactory.build(conversation_id=conversation.id, content="old words")
    await keep(start, conversation, message)

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.save(replace(conversation, title="new name"))
        await unit_of_work.messages.save(replace(message, content="fresh text"), owner=LOCAL_USER)
        assert (await unit_of_work.conversations.list(ConversationQuery(search="fresh"), owner=LOCAL_USER)).total == 1
        await unit_of_work.commit()

    assert [await titles(start, search=word) for word in ("old", "title", "words")] == [[], [], []]
    assert [await titles(start, search=word) for word in ("new", "name", "text")] == [["new name"]] * 3


async def test_what_is_undone_is_not_found(start: StartUnitOfWork) -> None:
    conversation = await with_texts(start, "kept words")

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.save(replace(conversation, title="undone"))
        await unit_of_work.messages.add(
            MessageFactory.build(conversation_id=conversation.id, content="undone"), owner=LOCAL_USER
        )

    assert await titles(start, search="undone") == []
    assert await titles(start, search="kept") == [TITLE]


async def test_what_is_deleted_is_not_found(start: StartUnitOfWork) -> None:
    conversation = await with_texts(start, "claims")
    await with_texts(start, "claims", title="Kept")

    async with start(write=True) as unit_of_work:
        await unit_of_work.conversations.delete(conversation.id, owner=LOCAL_USER)
        await unit_of_work.commit()

    assert await titles(start, search="claims") == ["Kept"]


async def test_nobody_finds_what_is_somebody_else_s(start: StartUnitOfWork) -> None:
    conversation = ConversationFactory.build(owner=UserId("anna"), title="secret")
    message = MessageFactory.build(conversation_id=conversation.id, content="hidden")
    await keep(start, conversation, message, owner=UserId("anna"))

    assert await titles(start, UserId("ben"), search="secret") == []
    assert await titles(start, UserId("ben"), search="hidden") == []
    assert await titles(start, UserId("anna"), search="hidden") == ["secret"]


async def test_a_search_is_counted_and_paged_and_narrowed_like_any_list(start: StartUnitOfWork) -> None:
    conversations = [
        ConversationFactory.build(
            title=f"claims {number}",
            updated_at=NOW + timedelta(seconds=number),
            space="even" if number % 2 == 0 else "odd",
        )
        for number in range(10)
    ]
    await keep(start, *conversations)

    query = ConversationQuery(search="claims", space="even", limit=2)
    first = await listed(start, query)
    second = await listed(start, replace(query, after=first.next))

    assert [each.conversation.title for each in (*first.items, *second.items)] == [
        "claims 8",
        "claims 6",
        "claims 4",
        "claims 2",
    ]
    assert first.total == second.total == 5


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40))
async def test_every_store_finds_what_memory_finds(
    sqlite_database: Database, postgres_database: Database, text: str
) -> None:
    stores = (MemoryDatabase(), sqlite_database, postgres_database)
    owner = UserId(str(ConversationFactory.build().id))
    conversation = ConversationFactory.build(owner=owner, title="x")
    message = MessageFactory.build(conversation_id=conversation.id, content=text)

    found: list[list[int]] = []
    for store in stores:
        start: StartUnitOfWork = store.start_unit_of_work
        await keep(start, conversation, message, owner=owner)
        searches = [text, text[: len(text) // 2 + 1], text[::-1], text.upper(), f"x {text}"]
        found.append([len(await titles(start, owner, search=search)) for search in searches])

    assert found[0] == found[1] == found[2]
