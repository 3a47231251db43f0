"""A request is sent again only where that may help, soon, and while nothing was shown."""

from __future__ import annotations

import pytest
from tests.support.answerers import CLAIM, anthropic_answerer, asking, parts_of, text_of
from tests.support.messages_api import MessagesApi, Reply
from tests.support.messages_replies import Ending, error_event, start

from adapters.anthropic.limits import Budget, Deadlines
from domain.errors import ModelRateLimited, ModelUnavailable

PASSING = {
    "rate limit": Reply.error(429, "rate_limit_error", headers={"retry-after-ms": "20"}),
    "overload": Reply.error(529, "overloaded_error", headers={"retry-after": "0"}),
    "bad gateway": Reply.html(502),
    "early error": Reply.events(*start(), error_event("overloaded_error")),
    "early drop": Reply.events(*start(), Ending.DROP),
    "no sense of time": Reply.error(503, "api_error", headers={"retry-after": "soon"}),
    "a date gone by": Reply.error(503, "api_error", headers={"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}),
    "a date without zone": Reply.error(503, "api_error", headers={"retry-after": "Wed, 21 Oct 2015 07:28:00"}),
}


@pytest.mark.parametrize("name", PASSING)
async def test_what_passes_is_tried_again(name: str, model: MessagesApi) -> None:
    model.replies.extend([PASSING[name], PASSING[name], Reply.text(CLAIM)])
    answerer = anthropic_answerer(model.address)

    parts = await parts_of(answerer)

    assert text_of(parts) == CLAIM
    assert len(model.questions) == 3
    await answerer.close()


@pytest.mark.parametrize(
    ("headers", "retry_after"),
    [({"retry-after": "3600"}, 3600), ({"retry-after-ms": "30000"}, 30), ({"retry-after": "1", "x-should-retry": "false"}, 1)],
)  # fmt: skip
async def test_who_must_wait_long_is_told_so_at_once(
    headers: dict[str, str], retry_after: float, model: MessagesApi
) -> None:
    model.default = Reply.error(429, "rate_limit_error", headers=headers)
    answerer = anthropic_answerer(model.address)

    with pytest.raises(ModelRateLimited) as limited:
        await parts_of(answerer)

    assert limited.value.retry_after == retry_after
    assert f"in {retry_after} seconds" in limited.value.detail
    assert len(model.questions) == 1
    await answerer.close()


async def test_a_pause_that_outlasts_the_deadline_is_not_made(model: MessagesApi) -> None:
    model.default = Reply.error(503, "api_error", headers={"retry-after": "2"})
    answerer = anthropic_answerer(model.address, deadlines=Deadlines(total=1))

    with pytest.raises(ModelUnavailable):
        await parts_of(answerer)

    assert len(model.questions) == 1
    await answerer.close()


async def test_a_prompt_that_is_too_long_is_cut_down(model: MessagesApi) -> None:
    too_long = Reply.error(400, "invalid_request_error", "prompt is too long: 5000 tokens > 4096 maximum")
    model.replies.extend([too_long, too_long, Reply.text(CLAIM)])
    answerer = anthropic_answerer(model.address, budget=Budget(passages=500, history=600, answer=8000))

    parts = await parts_of(answerer, asking())

    assert text_of(parts) == CLAIM
    assert [request.body["max_tokens"] for request in model.questions] == [8000, 4000, 2000]
    assert ["Bicycles" in request.texts for request in model.questions] == [True, True, False]
    assert all("Claims are paid" in request.texts for request in model.questions)
    await answerer.close()
