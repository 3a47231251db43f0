"""The characters of a PDF page, put into the order in which a person reads them."""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

from adapters.documents.pdf_columns import Line, in_reading_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.documents.pdfium import Characters


_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# PDFium puts one of these where a line ends with a hyphen that divides a word.
_HYPHENS = "\x02\ufffe"
_SURROGATES = re.compile(r"[\ud800-\udfff]+")
_DIVIDED = re.compile(r"([^\W\d_]?)[\x02\ufffe]\s*([^\W\d_]?)")
_COMPOUND = re.compile(r"\w-\w*[\x02\ufffe]\s*")
_PARAGRAPH_GAP = 1.45


def page_text(characters: Characters) -> str:
    """The page's text: lines in reading order, paragraphs parted by blank lines, divided words whole."""
    texts = characters.texts
    order: Sequence[int] = range(len(texts))
    if any(map(_RIGHT_TO_LEFT.match, texts)):
        order = _in_logical_order(characters)
    lines = in_reading_order([Line(characters, line) for line in _lines(texts, order)])
    return _SURROGATES.sub(_whole, _join_words(_with_paragraphs(lines)))


def _lines(texts: Sequence[str], order: Sequence[int]) -> list[list[int]]:
    """PDFium puts line ends into the characters."""
    lines: list[list[int]] = [[]]
    for index in order:
        text = texts[index]
        if text == "\n":
            lines.append([])
        elif text != "\r":
            lines[-1].append(index)
            if text in _HYPHENS:
                lines.append([])
    return [line for line in lines if any(not texts[index].isspace() for index in line)]


def _in_logical_order(characters: Characters) -> list[int]:
    """PDFium turns right-to-left runs around, character by character. One glyph that stands for several characters
    (a ligature, a whole word) had them in order already: characters in the same box are turned back."""
    ordered: list[int] = []
    for _, group in groupby(range(len(characters.texts)), key=characters.box):
        run = list(group)
        turned = len(run) > 1 and any(_RIGHT_TO_LEFT.match(characters.texts[index]) for index in run)
        ordered.extend(reversed(run) if turned else run)
    return ordered


def _whole(halves: re.Match[str]) -> str:
    """A character that PDFium gave as two halves (UTF-16)."""
    return halves.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


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
    return above.baseline - below.baseline


def _join_words(text: str) -> str:
    """`adip-` `iscing` is one word; in `state-of-the-` `art` and `Anglo-` `Saxon` the hyphen is the writer's."""
    text = _COMPOUND.sub(lambda found: re.sub(r"[\x02\ufffe]\s*", "-", found.group()), text)

    def join(found: re.Match[str]) -> str:
        before, after = found.groups()
        divided = before and after and after.islower()
        return f"{before}{'' if divided else '-'}{after}"

    return _DIVIDED.sub(join, text)
