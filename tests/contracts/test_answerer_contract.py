"""What every answerer promises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

import pytest
from tests.support.answerers import (
    FORMER,
    HITS,
    QUESTION,
    AnthropicStage,
    ExtractiveStage,
    ScriptedStage,
    Stage,
    asking,
    parts_of,
    text_of,
)
from tests.support.messages_api import MessagesApi

from application.ports.answerer import AnswerCitation, AnswerCompleted, AnswerPart, AnswerText, CitationStyle
from domain.errors import ModelError, ModelUnavailable

WITH_A_MODEL = ["scripted", "anthropic-native", "anthropic-inline"]


@pytest.fixture(params=["extractive", *WITH_A_MODEL])
async def stage(request: pytest.FixtureRequest) -> AsyncGenerator[Stage]:
    match request.param:
        case "scripted":
            yield ScriptedStage()
        case "extractive":
            yield ExtractiveStage()
        case _:
            style = CitationStyle(request.param.removeprefix("anthropic-"))
            with MessagesApi() as model:
                anthropic = AnthropicStage(model, style)
                yield anthropic
                await anthropic.answerer.close()


def exact(citation: AnswerCitation) -> bool:
    passage = HITS[citation.number - 1].passage
    return (
        passage.start <= citation.start < citation.end <= passage.end
        and passage.text[citation.start - passage.start : citation.end - passage.start] == citation.text
    )


async def test_an_answer_ends_with_one_last_part(stage: Stage) -> None:
    stage.answer()

    parts = await parts_of(stage.answerer)

    assert [isinstance(part, AnswerCompleted) for part in parts] == [False] * (len(parts) - 1) + [True]
    completed = cast("AnswerCompleted", parts[-1])
    assert (completed.provider, completed.model) == (stage.answerer.provider, stage.answerer.model_name)
    assert text_of(parts).strip()
    assert all(part.text for part in parts if isinstance(part, AnswerText))


async def test_an_answer_rests_on_words_that_stand_in_the_passages(stage: Stage) -> None:
    stage.answer()

    parts = await parts_of(stage.answerer)

    citations = [part for part in parts if isinstance(part, AnswerCitation)]
    if stage.answerer.citation_style is CitationStyle.NATIVE:
        assert {citation.number for citation in citations} == {1}
        assert any("within ten days" in citation.text for citation in citations)
        assert all(exact(citation) for citation in citations)
    else:
        assert "[1]" in text_of(parts)
    assert cast("AnswerCompleted", parts[-1]).abstained is False


async def test_a_citation_comes_after_the_claim_that_it_supports(stage: Stage) -> None:
    stage.answer()

    parts = await parts_of(stage.answerer)

    before = text_of(parts[: next((at for at, part in enumerate(parts) if isinstance(part, AnswerCitation)), -1)])
    assert "within ten days" in before


async def test_what_the_passages_do_not_answer_is_not_answered(stage: Stage) -> None:
    stage.abstain()

    parts = await parts_of(stage.answerer, asking("Who won the football world cup of 1998?"))

    assert cast("AnswerCompleted", parts[-1]).abstained is True
    assert text_of(parts).strip()
    assert "unanswered" not in text_of(parts)
    assert not [part for part in parts if isinstance(part, AnswerCitation)]


async def test_where_nothing_was_found_it_says_so(stage: Stage) -> None:
    stage.abstain()

    parts = await parts_of(stage.answerer, asking(passages=()))

    assert cast("AnswerCompleted", parts[-1]).abstained is True
    assert text_of(parts).strip()


async def test_without_a_search_nothing_is_cited(stage: Stage) -> None:
    stage.abstain()

    parts = await parts_of(stage.answerer, asking(passages=(), grounded=False))

    assert text_of(parts).strip()
    assert isinstance(parts[-1], AnswerCompleted)
    assert not [part for part in parts if isinstance(part, AnswerCitation)]


async def test_answers_at_the_same_time_do_not_mix(stage: Stage) -> None:
    stage.answer()

    one, *others = await asyncio.gather(*(parts_of(stage.answerer) for _ in range(4)))

    assert all(other == one for other in others)


async def test_the_conversation_before_the_question_may_be_anything(stage: Stage) -> None:
    stage.answer()

    parts = await parts_of(stage.answerer, asking(history=(FORMER[1], FORMER[1], FORMER[0], FORMER[0], *FORMER)))

    assert isinstance(parts[-1], AnswerCompleted)


async def test_an_answer_can_be_left_at_any_part(stage: Stage) -> None:
    stage.answer()
    whole = await parts_of(stage.answerer)

    for length in range(1, len(whole) + 1):
        seen: list[AnswerPart] = []
        parts = cast("AsyncGenerator[AnswerPart]", stage.answerer.answer(asking()))
        async with aclosing(parts):
            async for part in parts:
                seen.append(part)
                if len(seen) == length:
                    break
        assert seen == whole[:length]


async def test_rewriting_gives_a_question_or_nothing(stage: Stage) -> None:
    rewritten = await stage.answerer.rewrite("And when are they paid?", FORMER)

    assert rewritten is None or (rewritten.strip() == rewritten != "")


async def test_ready_to_answer_the_check_returns(stage: Stage) -> None:
    await stage.answerer.check()


@pytest.mark.parametrize("stage", WITH_A_MODEL, indirect=True)
async def test_every_failure_is_one_that_the_domain_knows_with_a_sentence_for_a_person(stage: Stage) -> None:
    stage.fail()

    with pytest.raises(ModelUnavailable) as failure:
        await parts_of(stage.answerer)
    with pytest.raises(ModelError) as trouble:
        await stage.answerer.check()

    assert failure.value.detail.endswith(".")
    assert trouble.value.detail.endswith(".")


@pytest.mark.parametrize("stage", WITH_A_MODEL, indirect=True)
async def test_a_rewriting_never_fails_an_answer(stage: Stage) -> None:
    stage.fail()

    assert await stage.answerer.rewrite(QUESTION, FORMER) is None
