"""HTML to text: headings, paragraphs, lists and tables of the page's content, as one reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree, html

from adapters.documents.detection import Kind
from adapters.documents.html_content import content_of, parse_html, text_length
from adapters.documents.limits import ReadingLimits
from adapters.documents.text_builder import TextBuilder, one_line
from domain.document import Document
from domain.errors import UnreadableDocument

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"[ \t\n\r\f]+")
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?$", re.IGNORECASE)
_INDENT = "  "
_MAX_INDENT = 8


def read_html(text: str, kind: Kind, limits: ReadingLimits) -> Document:
    """The page's content, with its title and language."""
    builder = TextBuilder(limits.characters)
    root = parse_html(text)
    if root is None:
        raise UnreadableDocument("The page holds no text.")
    title, language = page_title(root), _language(root)
    render(content_of(root), builder)
    if builder.is_blank:
        raise UnreadableDocument(
            "The page holds no text of its own; perhaps a script fills it in. "
            "Save the page as PDF from a browser and add that."
        )
    return builder.build(media_type=kind.value, title=title, language=language)


def page_title(root: html.HtmlElement) -> str | None:
    """What the page calls itself."""
    for path in ("//head/title", "//title", "//h1"):
        for element in root.xpath(path):
            title = one_line(str(element.text_content()))
            if title:
                return title
    return None


def _language(root: html.HtmlElement) -> str | None:
    found = _LANGUAGE.match(root.get("lang") or "")
    return found.group(1).lower() if found else None


def render(root: html.HtmlElement, builder: TextBuilder) -> None:
    """Add the text of this element to the builder."""
    renderer = _Renderer(builder)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            if event == "end":
                renderer.text(element.tail)
        elif event == "start":
            renderer.start(element)
        else:
            renderer.end(element)
            if element is not root:
                renderer.text(element.tail)
    renderer.flush()


@dataclass(slots=True)
class _List:
    """A list that is being read: the number of its next item, or None of a bulleted one."""

    number: int | None


@dataclass(slots=True)
class _Renderer:
    builder: TextBuilder
    inline: list[str] = field(default_factory=list[str])
    lists: list[_List] = field(default_factory=list[_List])
    cells: list[str] | None = None
    marker: str = ""
    tight: bool = False
    preformatted: int = 0

    def start(self, element: html.HtmlElement) -> None:
        tag = _tag(element)
        if tag == "br":
            self.inline.append("\n")
        elif tag in _HEADINGS or tag in _BLOCKS:
            self._start_block(element, tag)
        self.text(element.text)

    def end(self, element: html.HtmlElement) -> None:
        tag = _tag(element)
        if tag in _HEADINGS and self.cells is None:
            self.builder.heading(_HEADINGS[tag], self._taken())
        elif tag in {"td", "th"} and self.cells is not None:
            self.cells.append(one_line(self._taken(), at_most=10_000))
        elif tag == "tr" and self.cells is not None:
            self._end_row()
        elif tag in _BLOCKS:
            self.flush()
            self._end_block(tag)

    def text(self, text: str | None) -> None:
        if text:
            self.inline.append(text if self.preformatted else _SPACE.sub(" ", text))

    def flush(self) -> None:
        """End the paragraph; inside a row of a table, only a space parts what stands in one cell."""
        if self.cells is not None:
            self.inline.append(" ")
            return
        text = self._taken()
        if not text.strip():
            return
        text = self.marker + text
        if self.tight:
            self.builder.line(text)
        else:
            self.builder.block(text)
        self.tight = bool(self.lists)
        self.marker = ""

    def _start_block(self, element: html.HtmlElement, tag: str) -> None:
        self.flush()
        if tag == "pre":
            self.preformatted += 1
        elif tag in {"ul", "ol"}:
            if not self.lists:
                self.tight = False
            self.lists.append(_List(_first_number(element) if tag == "ol" else None))
        elif tag == "li":
            self.marker = self._item_marker()
        elif tag == "table":
            self.tight = False
        elif tag == "tr" and self.cells is None and _is_data_row(element):
            self.cells = []

    def _end_block(self, tag: str) -> None:
        if tag == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        elif tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
            self.tight = bool(self.lists)
        elif tag == "li":
            self.marker = ""
        elif tag in {"table", "caption"}:
            self.tight = bool(self.lists)

    def _end_row(self) -> None:
        cells, self.cells = self.cells or [], None
        self.inline.clear()
        if any(cells):
            self.builder.line(" | ".join(cells)) if self.tight else self.builder.block(" | ".join(cells))
            self.tight = True

    def _item_marker(self) -> str:
        if not self.lists:
            return "- "
        here = self.lists[-1]
        indent = _INDENT * min(len(self.lists) - 1, _MAX_INDENT)
        if here.number is None:
            return f"{indent}- "
        here.number += 1
        return f"{indent}{here.number - 1}. "

    def _taken(self) -> str:
        text = "".join(self.inline)
        self.inline.clear()
        if self.preformatted:
            return text.strip("\n")
        return "\n".join(line for part in text.split("\n") if (line := _SPACE.sub(" ", part).strip()))


def _tag(element: html.HtmlElement) -> str:
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.rpartition("}")[2].lower()


def _first_number(element: html.HtmlElement) -> int:
    start = (element.get("start") or "1").strip()
    return int(start) if re.fullmatch(r"\d{1,6}", start) else 1


def _is_data_row(row: html.HtmlElement) -> bool:
    """Rows of figures and words are kept as rows; a table that lays out a page is read cell by cell."""
    if next(row.iterdescendants("table", "h1", "h2", "h3", "pre"), None) is not None:
        return False
    paragraphs = sum(1 for _ in row.iterdescendants("p", "li"))
    cells = sum(1 for child in row if _tag(child) in {"td", "th"})
    return paragraphs <= 3 * cells and text_length(row) <= 1000 * max(1, cells)
