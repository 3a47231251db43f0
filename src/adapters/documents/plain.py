"""Plain text and tables of values: the file's own text."""

from __future__ import annotations

import csv
import io

from adapters.documents.detection import Kind
from adapters.documents.limits import ReadingLimits
from adapters.documents.text_builder import one_line, too_long
from domain.document import Document, SectionSpan
from domain.errors import UnreadableDocument

_MAX_HEADER = 200
_MOST_COLUMNS = 60


def require_text(text: str, limits: ReadingLimits, *, may_be_blank: bool = False) -> None:
    """Refuse blank and endless text."""
    if len(text) > limits.characters:
        raise too_long(limits.characters)
    if not (text if may_be_blank else text.strip()):
        raise UnreadableDocument("The file holds no text: nothing but white space is in it.")


def read_text(text: str, kind: Kind, limits: ReadingLimits) -> Document:
    """The text as it is. Plain text may be blank lines alone: collections of records hold such, and one of them is no
    reason to call the collection damaged."""
    require_text(text, limits, may_be_blank=kind is Kind.TEXT)
    return Document(text=text, media_type=kind.value)


def read_delimited(text: str, kind: Kind, limits: ReadingLimits) -> Document:
    """The table as it is, in one section named by its columns: they say what the values of every row mean."""
    require_text(text, limits)
    columns = _columns(text, "\t" if kind is Kind.TSV else None)
    sections = (SectionSpan((columns,), 0, len(text)),) if columns else ()
    return Document(text=text, media_type=kind.value, sections=sections)


def _columns(text: str, delimiter: str | None) -> str | None:
    lines = text[:65536].strip("\r\n").splitlines()[:2]
    if not lines:
        return None
    delimiter = delimiter or max(",;\t|", key=lines[0].count)
    try:
        names = next(csv.reader(io.StringIO(lines[0]), delimiter=delimiter), list[str]())
    except csv.Error:
        return None
    names = [name.strip() for name in names]
    if len(names) < 2 or len(names) > _MOST_COLUMNS or not all(map(_is_name, names)):  # noqa: PLR2004 - no table
        return None
    return one_line(", ".join(names), at_most=_MAX_HEADER)


def _is_name(cell: str) -> bool:
    """Column names are words; a first row of figures is a row like any other."""
    return any(character.isalpha() for character in cell)
