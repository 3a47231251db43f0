"""Markdown: the file's own text, with sections by its headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt

from adapters.documents.detection import Kind
from adapters.documents.limits import ReadingLimits
from adapters.documents.plain import require_text
from adapters.documents.text_builder import one_line
from domain.document import Document, SectionSpan

_LINE_END = re.compile(r"\r\n|\r|\n")
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"^title[ \t]*:[ \t]*(.+?)[ \t\r]*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_MARKS = re.compile(r"(?<!\\)(\*\*|__|`+|(?<!\w)[*_]|[*_](?!\w))")
_ATTRIBUTES = re.compile(r"\s*\{[#.:][^{}]*\}\s*$")
_TAGS = re.compile(r"<[^<>]{1,200}>")
_MAX_PARSED = 4_000_000
_MAX_HEADING = 1000


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    title: str
    start: int


def read_markdown(text: str, kind: Kind, limits: ReadingLimits) -> Document:
    """The text as it is. A heading inside a code fence or front matter is none."""
    require_text(text, limits)
    front = _FRONT_MATTER.match(text)
    headings = _headings(text, front.end() if front else 0)
    return Document(
        text=text,
        media_type=kind.value,
        title=_title(front.group(1) if front else "", headings),
        sections=_sections(headings, len(text)),
    )


def _title(front_matter: str, headings: list[_Heading]) -> str | None:
    named = _TITLE.search(front_matter)
    if named:
        return one_line(_unquoted(named.group(1))) or None
    return next((heading.title for heading in headings if heading.level == 1), None)


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if is_quoted else value


def _headings(text: str, start: int) -> list[_Heading]:
    # NUL would be replaced and a lone CR would not end a line: both are made harmless at the same length.
    body = text[start : start + _MAX_PARSED].replace("\0", " ")
    body = re.sub(r"\r(?!\n)", "\n", body)
    lines = [start, *(start + match.end() for match in _LINE_END.finditer(body))]
    # Only blocks are parsed: what is inside a paragraph matters to nobody here, and may be made to take long.
    tokens = MarkdownIt("commonmark").disable(["inline"]).parse(body)
    headings: list[_Heading] = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.map and token.level == 0:
            title = _plain(inline.content)
            if title:
                headings.append(_Heading(int(token.tag[1:]), title, lines[token.map[0]]))
    return headings


def _plain(heading: str) -> str:
    """The words of a heading without their marks."""
    heading = _ATTRIBUTES.sub("", heading[:_MAX_HEADING])
    for _ in range(2):
        heading = _LINK.sub(r"\1", heading)
    return one_line(_MARKS.sub("", _TAGS.sub("", heading)).replace("\\", ""))


def _sections(headings: list[_Heading], end: int) -> tuple[SectionSpan, ...]:
    spans: list[SectionSpan] = []
    path: list[_Heading] = []
    for index, heading in enumerate(headings):
        path = [above for above in path if above.level < heading.level]
        path.append(heading)
        until = headings[index + 1].start if index + 1 < len(headings) else end
        spans.append(SectionSpan(tuple(above.title for above in path), heading.start, until))
    return tuple(spans)
