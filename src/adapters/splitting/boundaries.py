"""Where a text may be cut, and where it is best cut."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from typing import TYPE_CHECKING

from sentencex import segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*|\r\n[^\S\n]*\r\n\s*|\f\s*")
_LINE = re.compile(r"\r\n|[\n\r\v\u0085\u2028\u2029]")
_LONGEST_CHARACTER = 8
_SPACE = re.compile(r"\s+")


class Strength(IntEnum):
    """How good it is to cut at a place."""

    CHARACTER = 0
    SPACE = 1
    LINE = 2
    SENTENCE = 3
    PARAGRAPH = 4


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of text that starts where a chunk starts, with the character range of each of its tokens."""

    text: str
    tokens: Sequence[tuple[int, int]]
    complete: bool  # it reaches to where the region ends
    language: str

    def token_count(self, end: int) -> int:
        """How many tokens begin before `end`."""
        return bisect_left(self.tokens, (end, 0))

    def best_cut(self, limit: int) -> int:
        """Where a chunk of at most `limit` tokens best ends, at least one character from the start."""
        if self.complete and len(self.tokens) <= limit:
            return len(self.text)
        half = len(self.tokens) / 2
        if self.complete and half <= limit:  # the last two chunks: of about the same size, not one and a crumb
            reach = self._end_of(limit)
            least = self._end_of(max(0, len(self.tokens) - limit))
            return self._choose(least, reach, lambda end: -abs(self.token_count(end) - half), least_paragraph=half / 2)
        return self._choose(0, self._end_of(limit), lambda end: end, least_paragraph=limit / 2)

    def _choose(self, least: int, reach: int, value: Callable[[int], float], *, least_paragraph: float) -> int:
        for strength in sorted(Strength, reverse=True):
            ends = [end for end in self._ends(strength, reach) if max(least, 1) <= end <= reach]
            if strength == Strength.PARAGRAPH:
                ends = [end for end in ends if self.token_count(end) >= least_paragraph]
            if ends:
                return max(ends, key=value)
        return max(reach, 1)

    def _ends(self, strength: Strength, reach: int) -> Iterator[int]:
        match strength:
            case Strength.PARAGRAPH:
                return (match.end() for match in _PARAGRAPH.finditer(self.text))
            case Strength.SENTENCE:
                sentences = list(accumulate(map(len, segment(self.language, self.text))))
                return iter(sentences[:-1])
            case Strength.LINE:
                return (match.end() for match in _LINE.finditer(self.text))
            case Strength.SPACE:
                return (match.end() for match in _SPACE.finditer(self.text))
            case Strength.CHARACTER:
                return iter((self._whole_character(reach),))

    def _end_of(self, count: int) -> int:
        """The furthest place that at most `count` tokens begin before."""
        return self.tokens[count][0] if count < len(self.tokens) else len(self.text)

    def _whole_character(self, end: int) -> int:
        """The place at or before `end` that parts no letter from its combining marks."""
        place = end
        while (
            1 < place < len(self.text) and end - place < _LONGEST_CHARACTER and _belongs_to_previous(self.text[place])
        ):
            place -= 1
        return place


def _belongs_to_previous(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc", "Me"} or character == "\u200d"
