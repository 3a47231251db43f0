"""The passages as the model is given them, and the way back from what it cites to the exact words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.anthropic.limits import tokens_in
from application.answering.sentences import sentence_ranges
from application.ports.answerer import AnswerCitation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from anthropic.types import SearchResultBlockParam

    from domain.source import Hit

_OURS = re.compile(r"<(?=\s*/?\s*(?:passages?|unanswered)\b)", re.IGNORECASE)
_TOKENS_A_PASSAGE = 30


@dataclass(frozen=True, slots=True)
class CitedRange:
    """What the model says that it cites: text blocks from `first` to `end` of the search result with this source."""

    source: str
    first: int
    end: int


class GivenPassages:
    """The passages that fit into the budget, best first; their numbers are those of the request."""

    def __init__(self, hits: Sequence[Hit], budget: int) -> None:
        self.hits = _fitting(hits, budget)
        self._sentences = [sentence_ranges(hit.passage.text) for hit in self.hits]
        self._numbers = {str(hit.passage.id): number for number, hit in enumerate(self.hits, start=1)}

    def search_results(self) -> list[SearchResultBlockParam]:
        """One block a passage, one text block a sentence: a citation names whole text blocks."""
        return [
            {
                "type": "search_result",
                "source": str(hit.passage.id),
                "title": _heading(hit) or hit.url,
                "content": [{"type": "text", "text": hit.passage.text[start:end]} for start, end in sentences],
                "citations": {"enabled": True},
            }
            for hit, sentences in zip(self.hits, self._sentences, strict=True)
            if sentences
        ]

    def numbered(self) -> str:
        """All of them as one delimited text. No document can end its own passage or begin another: a `<` before one
        of the tags' names is taken from it."""
        parts = (
            f'<passage number="{number}" title="{_heading(hit).replace(chr(34), chr(39))}">\n'
            f"{_OURS.sub('‹', hit.passage.text)}\n</passage>"
            for number, hit in enumerate(self.hits, start=1)
        )
        return "<passages>\n" + "\n".join(parts) + "\n</passages>"

    def citations(self, ranges: Sequence[CitedRange]) -> Iterator[AnswerCitation]:
        """The cited words, from the passage's own text, ranges that meet as one; whatever names no words of ours is
        dropped."""
        cited: dict[int, list[tuple[int, int]]] = {}
        for each in ranges:
            number = self._numbers.get(each.source)
            if number is not None and 0 <= each.first < each.end <= len(self._sentences[number - 1]):
                cited.setdefault(number, []).append((each.first, each.end))
        for number, blocks in cited.items():
            passage, sentences = self.hits[number - 1].passage, self._sentences[number - 1]
            for first, end in _merged(blocks):
                start, stop = sentences[first][0], sentences[end - 1][1]
                yield AnswerCitation(
                    number=number,
                    text=passage.text[start:stop],
                    start=passage.start + start,
                    end=passage.start + stop,
                )


def _fitting(hits: Sequence[Hit], budget: int) -> Sequence[Hit]:
    """The first ones that fit, one at least: numbers must not shift."""
    fitting: list[Hit] = []
    for hit in hits:
        budget -= tokens_in(hit.passage.text) + tokens_in(_heading(hit)) + _TOKENS_A_PASSAGE
        if fitting and budget < 0:
            break
        fitting.append(hit)
    return fitting


def _heading(hit: Hit) -> str:
    page = f"page {hit.passage.page}" if hit.passage.page is not None else None
    parts = [part for part in (hit.title, hit.passage.section, page) if part]
    return _OURS.sub("‹", " ".join(" — ".join(parts).split()))


def _merged(blocks: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Ranges that meet or overlap, as one."""
    merged: list[tuple[int, int]] = []
    for first, end in sorted(blocks):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((first, end))
    return merged
