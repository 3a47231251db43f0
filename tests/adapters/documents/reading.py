"""Reading a sample in this process, with bounds that a test can reach."""

from __future__ import annotations

from itertools import pairwise

from adapters.documents.limits import ReadingLimits
from adapters.documents.reading import read_document
from domain.document import Document

SMALL = ReadingLimits(characters=200_000, pages=50, cells=20_000, unpacked_bytes=8 * 1024 * 1024, members=200)


def read(content: bytes | str, name: str = "file", *, media_type: str | None = None) -> Document:
    """The document, its pages and sections checked."""
    data = content.encode() if isinstance(content, str) else content
    document = read_document(data, name=name, media_type=media_type, limits=SMALL)
    check(document)
    return document


def check(document: Document) -> None:
    """Pages and sections are in order, inside of the text and hold some of it."""
    pages = [(page.start, page.end) for page in document.pages]
    sections = [(section.start, section.end) for section in document.sections]
    for spans in (pages, sections):
        assert all(0 <= start < end <= len(document.text) for start, end in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "\0" not in document.text
    assert not document.text.startswith("\ufeff")
    document.text.encode()


def sections(document: Document) -> dict[tuple[str, ...], str]:
    """The text of each section by its headings."""
    return {section.path: document.text[section.start : section.end].strip() for section in document.sections}
