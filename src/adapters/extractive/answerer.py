"""An answerer without a language model: it quotes the sentences that answer, or says that none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.extractive.candidates import candidates_in
from adapters.extractive.markdown import literal
from adapters.extractive.ranking import SentenceRanking
from application.ports.answerer import AnswerCitation, AnswerCompleted, AnswerText, CitationStyle
from domain.answer import Usage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from adapters.extractive.ranking import Scored
    from application.ports.answerer import AnswerPart, AnswerRequest, Turn
    from application.ports.embedder import Embedder
    from domain.source import Hit

_PROVIDER = "extractive"
_PASSAGES = 8  # further ones are looked at by nobody who wants one sentence
_ENOUGH = 0.45  # of evidence: measured on questions with and without an answer
_AS_GOOD = 0.75  # how little worse, in deviations, a sentence must be to be quoted as well
_QUOTES = 3
_REPETITION = 0.9
_NAMED = 3
_LONGEST_QUESTION = 2000  # characters; beyond them no embedding model reads

_QUOTED = "*Quoted word for word: no language model is configured.*"
_ABSTAINED = "*No language model is configured: answers are quotes, and none was found that fits.*"


class ExtractiveAnswerer:
    """Quotes one sentence, up to three where they answer about as well as each other."""

    def __init__(self, embedder: Embedder) -> None:
        self._ranking = SentenceRanking(embedder)

    @property
    def citation_style(self) -> CitationStyle:
        return CitationStyle.NATIVE

    @property
    def provider(self) -> str:
        return _PROVIDER

    @property
    def model_name(self) -> str | None:
        return None

    async def answer(self, request: AnswerRequest) -> AsyncIterator[AnswerPart]:
        passages = request.passages[:_PASSAGES]
        quotes = await self._quotes(request.standalone, passages)
        for part in _quoted(quotes) if quotes else _abstained(request, passages):
            yield part
        yield AnswerCompleted(
            provider=_PROVIDER, model=None, abstained=not quotes, usage=Usage(input_tokens=0, output_tokens=0)
        )

    async def rewrite(self, question: str, history: Sequence[Turn]) -> str | None:  # noqa: ARG002
        return None

    async def check(self) -> None:
        """There is nothing that could be unreachable."""

    async def _quotes(self, question: str, passages: Sequence[Hit]) -> Sequence[Scored]:
        candidates = candidates_in(passages)
        if not candidates or not question.strip():
            return ()
        ranked = await self._ranking.rank(question[:_LONGEST_QUESTION], candidates, passages)
        if max(one.evidence for one in ranked) < _ENOUGH:
            return ()
        chosen: list[Scored] = []
        for one in ranked:
            if one.score < ranked[0].score - _AS_GOOD or len(chosen) == _QUOTES:
                break
            if all(one.similarity(other) < _REPETITION for other in chosen):
                chosen.append(one)
        return chosen


def _quoted(quotes: Sequence[Scored]) -> Iterator[AnswerPart]:
    for one in quotes:
        quote = one.candidate
        yield AnswerText(f"> {literal(quote.text)}")
        yield AnswerCitation(number=quote.hit + 1, text=quote.text, start=quote.start, end=quote.end)
        yield AnswerText("\n\n")
    yield AnswerText(_QUOTED)


def _abstained(request: AnswerRequest, passages: Sequence[Hit]) -> Iterator[AnswerPart]:
    if not request.grounded:
        yield AnswerText(
            "No language model is configured, so answers are quotes from your sources. This question was asked without "
            "them: ask it again with them, or configure a model."
        )
        return
    titles = list(dict.fromkeys(literal(hit.title) for hit in passages))[:_NAMED]
    closest = f" The closest passages are in {_joined(titles)}." if titles else ""
    yield AnswerText(f"Your sources do not seem to answer this question.{closest}\n\n")
    if request.standalone.strip() != request.question.strip():
        yield AnswerText(
            f"With what was said before, this was searched for:\n\n> {literal(request.standalone[:_LONGEST_QUESTION])}\n\n"
        )
    yield AnswerText(_ABSTAINED)


def _joined(titles: Sequence[str]) -> str:
    names = [f"“{title}”" for title in titles]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
