"""A document as its reader hands it over: the text that all offsets count in, and its structure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageSpan:
    """Page `number` (from 1) is `text[start:end]`."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SectionSpan:
    """The section under the headings `path` (outermost first) is `text[start:end]`, its own heading included."""

    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What was read. Pages and sections are in order, do not overlap, and may leave gaps.

    Of plain text and Markdown, `text` is the file's own text, decoded, byte order mark removed and nothing else
    changed. `language` is an ISO 639-1 code where the reader knows it. `media_type` is what the content really is.
    """

    text: str
    media_type: str
    title: str | None = None
    language: str | None = None
    pages: tuple[PageSpan, ...] = ()
    sections: tuple[SectionSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a document to be embedded as one: `text[start:end]`, with its page and headings."""

    start: int
    end: int
    page: int | None = None
    section: str | None = None
