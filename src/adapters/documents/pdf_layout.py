"""The characters of a PDF page, put into the order in which a person reads them."""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

from adapters.documents.pdf_columns import Line, in_reading_order


class Glyph(NamedTuple):
    """A character and its box, in points; PDF counts upwards from the bottom of the page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# PDFium puts one of these where a line ends with a hyphen that divides a word.
_HYPHENS = "\x02\ufffe"
_DIVIDED = re.compile(r"([^\W\d_]?)[\x02\ufffe]\s*([^\W\d_]?)")
_COMPOUND = re.compile(r"\w-\w*[\x02\ufffe]\s*")
_PARAGRAPH_GAP = 1.45


def page_text(glyphs: list[Glyph]) -> str:
    """The page's text: lines in reading order, paragraphs parted by blank lines, divided words whole."""
    if any(_RIGHT_TO_LEFT.match(glyph.text) for glyph in glyphs):
        glyphs = _with_logical_order(glyphs)
    lines = in_reading_order([Line(line) for line in _lines(glyphs)])
    return _join_words(_with_paragraphs(lines))


def _lines(glyphs: list[Glyph]) -> list[list[Glyph]]:
    lines: list[list[Glyph]] = [[]]
    for glyph in glyphs:
        if glyph.text == "\n":
            lines.append([])
        elif glyph.text in _HYPHENS:
            lines[-1].append(glyph)
            lines.append([])
        elif glyph.text != "\r":
            lines[-1].append(glyph)
    return [line for line in lines if any(not glyph.text.isspace() for glyph in line)]


def _with_logical_order(glyphs: list[Glyph]) -> list[Glyph]:
    """PDFium turns right-to-left runs around, character by character. One glyph that stands for several characters
    (a ligature, a whole word) had them in order already: characters in the same box are turned back."""
    ordered: list[Glyph] = []
    for _, group in groupby(glyphs, key=lambda glyph: glyph[1:]):
        run = list(group)
        turned = len(run) > 1 and any(_RIGHT_TO_LEFT.match(glyph.text) for glyph in run)
        ordered.extend(reversed(run) if turned else run)
    return ordered


def _with_paragraphs(lines: list[Line]) -> str:
    gaps = [gap for above, below in pairwise(lines) if (gap := _gap(above, below)) > 0]
    usual = median(gaps) if gaps else 0.0
    parts: list[str] = []
    for index, line in enumerate(lines):
        if index:
            gap = _gap(lines[index - 1], line)
            parts.append("\n\n" if usual and gap > _PARAGRAPH_GAP * max(usual, line.height) else "\n")
        parts.append(line.text)
    return "".join(parts)


def _gap(above: Line, below: Line) -> float:
    """How far the second line lies below the first; zero or less where it is beside or above it (a new column)."""
    return above.bottom - below.bottom


def _join_words(text: str) -> str:
    """`adip-` `iscing` is one word; in `state-of-the-` `art` and `Anglo-` `Saxon` the hyphen is the writer's."""
    text = _COMPOUND.sub(lambda found: re.sub(r"[\x02\ufffe]\s*", "-", found.group()), text)

    def join(found: re.Match[str]) -> str:
        before, after = found.groups()
        divided = before and after and after.islower()
        return f"{before}{'' if divided else '-'}{after}"

    return _DIVIDED.sub(join, text)
