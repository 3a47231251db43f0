"""OpenDocument: texts, spreadsheets and presentations, as LibreOffice writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.documents.detection import Kind
from adapters.documents.limits import ReadingLimits
from adapters.documents.sheet import Sheet
from adapters.documents.text_builder import TextBuilder, one_line
from adapters.documents.xml import Element, all_text, attribute, child, children, descendants, local_name, parse_xml
from adapters.documents.zip_container import damaged, open_checked, read_member
from domain.document import Document
from domain.errors import TooLarge, UnreadableDocument

if TYPE_CHECKING:
    from collections.abc import Iterator


_SKIPPED = frozenset({"annotation", "annotation-end", "tracked-changes", "forms", "note-citation", "desc", "title"})
_MAX_REPEATED = 1000


def read_opendocument(content: bytes, kind: Kind, limits: ReadingLimits) -> Document:
    """Headings, paragraphs, lists and tables of a text; sheets as sections; slides as pages."""
    with open_checked(content, limits) as archive:
        manifest = read_member(archive, "META-INF/manifest.xml") or b""
        if b"encryption-data" in manifest:
            raise UnreadableDocument(
                "The document is protected with a password. Save a copy without a password and add that."
            )
        data = read_member(archive, "content.xml")
        meta = read_member(archive, "meta.xml")
    body = child(parse_xml(data), "body") if data else None
    if body is None:
        raise damaged("The document")
    reader = _Reader(TextBuilder(limits.characters), limits)
    if kind is Kind.ODS:
        reader.spreadsheet(body)
    elif kind is Kind.ODP:
        reader.presentation(body)
    else:
        reader.blocks(body)
    return reader.builder.build(media_type=kind.value, title=_title(meta))


def _title(meta: bytes | None) -> str | None:
    root = parse_xml(meta) if meta else None
    return next((all_text(title) for title in descendants(root, "title")), None) if root is not None else None


@dataclass(slots=True)
class _Reader:
    builder: TextBuilder
    limits: ReadingLimits
    cells: int = 0

    def blocks(self, container: Element, depth: int = 0, marker: str = "") -> None:
        for element in container:
            tag = local_name(element)
            if tag == "h":
                level = attribute(element, "outline-level") or "1"
                self.builder.heading(int(level) if level.isdecimal() else 1, _paragraph(element))
            elif tag == "p":
                self._add(_paragraph(element), marker)
                for frame in descendants(element, "text-box", "note-body"):
                    self.blocks(frame)
            elif tag == "list":
                self._list(element, depth)
            elif tag == "table":
                self._table(element)
            elif tag and tag not in _SKIPPED:
                self.blocks(element, depth, marker)

    def _list(self, element: Element, depth: int) -> None:
        for item in children(element, "list-item", "list-header"):
            self.blocks(item, depth + 1, "  " * min(depth, 8) + "- ")

    def _add(self, text: str, marker: str) -> None:
        if text.strip():
            if marker:
                self.builder.line(marker + text)
            else:
                self.builder.block(text)

    def _table(self, table: Element) -> None:
        first = True
        for row in _rows(table):
            values = [value for value, _ in self._cells(row)]
            if any(values):
                line = " | ".join(values)
                self.builder.block(line) if first else self.builder.line(line)
                first = False

    def spreadsheet(self, body: Element) -> None:
        for table in descendants(body, "table"):
            self.builder.heading(1, attribute(table, "name") or "Sheet")
            sheet = Sheet(self.builder)
            for row in _rows(table):
                values = [value for value, times in self._cells(row) for _ in range(times)]
                while values and not values[-1]:
                    values.pop()
                sheet.row(values)
            sheet.end()

    def presentation(self, body: Element) -> None:
        for number, page in enumerate(descendants(body, "page"), start=1):
            self.builder.page(number)
            self.builder.heading(1, f"Slide {number}", shown=False)
            for element in page:
                if local_name(element) == "notes":
                    notes = "\n".join(_paragraph(part) for part in descendants(element, "p"))
                    self.builder.block(f"Notes: {notes}" if notes.strip() else "")
                else:
                    self.blocks(element)

    def _cells(self, row: Element) -> Iterator[tuple[str, int]]:
        for cell in children(row, "table-cell", "covered-table-cell"):
            text = " ".join(
                line for part in descendants(cell, "p") if (line := one_line(_paragraph(part), at_most=20_000))
            )
            repeated = attribute(cell, "number-columns-repeated") or "1"
            # The rest of a row is one empty cell, repeated to the edge of the sheet.
            times = min(int(repeated) if repeated.isdecimal() else 1, _MAX_REPEATED)
            self.cells += times
            if self.cells > self.limits.cells:
                raise TooLarge(
                    f"The document holds more than {self.limits.cells:,} cells. Divide it and add the parts."
                )
            yield text, times


def _rows(table: Element) -> Iterator[Element]:
    for element in table:
        tag = local_name(element)
        if tag == "table-row":
            yield element
        elif tag in {"table-header-rows", "table-rows", "table-row-group"}:
            yield from _rows(element)


def _paragraph(element: Element) -> str:
    return "".join(_inline(element))


def _inline(element: Element) -> Iterator[str]:
    yield element.text or ""
    for part in element:
        tag = local_name(part)
        if tag == "s":
            count = attribute(part, "c") or "1"
            yield " " * min(int(count) if count.isdecimal() else 1, _MAX_REPEATED)
        elif tag in {"tab", "line-break"}:
            yield "\t" if tag == "tab" else "\n"
        elif tag and tag not in _SKIPPED and tag not in {"note-body", "text-box", "p", "list", "table"}:
            yield from _inline(part)
        yield part.tail or ""
