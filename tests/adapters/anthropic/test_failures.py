"""Each way in which a model server fails has its error, and a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from tests.support.answerers import anthropic_answerer, asking, parts_of, text_of
from tests.support.messages_api import MessagesApi, Reply
from tests.support.messages_replies import Ending, block, error_event, start, stop, text_block

from adapters.anthropic.answerer import AnthropicAnswerer
from adapters.anthropic.limits import Deadlines
from application.ports.answerer import AnswerPart
from domain.errors import (
    ModelAnswerTruncated,
    ModelContextExceeded,
    ModelDeclined,
    ModelError,
    ModelRateLimited,
    ModelRejectedCredentials,
    ModelRejectedRequest,
    ModelTimeout,
    ModelUnavailable,
)


@dataclass(frozen=True)
class Case:
    """A reply given to every attempt, the error it becomes, words of its detail, and how many attempts are made."""

    name: str
    reply: Reply
    error: type[ModelError]
    says: str
    attempts: int = 1
    shown: str = ""


TWO = ("Claims are ", "paid.")
TOO_LONG = "prompt is too long: 250000 tokens > 200000 maximum"
LLAMA_TOO_LONG = {"error": {"code": 400, "message": "the request exceeds", "type": "exceed_context_size_error"}}


def breaking(*events: Mapping[str, Any] | bytes | Ending) -> Reply:
    """Two words of an answer, and then these."""
    return Reply.events(*start(), *text_block(0, TWO)[:2], *events)


CASES = [
    # Instead of a stream
    Case("400", Reply.error(400, "invalid_request_error", "bad field"), ModelRejectedRequest, "It says: bad field"),
    Case("400 too long", Reply.error(400, "invalid_request_error", TOO_LONG), ModelContextExceeded, "shorter|briefly", 3),
    Case("400 of llama.cpp", Reply.json(LLAMA_TOO_LONG, 400), ModelContextExceeded, "too long", 3),
    Case("401", Reply.error(401, "authentication_error"), ModelRejectedCredentials, "Check ANTHROPIC_API_KEY"),
    Case("402", Reply.error(402, "billing_error", "pay"), ModelRejectedRequest, "check the billing"),
    Case("403", Reply.error(403, "permission_error"), ModelRejectedCredentials, "QUOTH_MODEL"),
    Case("404 of a model", Reply.error(404, "not_found_error", "model: stub"), ModelRejectedRequest, "“stub”. Check QUOTH_MODEL"),
    Case("404 of a path", Reply.html(404), ModelRejectedRequest, "Check QUOTH_ANTHROPIC_BASE_URL"),
    Case("405", Reply.html(405), ModelRejectedRequest, "refused the request"),
    Case("408", Reply.error(408, "timeout_error"), ModelTimeout, "Try again", 3),
    Case("409", Reply.error(409, "conflict_error"), ModelRejectedRequest, "refused the request"),
    Case("413", Reply.error(413, "request_too_large"), ModelContextExceeded, "too long", 3),
    Case("422", Reply.error(422, "invalid_request_error"), ModelRejectedRequest, "refused the request"),
    Case("429", Reply.error(429, "rate_limit_error"), ModelRateLimited, "slow down", 3),
    Case("431", Reply.error(431, "invalid_request_error"), ModelRejectedRequest, "refused the request"),
    Case("500", Reply.error(500, "api_error"), ModelUnavailable, "Try again in a moment", 3),
    Case("501", Reply.error(501, "strange_error"), ModelUnavailable, "failed"),
    Case("502 of a proxy", Reply.html(502), ModelUnavailable, "Try again in a moment", 3),
    Case("503", Reply.html(503), ModelUnavailable, "Try again in a moment", 3),
    Case("504", Reply.html(504), ModelTimeout, "too long to answer", 3),
    Case("529", Reply.error(529, "overloaded_error"), ModelUnavailable, "overloaded", 3),
    Case("an error without a body", Reply.json(None, 500), ModelUnavailable, "failed", 3),
    Case("an error of another shape", Reply.json({"error": "no"}, 400), ModelRejectedRequest, "refused"),
    Case("an error that is a list", Reply.json([1, {"error": 2}], 500), ModelUnavailable, "failed", 3),
    # Something that is no stream
    Case("a page", Reply.html(200), ModelError, "does not speak the Messages API"),
    Case("JSON", Reply.json({"ok": True}), ModelError, "does not speak the Messages API"),
    Case("nothing", Reply.events(), ModelError, "does not speak the Messages API"),
    # Errors in the stream
    Case("overloaded early", Reply.events(*start(), error_event("overloaded_error")), ModelUnavailable, "overloaded", 3),
    Case("overloaded late", breaking(error_event("overloaded_error")), ModelUnavailable, "overloaded", 1, "Claims are "),
    Case("failed late", breaking(error_event("api_error")), ModelUnavailable, "failed", 1, "Claims are "),
    Case("limited late", breaking(error_event("rate_limit_error")), ModelRateLimited, "slow down", 1, "Claims are "),
    Case("unknown error", breaking(error_event("strange_error")), ModelError, "reported an error", 1, "Claims are "),
    Case("coded error", breaking(b'event: error\ndata: {"error": {"code": 500, "message": "m"}}\n\n'), ModelUnavailable, "It says: m", 1, "Claims are "),
    Case("error without JSON", breaking(b"event: error\ndata: oops\n\n"), ModelError, "reported an error", 1, "Claims are "),
    Case("error null", breaking(b"event: error\ndata: null\n\n"), ModelError, "reported an error", 1, "Claims are "),
    # Streams that break
    Case("dropped at once", Reply.events(Ending.DROP), ModelAnswerTruncated, "Try again", 3),
    Case("dropped early", Reply.events(*start(), Ending.DROP), ModelAnswerTruncated, "Try again", 3),
    Case("dropped late", Reply.text(*TWO).cut_after(1, Ending.DROP), ModelAnswerTruncated, "Try again", 1, "Claims are "),
    Case("ended early", Reply.events(*start()), ModelAnswerTruncated, "Try again", 3),
    Case("ended late", Reply.text(*TWO).cut_after(2), ModelAnswerTruncated, "Try again", 1, "Claims are paid."),
    Case("no reason to stop", Reply.text(*TWO, stop_reason=None), ModelAnswerTruncated, "Try again", 1, "Claims are paid."),
    Case("broken JSON", breaking(b'event: content_block_delta\ndata: {"type": \n\n'), ModelError, "can't be read", 1, "Claims are "),
    Case("JSON too deep", breaking(b"event: content_block_delta\ndata: " + b"[" * 100_000 + b"\n\n"), ModelError, "can't be read", 1, "Claims are "),
    Case("broken UTF-8", breaking(b"event: content_block_delta\ndata: \xff\xfe\n\n"), ModelError, "can't be read", 1, "Claims are "),
    # Whole messages that are no answer
    Case("max_tokens", Reply.text(*TWO, stop_reason="max_tokens"), ModelAnswerTruncated, "output limit", 1, "Claims are paid."),
    Case("pause_turn", Reply.text(*TWO, stop_reason="pause_turn"), ModelAnswerTruncated, "complete", 1, "Claims are paid."),
    Case("window filled", Reply.text(*TWO, stop_reason="model_context_window_exceeded"), ModelContextExceeded, "too long", 1, "Claims are paid."),
    Case("refusal", Reply.text(stop_reason="refusal"), ModelDeclined, "declined to answer this question."),
    Case("late refusal", Reply.text(*TWO, stop_reason="refusal"), ModelDeclined, "declined", 1, "Claims are paid."),
    Case(
        "explained refusal",
        Reply.events(*start(), *stop("refusal", stop_details={"type": "refusal", "explanation": "It is unsafe."})),
        ModelDeclined,
        "question: It is unsafe.",
    ),
    Case("no block", Reply.events(*start(), *stop()), ModelError, "empty answer"),
    Case("no text", Reply.text("", "  \n"), ModelError, "empty answer"),
    Case(
        "only thoughts",
        Reply.events(*start(), *block(0, {"type": "thinking", "thinking": ""}, [{"type": "thinking_delta", "thinking": "Hm."}]), *stop()),
        ModelError,
        "empty answer",
    ),
]  # fmt: skip


async def outcome(answerer: AnthropicAnswerer) -> tuple[str, ModelError | None]:
    """What was shown, and how it failed."""
    seen: list[AnswerPart] = []
    try:
        async for part in answerer.answer(asking()):
            seen.append(part)  # noqa: PERF401 - what was shown before it failed
    except ModelError as error:
        return text_of(seen), error
    finally:
        await answerer.close()
    return text_of(seen), None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_failure_becomes_its_error(case: Case, model: MessagesApi) -> None:
    model.default = case.reply

    shown, error = await outcome(anthropic_answerer(model.address))

    assert error is not None
    assert type(error) is case.error
    assert any(word in error.detail for word in case.says.split("|"))
    assert error.detail[0].isupper()
    assert "a-key" not in error.detail
    assert shown == case.shown
    assert len(model.questions) == case.attempts


PINGS = [step for _ in range(1000) for step in ({"type": "ping"}, 0.05)]
DEADLINES = {
    "headers": (Reply.silent(), "did not answer within 0.3 seconds"),
    "first token": (Reply.events(*start(), 3600.0), "did not answer within 0.3 seconds"),
    "next token": (Reply.text(*TWO).cut_after(1, 3600.0), "stopped answering within 0.4 seconds"),
    "all": (Reply.slow(*["word "] * 1000, seconds=0.1), "within 0.8 seconds"),
    "only pings": (Reply.events(*start(), *PINGS), "did not answer within 0.3 seconds"),
}


@pytest.mark.parametrize("name", DEADLINES)
async def test_a_silent_model_is_given_up_after_our_own_deadline(name: str, model: MessagesApi) -> None:
    model.default, says = DEADLINES[name]
    deadlines = Deadlines(first_token=0.3, between_tokens=0.4, total=0.8)

    _, error = await outcome(anthropic_answerer(model.address, deadlines=deadlines))

    assert type(error) is ModelTimeout
    assert says in error.detail
    model.wait_for(lambda: model.hung_up == 1)
    assert len(model.questions) == 1


async def test_a_server_that_is_not_there_is_unavailable_and_names_the_setting() -> None:
    with MessagesApi() as gone:
        address = gone.address

    _, error = await outcome(anthropic_answerer(address))

    assert type(error) is ModelUnavailable
    assert address in error.detail
    assert "QUOTH_ANTHROPIC_BASE_URL" in error.detail


@pytest.mark.parametrize("address", ["http://name.invalid:1", "http://127.0.0.1:99999", "http://user:word@127.0.0.1:1"])
async def test_an_address_that_leads_nowhere_is_a_failure_too_and_shows_no_password(address: str) -> None:
    _, error = await outcome(anthropic_answerer(address))

    assert type(error) is ModelUnavailable
    assert "word@" not in error.detail


@pytest.mark.parametrize("key", ["two\nlines", "not a character: \udcff"])
async def test_a_key_that_no_header_can_hold_is_a_wrong_key(key: str, model: MessagesApi) -> None:
    _, error = await outcome(anthropic_answerer(model.address, api_key=key))

    assert type(error) is ModelRejectedCredentials


async def test_without_a_key_a_server_that_wants_one_says_so(model: MessagesApi) -> None:
    model.default = Reply.error(401, "authentication_error")

    _, error = await outcome(anthropic_answerer(model.address, api_key=None))

    assert "Set ANTHROPIC_API_KEY" in str(error)


async def test_the_key_is_not_shown_even_if_the_server_repeats_it(model: MessagesApi) -> None:
    model.default = Reply.error(400, "invalid_request_error", "The key a-key may not do this. " + "x" * 1000)

    _, error = await outcome(anthropic_answerer(model.address))

    assert "The key … may not do this." in str(error)
    assert len(str(error)) < 400


async def test_an_answer_after_a_failure_is_as_good_as_any(model: MessagesApi) -> None:
    model.replies.append(Reply.text(*TWO).cut_after(1, Ending.DROP))
    answerer = anthropic_answerer(model.address)
    with pytest.raises(ModelAnswerTruncated):
        await parts_of(answerer)

    parts = await parts_of(answerer)

    assert text_of(parts) == "Claims are paid within ten days."
    await answerer.close()
