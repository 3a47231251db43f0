"""Who no longer wants an answer does not pay for its rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

import pytest
from tests.support.answerers import anthropic_answerer, asking, parts_of
from tests.support.messages_api import MessagesApi, Reply
from tests.support.messages_replies import start

from application.ports.answerer import AnswerPart, AnswerText

SILENT = {
    "before headers": Reply.silent(),
    "before text": Reply.events(*start(), 3600.0),
    "in the text": Reply.slow("Claims ", "are ", seconds=3600),
}


@pytest.mark.parametrize("name", SILENT)
async def test_cancelling_hangs_up(name: str, model: MessagesApi) -> None:
    model.default = SILENT[name]
    answerer = anthropic_answerer(model.address)
    asked = asyncio.create_task(parts_of(answerer))
    await asyncio.to_thread(model.wait_for, lambda: bool(model.questions))
    await asyncio.sleep(0.1)

    asked.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asked
    await asyncio.to_thread(model.wait_for, lambda: model.hung_up == 1)
    await answerer.close()


async def test_leaving_hangs_up(model: MessagesApi) -> None:
    model.default = SILENT["in the text"]
    answerer = anthropic_answerer(model.address)

    async with aclosing(cast("AsyncGenerator[AnswerPart]", answerer.answer(asking()))) as parts:
        assert await anext(parts) == AnswerText("Claims ")

    await asyncio.to_thread(model.wait_for, lambda: model.hung_up == 1)
    await answerer.close()


async def test_cancelling_in_the_pause_before_a_retry_makes_no_further_request(model: MessagesApi) -> None:
    model.default = Reply.error(429, "rate_limit_error", headers={"retry-after": "2"})
    answerer = anthropic_answerer(model.address)
    asked = asyncio.create_task(parts_of(answerer))
    await asyncio.to_thread(model.wait_for, lambda: bool(model.questions))
    await asyncio.sleep(0.1)

    asked.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asked
    assert len(model.questions) == 1
    await answerer.close()
