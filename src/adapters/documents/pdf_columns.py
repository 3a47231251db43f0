"""Columns of prose on a PDF page whose content was drawn line by line across them.

Most programs draw one column after the other, and then nothing is to be done. Where lines were drawn across, a
strip without ink runs down through them, with prose on both sides; short pieces on either side are a table, whose
rows stay together.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.documents.pdfium import Characters

_MIN_ROWS = 5
_MIN_PROSE = 20
_GAP_IN_EMS = 1.2
_MIN_FILLED = 0.6


class Line:
    """Characters on one line, in the order of the text."""

    def __init__(self, characters: Characters, indices: Sequence[int]) -> None:
        self._characters = characters
        self._indices = indices
        texts = characters.texts
        self.text = "".join([texts[index] for index in indices]).strip(" \t\xa0")
        """The line without the white space around it."""
        self._inked = [place for place, index in enumerate(indices) if not texts[index].isspace()] or [0]

    @cached_property
    def _ends(self) -> tuple[tuple[float, float, float, float], tuple[float, float, float, float]]:
        first, last = self._indices[self._inked[0]], self._indices[self._inked[-1]]
        return self._characters.box(first), self._characters.box(last)

    @property
    def left(self) -> float:
        return min(box[0] for box in self._ends)

    @property
    def right(self) -> float:
        return max(box[2] for box in self._ends)

    @cached_property
    def height(self) -> float:
        """Of its ends: about that of its letters."""
        return max(box[3] for box in self._ends) - min(box[1] for box in self._ends)

    @cached_property
    def baseline(self) -> float:
        return self._characters.baseline(self._indices[self._inked[0]])

    def halves(self) -> tuple[Line, Line] | None:
        """The parts left and right of the line's widest gap, where it is wider than between words."""
        widest, at = 0.0, 0
        for before, after in pairwise(self._inked):
            # Without a space between them, characters belong to one word, and need not be looked up.
            if after - before > 1:
                gap = self._characters.box(self._indices[after])[0] - self._characters.box(self._indices[before])[2]
                if gap > widest:
                    widest, at = gap, after
        if widest < _GAP_IN_EMS * self.height:
            return None
        return Line(self._characters, self._indices[:at]), Line(self._characters, self._indices[at:])


def in_reading_order(lines: list[Line]) -> list[Line]:
    """The lines, with those that run across two columns of prose divided and put column after column."""
    if len(lines) < _MIN_ROWS:
        return lines
    halves = [line.halves() for line in lines]
    ordered: list[Line] = []
    index = 0
    while index < len(lines):
        end = _end_of_block(halves, lines, index)
        block = halves[index:end]
        if _is_prose(block):
            ordered.extend(_column_after_column(lines[index:end], block))
        else:
            ordered.extend(lines[index:end])
        index = end
    return ordered


def _end_of_block(halves: list[tuple[Line, Line] | None], lines: list[Line], start: int) -> int:
    """Where the run of lines ends that leave one strip free, going down the page; at least one line."""
    first = halves[start]
    if first is None:
        return start + 1
    free_left, free_right = first[0].right, first[1].left
    end = start + 1
    while end < len(lines) and lines[end].baseline < lines[end - 1].baseline:
        line, parts = lines[end], halves[end]
        if parts is not None and parts[0].right < free_right and parts[1].left > free_left:
            free_left, free_right = max(free_left, parts[0].right), min(free_right, parts[1].left)
        elif line.right > free_right and line.left < free_left:
            break
        if free_right <= free_left:
            break
        end += 1
    return end


def _is_prose(block: list[tuple[Line, Line] | None]) -> bool:
    parts = [pair for pair in block if pair is not None]
    if len(parts) < _MIN_ROWS or len(parts) < _MIN_FILLED * len(block):
        return False
    for side in (0, 1):
        texts = [len(pair[side].text) for pair in parts]
        width = max(pair[side].right for pair in parts) - min(pair[side].left for pair in parts)
        full = sum(pair[side].right - pair[side].left >= 0.75 * width for pair in parts)
        if sum(texts) < _MIN_PROSE * len(texts) or full < _MIN_FILLED * len(parts):
            return False
    return True


def _column_after_column(lines: list[Line], block: list[tuple[Line, Line] | None]) -> list[Line]:
    middle = max(pair[0].right for pair in block if pair is not None)
    left: list[Line] = []
    right: list[Line] = []
    for line, pair in zip(lines, block, strict=True):
        if pair is not None:
            left.append(pair[0])
            right.append(pair[1])
        elif line.left >= middle:
            right.append(line)
        else:
            left.append(line)
    return left + right
