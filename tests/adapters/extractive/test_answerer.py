"""What the answerer without a model says, and what it leaves unsaid."""

from __future__ import annotations

from collections.abc import Sequence

from tests.factories import a_hit

from adapters.extractive.answerer import ExtractiveAnswerer
from adapters.memory.embedder import HashEmbedder
from application.ports.answerer import (
    AnswerCitation,
    AnswerCompleted,
    AnswerPart,
    AnswerRequest,
    AnswerText,
    CitationStyle,
)
from domain.source import Hit

CLAIMS = "Claims are paid within ten days. The canteen opens at eight. Parking is behind the house."
OTHERS = "Bread has to rest for two hours. Penguins feed on krill and small fish."


async def answer(question: str, *hits: Hit, standalone: str | None = None, grounded: bool = True) -> list[AnswerPart]:
    request = AnswerRequest(
        question=question, standalone=standalone or question, history=(), passages=hits, grounded=grounded
    )
    return [part async for part in ExtractiveAnswerer(HashEmbedder()).answer(request)]


def text_of(parts: Sequence[AnswerPart]) -> str:
    return "".join(part.text for part in parts if isinstance(part, AnswerText))


def quotes_in(parts: Sequence[AnswerPart]) -> list[AnswerCitation]:
    return [part for part in parts if isinstance(part, AnswerCitation)]


def abstained(parts: Sequence[AnswerPart]) -> bool | None:
    assert isinstance(parts[-1], AnswerCompleted)
    return parts[-1].abstained


async def test_the_sentence_that_answers_is_quoted_from_its_place() -> None:
    parts = await answer("When are claims paid?", a_hit(OTHERS), a_hit(CLAIMS, start=500))

    (quote,) = quotes_in(parts)
    assert (quote.number, quote.text) == (2, "Claims are paid within ten days.")
    assert (quote.start, quote.end) == (500, 532)
    assert not abstained(parts)


async def test_it_says_that_these_are_quotes() -> None:
    text = text_of(await answer("When are claims paid?", a_hit(CLAIMS)))

    assert text.startswith("> Claims are paid within ten days.\n\n")
    assert "no language model is configured" in text


async def test_the_quote_comes_right_after_its_text() -> None:
    parts = await answer("When are claims paid?", a_hit(CLAIMS))

    assert isinstance(parts[0], AnswerText)
    assert isinstance(parts[1], AnswerCitation)


async def test_a_question_that_no_sentence_answers_is_left_unanswered() -> None:
    parts = await answer("Who was the second emperor of Rome?", a_hit(OTHERS, title="animals.md"))

    assert abstained(parts)
    assert not quotes_in(parts)
    assert "“animals.md”" in text_of(parts)


async def test_several_titles_are_named_once_each() -> None:
    hits = [a_hit(OTHERS, title=title) for title in ("a.md", "b_.md", "a.md", "c.md", "d.md")]

    assert "in “a.md”, “b\\_.md” and “c.md”." in text_of(await answer("Who was the second emperor?", *hits))


async def test_without_passages_it_says_so() -> None:
    parts = await answer("When are claims paid?")

    assert abstained(parts)
    assert "do not seem to answer" in text_of(parts)


async def test_without_a_search_it_says_what_to_do() -> None:
    parts = await answer("Hello?", grounded=False)

    assert abstained(parts)
    assert "configure a model" in text_of(parts)


async def test_a_follow_up_is_answered_by_what_it_means() -> None:
    parts = await answer("And when?", a_hit(CLAIMS), standalone="And when? When are claims paid?")

    assert quotes_in(parts)[0].text == "Claims are paid within ten days."


async def test_an_unanswered_follow_up_says_what_was_searched_for() -> None:
    parts = await answer("And the second?", a_hit(OTHERS), standalone="Who was the second <b>emperor</b>?")

    assert "> Who was the second \\<b\\>emperor\\</b\\>?" in text_of(parts)


async def test_sentences_that_answer_as_well_are_quoted_too_but_no_repetition() -> None:
    hits = [
        a_hit("Claims are paid within ten days by the office. Bread rests for two hours."),
        a_hit("Claims are paid within ten days by the office. Penguins feed on krill."),
        a_hit("Claims are paid within four weeks by an insurer. Fish swim about."),
    ]

    texts = [quote.text for quote in quotes_in(await answer("When are claims paid?", *hits))]

    assert texts[0].startswith("Claims are paid within")
    assert 1 < len(texts) == len(set(texts)) <= 3


async def test_a_sentence_longer_than_the_model_reads_is_no_trouble() -> None:
    endless = "Claims are paid " + "and so on " * 400 + "in the end."

    parts = await answer("When are claims paid?", a_hit(endless), a_hit(CLAIMS))

    assert quotes_in(parts)


async def test_markdown_of_a_document_does_not_come_alive() -> None:
    parts = await answer(
        "When are claims paid?", a_hit("Claims are paid <img src=x> within [ten](http://x.test) days.")
    )

    assert quotes_in(parts)[0].text == "Claims are paid <img src=x> within [ten](http://x.test) days."
    assert "\\<img src=x\\>" in text_of(parts)
    assert "\\[ten\\](http" in text_of(parts)


async def test_a_blank_question_is_left_unanswered() -> None:
    assert abstained(await answer("  ", a_hit(CLAIMS)))


async def test_it_needs_nothing_to_be_ready_and_has_no_model_to_rewrite_with() -> None:
    answerer = ExtractiveAnswerer(HashEmbedder())

    await answerer.check()

    assert await answerer.rewrite("And when?", ()) is None
    assert answerer.model_name is None
    assert answerer.provider == "extractive"
    assert answerer.citation_style is CitationStyle.NATIVE


async def test_the_same_question_gets_the_same_answer_again() -> None:
    answerer = ExtractiveAnswerer(HashEmbedder())
    question = "When are claims paid?"
    request = AnswerRequest(question=question, standalone=question, history=(), passages=(a_hit(CLAIMS),))

    first, second = [[part async for part in answerer.answer(request)] for _ in range(2)]

    assert first == second


async def test_only_the_beginning_of_an_endless_question_is_read_and_repeated() -> None:
    endless = "Who was the second emperor of Rome? " * 2000

    parts = await answer("And the second?", a_hit(OTHERS), standalone=endless)

    assert abstained(parts)
    assert len(text_of(parts)) < 3000
