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

    from adapters.documents.pdf_layout import Glyph

_MIN_ROWS = 5
_MIN_PROSE = 20
_GAP_IN_EMS = 1.2
_MIN_FILLED = 0.6


class Line:
    """Characters on one line, from left to right as drawn."""

    def __init__(self, glyphs: Sequence[Glyph]) -> None:
        self.glyphs = glyphs

    @cached_property
    def text(self) -> str:
        """The line without the white space around it."""
        return "".join(glyph.text for glyph in self.glyphs).strip(" \t\xa0")

    @cached_property
    def _inked(self) -> list[Glyph]:
        return [glyph for glyph in self.glyphs if not glyph.text.isspace()] or list(self.glyphs)

    @cached_property
    def left(self) -> float:
        return min(glyph.left for glyph in self._inked)

    @cached_property
    def right(self) -> float:
        return max(glyph.right for glyph in self._inked)

    @cached_property
    def bottom(self) -> float:
        """The lowest ink of most letters: descenders aside."""
        bottoms = sorted(glyph.bottom for glyph in self._inked)
        return bottoms[len(bottoms) // 2]

    @cached_property
    def height(self) -> float:
        return max(glyph.top for glyph in self._inked) - min(glyph.bottom for glyph in self._inked)

    def halves(self) -> tuple[Line, Line] | None:
        """The parts left and right of the line's widest gap, where it is wider than between words."""
        ink = [(index, glyph) for index, glyph in enumerate(self.glyphs) if not glyph.text.isspace()]
        widest, at = 0.0, 0
        for (_, before), (index, after) in pairwise(ink):
            if after.left - before.right > widest:
                widest, at = after.left - before.right, index
        if widest < _GAP_IN_EMS * self.height:
            return None
        return Line(self.glyphs[:at]), Line(self.glyphs[at:])


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
    while end < len(lines) and lines[end].bottom < lines[end - 1].bottom:
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
