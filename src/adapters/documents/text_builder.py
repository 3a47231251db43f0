"""Puts a document's text together and keeps track of its pages and sections."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.document import Document, PageSpan, SectionSpan
from domain.errors import TooLarge, UnreadableDocument

_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x0b]")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_MAX_HEADING = 300


@dataclass(frozen=True, slots=True)
class _Open:
    level: int
    title: str


def clean(text: str) -> str:
    """With line feeds only, and without what is no character of a text."""
    return _SURROGATES.sub("\ufffd", _NOT_TEXT.sub("", _LINE_ENDS.sub("\n", text)))


def one_line(text: str, *, at_most: int = _MAX_HEADING) -> str:
    """As a title or a heading: white space made single, not endless."""
    line = " ".join(clean(text).split())
    return line if len(line) <= at_most else line[: at_most - 1].rstrip() + "…"


def too_long(limit: int) -> TooLarge:
    """The refusal of a document with more text than is accepted."""
    return TooLarge(
        f"The document holds more than {limit:,} characters of text. Divide it into smaller documents and add those."
    )


class TextBuilder:
    """Grows by blocks (a blank line before each) and lines (a line break before each)."""

    def __init__(self, max_characters: int) -> None:
        self._max = max_characters
        self._parts: list[str] = []
        self._length = 0
        self._pages: list[PageSpan] = []
        self._sections: list[SectionSpan] = []
        self._path: list[_Open] = []
        self._section_start = 0
        self._page: tuple[int, int] | None = None

    @property
    def is_blank(self) -> bool:
        """Whether no text was added yet."""
        return self._length == 0

    def block(self, text: str) -> None:
        """Add a paragraph. Blank text adds nothing."""
        self._add("\n\n", text)

    def line(self, text: str) -> None:
        """Add a line right under the one before."""
        self._add("\n", text)

    def heading(self, level: int, title: str, *, shown: bool = True) -> None:
        """Open a section, which ends those of its level and below; the heading is its first line where it is shown."""
        title = one_line(title)
        if not title:
            return
        self._close_section()
        while self._path and self._path[-1].level >= level:
            self._path.pop()
        self._path.append(_Open(level, title))
        self._section_start = self._length
        if shown:
            self.block(title)

    def page(self, number: int) -> None:
        """Open a page; the one before ends."""
        self._close_page()
        self._page = (number, self._length)

    def build(self, *, media_type: str, title: str | None = None, language: str | None = None) -> Document:
        """The document. Raises `UnreadableDocument` where there is no text at all."""
        if self.is_blank:
            raise UnreadableDocument("The document holds no text.")
        self._close_section()
        self._close_page()
        text = "".join(self._parts)
        return Document(
            text=text,
            media_type=media_type,
            title=one_line(title or "") or None,
            language=language,
            pages=tuple(self._pages),
            sections=tuple(self._sections),
        )

    def _add(self, separator: str, text: str) -> None:
        text = clean(text).strip("\n")
        if not text.strip():
            return
        piece = text if self.is_blank else separator + text
        if self._length + len(piece) > self._max:
            raise too_long(self._max)
        if not self.is_blank:
            # A page or section opened since the last text begins where its own text begins.
            self._shift_openings(len(separator))
        self._parts.append(piece)
        self._length += len(piece)

    def _shift_openings(self, by: int) -> None:
        if self._page and self._page[1] == self._length:
            self._page = (self._page[0], self._length + by)
        if self._section_start == self._length:
            self._section_start += by

    def _close_page(self) -> None:
        if self._page and self._page[1] < self._length:
            self._pages.append(PageSpan(self._page[0], self._page[1], self._length))
        self._page = None

    def _close_section(self) -> None:
        if self._path and self._section_start < self._length:
            path = tuple(opened.title for opened in self._path)
            self._sections.append(SectionSpan(path, self._section_start, self._length))
        self._section_start = self._length
