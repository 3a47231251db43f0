"""PDF to text, page by page, with PDFium; sections by the document's own outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.documents.detection import Kind
from adapters.documents.limits import ReadingLimits
from adapters.documents.pdf_layout import page_text
from adapters.documents.pdfium import Characters, PdfDocument, PdfError, open_pdf
from adapters.documents.text_builder import TextBuilder, one_line
from adapters.documents.zip_container import damaged
from domain.document import Document, SectionSpan
from domain.errors import TooLarge, UnreadableDocument

if TYPE_CHECKING:
    pass

_MAX_OUTLINE = 2000
_UNTITLED = frozenset({"", "untitled", "(anonymous)", "(unspecified)", "none"})


def read_pdf(content: bytes, limits: ReadingLimits) -> Document:
    """The text layer. Encrypted documents that open without a password are read like any other."""
    document = _open(content)
    try:
        return _read(document, limits)
    finally:
        document.close()


def _open(content: bytes) -> PdfDocument:
    try:
        document = open_pdf(content)
    except PdfError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument(
                "The PDF is encrypted and needs a password. Save a copy without a password and add that."
            ) from error
        if "security" in str(error).lower():
            raise UnreadableDocument(
                "The PDF is encrypted in a way that can't be read. Save a copy without it."
            ) from error
        raise damaged("The PDF") from error
    if len(document) == 0:
        document.close()
        raise UnreadableDocument("The PDF has no pages.")
    return document


def _read(document: PdfDocument, limits: ReadingLimits) -> Document:
    if len(document) > limits.pages:
        raise TooLarge(f"The PDF has {len(document):,} pages; at most {limits.pages:,} are read. Divide it.")
    builder = TextBuilder(limits.characters)
    unreadable = 0
    for index in range(len(document)):
        builder.page(index + 1)
        try:
            builder.block(_page_text(document, index))
        except PdfError:
            unreadable += 1
    if builder.is_blank:
        if unreadable:
            raise damaged("The PDF")
        raise UnreadableDocument(
            "The PDF has no text layer: it seems to be scanned or made of pictures. "
            "Run text recognition (OCR) on it and add the result."
        )
    title = one_line(document.get_metadata_dict().get("Title", ""))
    read = builder.build(media_type=Kind.PDF.value, title=None if title.lower() in _UNTITLED else title)
    return _with_sections(read, _outline(document))


def _page_text(document: PdfDocument, index: int) -> str:
    page = document[index]
    try:
        text_page = page.get_textpage()
        try:
            return page_text(Characters(text_page))
        finally:
            text_page.close()
    finally:
        page.close()


def _outline(document: PdfDocument) -> list[tuple[int, int, str]]:
    """The bookmarks as level, page (from 1) and title, in order."""
    found: list[tuple[int, int, str]] = []
    try:
        for bookmark in document.get_toc(max_depth=6):
            destination = bookmark.get_dest()
            page = destination.get_index() if destination else None
            title = one_line(bookmark.get_title())
            if page is not None and page >= 0 and title:
                found.append((bookmark.level, page + 1, title))
            if len(found) >= _MAX_OUTLINE:
                break
    except PdfError:
        return []
    return found


def _with_sections(document: Document, outline: list[tuple[int, int, str]]) -> Document:
    """With the sections of the outline, each from where its title stands on its page, or else from the page's start."""
    starts = {page.number: page for page in document.pages}
    opened: list[tuple[int, tuple[str, ...]]] = []
    path: list[tuple[int, str]] = []
    position = 0
    for level, number, title in outline:
        page = starts.get(number)
        if page is None or page.end <= position:
            continue
        begin = max(page.start, position)
        at = _find(document.text, title, begin, page.end)
        start = at if at >= 0 else begin
        path = [*(above for above in path if above[0] < level), (level, title)]
        titles = tuple(above[1] for above in path)
        if opened and opened[-1][0] == start:
            opened[-1] = (start, titles)
        else:
            opened.append((start, titles))
        position = start
    ends = [*(start for start, _ in opened[1:]), len(document.text)][: len(opened)]
    spans = tuple(SectionSpan(titles, start, end) for (start, titles), end in zip(opened, ends, strict=True))
    return Document(
        text=document.text, media_type=document.media_type, title=document.title, pages=document.pages, sections=spans
    )


def _find(text: str, title: str, start: int, end: int) -> int:
    """Where a line of the page begins with the title; a number before it is passed over."""
    folded, wanted = text[start:end].casefold(), title.casefold()
    if len(folded) != end - start:
        return text.find(title, start, end)
    at = folded.find(wanted)
    if at < 0:
        return -1
    line = folded.rfind("\n", 0, at) + 1
    return start + (line if not folded[line:at].strip(" .0123456789") else at)
