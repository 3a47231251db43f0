"""Every well-formed stream is read, however it is cut and whatever else it holds."""

from __future__ import annotations

from typing import Any, cast

import pytest
from tests.support.answerers import CLAIM, HITS, anthropic_answerer, asking, parts_of, text_of
from tests.support.messages_api import MessagesApi, Reply
from tests.support.messages_replies import Cite, block, start, stop, text_block

from application.ports.answerer import AnswerCitation, AnswerCompleted, AnswerPart, AnswerRequest, CitationStyle
from domain.answer import Usage

TEXT = "Größe: 25 € – „zehn Tage“ 🚲 [1].\n\n- ja\n"


async def answered(
    model: MessagesApi, reply: Reply, request: AnswerRequest | None = None, style: CitationStyle = CitationStyle.INLINE
) -> list[AnswerPart]:
    model.replies.append(reply)
    answerer = anthropic_answerer(model.address, style=style)
    parts = await parts_of(answerer, request)
    await answerer.close()
    assert len(model.questions) == 1
    return parts


def completed(parts: list[AnswerPart]) -> AnswerCompleted:
    return cast("AnswerCompleted", parts[-1])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
@pytest.mark.parametrize("crlf", [False, True])
async def test_where_the_bytes_are_cut_makes_no_difference(size: int, crlf: bool, model: MessagesApi) -> None:  # noqa: FBT001 - a case
    reply = Reply.text(*TEXT.partition("zehn"))

    parts = await answered(model, (reply.with_crlf() if crlf else reply).in_pieces_of(size))

    assert text_of(parts) == TEXT


async def test_what_is_no_text_is_passed_over(model: MessagesApi) -> None:
    thought = block(0, {"type": "thinking", "thinking": ""}, [{"type": "thinking_delta", "thinking": "Hm."}])
    hidden = block(1, {"type": "redacted_thinking", "data": "abc"}, [])
    strange = block(2, {"type": "weird_block", "text": "no"}, [{"type": "weird_delta", "text": "no"}])
    shapeless: list[dict[str, Any]] = [
        {"type": "content_block_delta"},
        {"type": "content_block_delta", "index": 3, "delta": None},
        {"type": "x"},
    ]

    parts = await answered(
        model,
        Reply.events(
            *start(),
            *thought,
            *hidden,
            *strange,
            {"type": "news", "text": "no"},
            *shapeless,
            b": a comment\n\n",
            *text_block(3, (CLAIM,)),
            *stop(),
        ),
    )

    assert text_of(parts) == CLAIM


async def test_text_that_stands_in_the_start_of_its_block_is_read(model: MessagesApi) -> None:
    parts = await answered(model, Reply.events(*start(), *block(0, {"type": "text", "text": CLAIM}, []), *stop()))

    assert text_of(parts) == CLAIM


async def test_an_unknown_reason_to_stop_is_no_failure(model: MessagesApi) -> None:
    parts = await answered(model, Reply.text(CLAIM, stop_reason="content_with"))

    assert completed(parts).abstained is False


async def test_usage_counts_what_was_read_from_a_cache_and_written_to_it(model: MessagesApi) -> None:
    usage = {"input_tokens": 100, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 3}

    parts = await answered(model, Reply.text(CLAIM, usage=usage))

    assert completed(parts).usage == Usage(input_tokens=123, output_tokens=12)


async def test_without_counts_there_is_no_usage(model: MessagesApi) -> None:
    begin = {"type": "message_start", "message": {"role": "assistant"}}
    end = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}

    parts = await answered(model, Reply.events(begin, *text_block(0, (CLAIM,)), end, {"type": "message_stop"}))

    assert completed(parts).usage is None


@pytest.mark.parametrize(
    ("texts", "shown", "abstained"),
    [
        (("<unanswered/> It says nothing.",), "It says nothing.", True),
        (("\n<", "unan", "swered", " /", ">", "\n\n", "It says nothing."), "It says nothing.", True),
        (("<unanswered>It says nothing.</unanswered>",), "It says nothing.", True),
        (("<UNANSWERED/>",), "The sources do not answer this question.", True),
        (("It says [1]. <unanswered/>", " More."), "It says [1].  More.", False),
        (("<u", "l> is a tag, 1 <", " 2"), "<ul> is a tag, 1 < 2", False),
        (("ends with <un",), "ends with <un", False),
        (("<think>Let me", " see <unanswered/>", "</thi", "nk>\n\nTen days [1]."), "Ten days [1].", False),
        (("<think>x</think><unanswered/>It says nothing.",), "It says nothing.", True),
        (("Write <think>", " in it."), "Write <think> in it.", False),
    ],
)
async def test_what_is_said_to_the_service_is_not_shown(
    texts: tuple[str, ...],
    shown: str,
    abstained: bool,  # noqa: FBT001 - a case
    model: MessagesApi,
) -> None:
    for reply in (Reply.text(*texts), Reply.text(*"".join(texts))):
        model.requests.clear()
        parts = await answered(model, reply)

        assert text_of(parts) == shown
        assert completed(parts).abstained is abstained


async def test_a_plain_chat_does_not_say_whether_sources_answer(model: MessagesApi) -> None:
    parts = await answered(model, Reply.text("Hello!"), asking("Hi", passages=(), grounded=False))

    assert text_of(parts) == "Hello!"
    assert completed(parts).abstained is None


async def test_where_nothing_was_found_no_model_is_asked(model: MessagesApi) -> None:
    answerer = anthropic_answerer(model.address)

    parts = await parts_of(answerer, asking(passages=()))

    assert model.requests == []
    assert completed(parts) == AnswerCompleted(provider="anthropic", model="stub", abstained=True, usage=None)
    await answerer.close()


async def test_native_citations_become_exact_words_behind_their_claims(model: MessagesApi) -> None:
    reply = Reply.cited(
        "In short: ",
        ("claims are paid quickly, and receipts are needed", [Cite(0, 0, 1), Cite(0, 1, 2)]),
        ", and ",
        ("bicycles stand in the courtyard", [Cite(1, 0, 1), Cite(0, 1, 2)]),
        ".",
    )

    parts = await answered(model, reply, style=CitationStyle.NATIVE)

    passage, rules = HITS[0].passage, HITS[1].passage
    second = "Receipts are needed for every amount above 25 euros."
    assert [part if isinstance(part, AnswerCitation) else getattr(part, "text", "") for part in parts] == [
        "In short: ",
        "claims are paid quickly, and receipts are needed",
        AnswerCitation(number=1, text=passage.text, start=100, end=100 + len(passage.text)),
        ", and ",
        "bicycles stand in the courtyard",
        AnswerCitation(number=2, text=rules.text, start=40, end=40 + len(rules.text)),
        AnswerCitation(number=1, text=second, start=133, end=133 + len(second)),
        ".",
        "",
    ]


async def test_a_citation_of_what_was_not_given_is_dropped(model: MessagesApi) -> None:
    wrong = [Cite(0, 0, 1, source="elsewhere"), Cite(0, 1, 9), Cite(0, 1, 1), Cite(0, -1, 1)]

    parts = await answered(model, Reply.cited((CLAIM, wrong)), style=CitationStyle.NATIVE)

    assert text_of(parts) == CLAIM
    assert not [part for part in parts if isinstance(part, AnswerCitation)]


async def test_the_quote_is_ours_even_if_the_server_cites_other_words(model: MessagesApi) -> None:
    citation = {
        "type": "search_result_location",
        "source": str(HITS[0].passage.id),
        "cited_text": "Claims are never paid.",
        "search_result_index": 7,
        "start_block_index": 0,
        "end_block_index": 1,
    }
    malformed = [{**citation, "start_block_index": "0"}, {"type": "x"}, None, {**citation, "source": None}]

    parts = await answered(
        model,
        Reply.events(*start(), *text_block(0, ("So it is.",), [citation, *malformed]), *stop()),
        style=CitationStyle.NATIVE,
    )

    assert [part.text for part in parts if isinstance(part, AnswerCitation)] == [CLAIM]
