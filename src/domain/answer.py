"""Answers: what they rest on, and the quotes that prove it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.identity import PassageId, SourceId
from domain.source import SourceType

if TYPE_CHECKING:
    from domain.source import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of a source. `verified` is true exactly where the source's text from `start` to `end` is `text`."""

    text: str
    start: int
    end: int
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A passage that an answer rests on: a snapshot kept with the message, whatever becomes of the source.

    `number` is what the answer's `[n]` markers say. `cited` is true once a marker with it stands in the answer.
    """

    number: int
    source_id: SourceId
    url: str
    title: str
    type: SourceType
    passage_id: PassageId
    text: str
    score: float
    start: int
    end: int
    page: int | None = None
    section: str | None = None
    cited: bool = False
    quotes: tuple[Quote, ...] = ()

    def citing(self, quote: Quote | None) -> Reference:
        """Marked as cited, with this quote added unless it is there already."""
        quotes = self.quotes if quote is None or quote in self.quotes else (*self.quotes, quote)
        return replace(self, cited=True, quotes=quotes)


class MessageStatus(StrEnum):
    """How far an answer got."""

    ANSWERING = "answering"
    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens as the model server counted them."""

    input_tokens: int
    output_tokens: int


def verified_quote(source_text: str, text: str, start: int, end: int) -> Quote:
    """The quote, checked by exact comparison: nothing that merely resembles the source counts."""
    genuine = 0 <= start < end <= len(source_text) and source_text[start:end] == text
    return Quote(text=text, start=start, end=end, verified=genuine)


def references_from(hits: tuple[Hit, ...]) -> tuple[Reference, ...]:
    """The references of an answer: the passages found, numbered from 1 in their order."""
    return tuple(
        Reference(
            number=number,
            source_id=hit.passage.source_id,
            url=hit.url,
            title=hit.title,
            type=hit.type,
            passage_id=hit.passage.id,
            text=hit.passage.text,
            score=hit.score,
            start=hit.passage.start,
            end=hit.passage.end,
            page=hit.passage.page,
            section=hit.passage.section,
        )
        for number, hit in enumerate(hits, start=1)
    )
