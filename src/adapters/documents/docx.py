"""Word documents: paragraphs, headings, lists, tables, text boxes and notes, in the order of the document.

The parts are walked directly: python-docx knows neither notes, text boxes, content controls nor tracked insertions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.documents.detection import Kind
from adapters.documents.docx_styles import ListNumbers, Styles
from adapters.documents.limits import ReadingLimits
from adapters.documents.package import Package
from adapters.documents.text_builder import TextBuilder, one_line
from adapters.documents.xml import Element, all_text, attribute, child, children, descendants, local_name
from adapters.documents.zip_container import damaged
from domain.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterator


# What holds paragraphs and tables, or runs, without being one: content controls, insertions, hyperlinks …
_SKIPPED = frozenset(
    {"del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "trPr", "tcPr", "Fallback"}
)
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "ptab": "\t"}


def read_docx(content: bytes, limits: ReadingLimits) -> Document:
    """The document's text with sections by its headings."""
    package = Package(content, limits)
    name = package.main()
    root = package.part(name)
    body = child(root, "body")
    if body is None:
        raise damaged("The document")
    reader = _Reader(
        builder=TextBuilder(limits.characters),
        styles=Styles.of(package, name),
        numbers=ListNumbers.of(package, name),
        notes=_notes(package, name),
    )
    reader.blocks(body)
    return reader.builder.build(media_type=Kind.DOCX.value, title=reader.title or package.title())


def _notes(package: Package, name: str) -> dict[tuple[str, str], str]:
    """Footnotes and endnotes by kind and id."""
    notes: dict[tuple[str, str], str] = {}
    for kind in ("footnote", "endnote"):
        for part in package.related(name, f"{kind}s"):
            root = package.part(part)
            for note in children(root, kind) if root is not None else ():
                if attribute(note, "type") in {None, "normal"}:
                    text = one_line(" ".join(map(paragraph_text, descendants(note, "p"))), at_most=20_000)
                    notes[kind, attribute(note, "id") or ""] = text
    return notes


@dataclass(slots=True)
class _Reader:
    builder: TextBuilder
    styles: Styles
    numbers: ListNumbers
    notes: dict[tuple[str, str], str]
    title: str | None = None
    in_list: bool = False
    seen_notes: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def blocks(self, container: Element) -> None:
        for element in container:
            tag = local_name(element)
            if tag == "p":
                self.paragraph(element)
            elif tag == "tbl":
                self.table(element)
            elif tag and tag not in _SKIPPED:
                self.blocks(element)

    def paragraph(self, element: Element) -> None:
        text = paragraph_text(element)
        level = self.styles.heading_level(element)
        if level is not None and text.strip():
            if level == 0:
                self.title = self.title or one_line(text)
            self.builder.heading(max(level, 1), text)
            self.in_list = False
        else:
            marker = self.numbers.marker(element, self.styles) if text.strip() else None
            self._add(marker, text)
        for box in _text_boxes(element):
            self.blocks(box)
        self._add_notes(element)

    def _add(self, marker: str | None, text: str) -> None:
        if marker is not None and self.in_list:
            self.builder.line(marker + text)
        else:
            self.builder.block((marker or "") + text)
        if text.strip():
            self.in_list = marker is not None

    def _add_notes(self, element: Element) -> None:
        for reference in descendants(element, "footnoteReference", "endnoteReference"):
            key = (local_name(reference).removesuffix("Reference"), attribute(reference, "id") or "")
            if key in self.notes and key not in self.seen_notes:
                self.seen_notes.add(key)
                self._add(None, f"Note: {self.notes[key]}")

    def table(self, element: Element) -> None:
        self.in_list = False
        rows = [list(_cells(row)) for row in _rows(element)]
        if all(len(cells) <= 1 for cells in rows):
            # A frame around text rather than a table.
            for cells in rows:
                for cell in cells:
                    self.blocks(cell)
            return
        first = True
        for cells in rows:
            texts = [_cell_text(cell) for cell in cells]
            if any(texts):
                row = " | ".join(texts)
                self.builder.block(row) if first else self.builder.line(row)
                first = False
        for reference_holder in element.iterdescendants():
            if local_name(reference_holder) == "p":
                self._add_notes(reference_holder)


def paragraph_text(paragraph: Element) -> str:
    """The text of its runs: what is deleted, hidden or in a text box is not of it."""
    return "".join(_runs(paragraph))


def _runs(element: Element) -> Iterator[str]:
    for part in element:
        tag = local_name(part)
        if tag == "t":
            yield all_text(part)
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        elif tag == "r" and child(part, "rPr", "vanish") is not None:
            continue
        elif tag and tag not in _SKIPPED and tag != "txbxContent":
            yield from _runs(part)


def _text_boxes(paragraph: Element) -> Iterator[Element]:
    """Each text box once: for old programs it stands in a `Fallback` again."""
    for box in descendants(paragraph, "txbxContent"):
        if not any(local_name(above) in {"Fallback", "txbxContent"} for above in box.iterancestors()):
            yield box


def _rows(table: Element) -> Iterator[Element]:
    for element in table:
        if local_name(element) == "tr":
            yield element
        elif local_name(element) in {"sdt", "sdtContent", "ins", "customXml"}:
            yield from _rows(element)


def _cells(row: Element) -> Iterator[Element]:
    for element in row:
        if local_name(element) == "tc":
            yield element
        elif local_name(element) in {"sdt", "sdtContent", "customXml"}:
            yield from _cells(element)


def _cell_text(cell: Element) -> str:
    """All paragraphs of a cell on one line, those of tables in it included."""
    return " ".join(text for part in descendants(cell, "p") if (text := one_line(paragraph_text(part), at_most=20_000)))
