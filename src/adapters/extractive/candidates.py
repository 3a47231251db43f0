"""The sentences of the passages that an answer may quote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.answering.sentences import sentence_ranges

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.source import Hit

_MARKS_BEFORE = re.compile(r"(?:[-*+•>]|\d{1,3}[.)])\s+")
_HEADING = re.compile(r"#{1,6}\s")
_WITHOUT_WORDS = re.compile(r"[\W_]*")
_LONGEST_LEAD = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted: `text` stands at `start` to `end` of its source's text.

    `meaning` is what it is judged by: the sentence with the heading or question right before it, which says what it is
    about. `hit` is the index of its passage.
    """

    hit: int
    text: str
    start: int
    end: int
    meaning: str


def candidates_in(hits: Sequence[Hit]) -> Sequence[Candidate]:
    """The sentences of the passages, in order; headings, questions and lines that announce others only lead to the
    next one, unless there is nothing else."""
    return [candidate for number, hit in enumerate(hits) for candidate in _of_passage(number, hit)]


def _of_passage(number: int, hit: Hit) -> Iterator[Candidate]:
    passage = hit.passage
    lead: Candidate | None = None
    for begin, end in sentence_ranges(passage.text):
        sentence = passage.text[begin:end]
        marks = _MARKS_BEFORE.match(sentence)
        start = begin + marks.end() if marks else begin
        text = passage.text[start:end]
        if _WITHOUT_WORDS.fullmatch(text):
            continue
        meaning = f"{lead.meaning} {text}" if lead else text
        candidate = Candidate(number, text, passage.start + start, passage.start + end, " ".join(meaning.split()))
        lead = candidate if _leads(text) and len(candidate.meaning) < _LONGEST_LEAD else None
        if lead is None:
            yield candidate
    if lead is not None and not _HEADING.match(lead.text):
        yield lead


def _leads(text: str) -> bool:
    return bool(_HEADING.match(text)) or text[-1] in "?:？："
