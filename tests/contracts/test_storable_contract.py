"""What no store takes, so that none is found out later by another database: every one refuses it in the same words."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from tests.factories import NOW, ConversationFactory, MessageFactory, a_reference
from tests.support.keeping import keep, titles

from application.ports.tokens import AccessToken
from application.ports.unit_of_work import StartUnitOfWork
from domain.errors import InvalidInput
from domain.identity import LOCAL_USER

UNSTORABLE: list[object] = [
    "a\x00b",
    "one half \ud83d of a pair",
    {"deep": [{"down": "\x00"}]},
    {"\x00": "in a name"},
    [float("nan")],
    float("inf"),
]


@pytest.mark.parametrize("value", UNSTORABLE, ids=ascii)
async def test_metadata_that_can_not_be_kept_is_refused(start: StartUnitOfWork, value: object) -> None:
    kept, message = ConversationFactory.build(title="kept"), MessageFactory.build()
    kept = replace(kept, id=message.conversation_id)
    await keep(start, kept, message)

    async with start(write=True) as unit_of_work:
        with pytest.raises(InvalidInput) as added:
            await unit_of_work.conversations.add(ConversationFactory.build(metadata={"key": value}))
    async with start(write=True) as unit_of_work:
        with pytest.raises(InvalidInput) as saved:
            await unit_of_work.conversations.save(replace(kept, metadata={"key": value}))
    async with start(write=True) as unit_of_work:
        with pytest.raises(InvalidInput) as annotated:
            await unit_of_work.messages.save(replace(message, metadata={"key": value}), owner=LOCAL_USER)

    assert [refusal.value.field for refusal in (added, saved, annotated)] == ["metadata"] * 3
    assert await titles(start) == ["kept"]


@pytest.mark.parametrize("text", ["\x00", "before \x00 after", "\udc00"], ids=ascii)
async def test_text_that_can_not_be_kept_is_refused(start: StartUnitOfWork, text: str) -> None:
    message = MessageFactory.build()
    await keep(start, ConversationFactory.build(id=message.conversation_id), message)
    token = AccessToken(id=uuid4(), owner=LOCAL_USER, name=text, digest="0" * 64, created_at=NOW)

    async with start(write=True) as unit_of_work:
        with pytest.raises(InvalidInput) as said:
            await unit_of_work.messages.save(replace(message, content=text), owner=LOCAL_USER)
    async with start(write=True) as unit_of_work:
        with pytest.raises(InvalidInput) as referred:
            await unit_of_work.messages.save(replace(message, references=(a_reference(1, text),)), owner=LOCAL_USER)
    async with start(write=True) as unit_of_work:
        with pytest.raises(InvalidInput) as named:
            await unit_of_work.tokens.add(token)

    assert [refusal.value.field for refusal in (said, referred, named)] == ["content", "sources", "name"]


@pytest.mark.parametrize("text", [r"\u0000", r"\x00", "\\", "\x01", "\ufffd", "\U0010ffff", "%00"], ids=ascii)
async def test_what_only_looks_like_it_is_kept(start: StartUnitOfWork, text: str) -> None:
    conversation = ConversationFactory.build(metadata={"key": [text, {text: None}]})

    await keep(start, conversation)

    async with start() as unit_of_work:
        assert await unit_of_work.conversations.get(conversation.id, owner=LOCAL_USER) == conversation
