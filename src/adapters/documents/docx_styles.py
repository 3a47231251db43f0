"""What Word's styles and numbering make of a paragraph: a heading of some level, an item of some list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.documents.xml import Element, attribute, child, children

if TYPE_CHECKING:
    from adapters.documents.package import Package

_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_MAX_INHERITANCE = 20
_BODY_LEVEL = 9
_MAX_INDENT = 8


@dataclass(frozen=True, slots=True)
class Styles:
    """The paragraph styles by id."""

    elements: dict[str, Element]

    @classmethod
    def of(cls, package: Package, document: str) -> Styles:
        """Those of this document."""
        elements: dict[str, Element] = {}
        for part in package.related(document, "styles"):
            root = package.part(part)
            for style in children(root, "style") if root is not None else ():
                elements[attribute(style, "styleId") or ""] = style
        return cls(elements)

    def heading_level(self, paragraph: Element) -> int | None:
        """1 to 9 of a heading, 0 of the document's title, None of anything else."""
        own = _outline_level(paragraph)
        if own is not None:
            return own if own <= _BODY_LEVEL else None
        for style in self.chain(paragraph):
            name = attribute(named, "val") or "" if (named := child(style, "name")) is not None else ""
            if name.lower() == "title":
                return 0
            if match := _HEADING.match(name):
                return int(match.group(1)) or None
            level = _outline_level(style)
            if level is not None:
                return level if level <= _BODY_LEVEL else None
        return None

    def chain(self, paragraph: Element) -> list[Element]:
        """The paragraph's style and those that it is based on."""
        reference = child(paragraph, "pPr", "pStyle")
        found: list[Element] = []
        while reference is not None and len(found) < _MAX_INHERITANCE:
            style = self.elements.get(attribute(reference, "val") or "")
            if style is None:
                break
            found.append(style)
            reference = child(style, "basedOn")
        return found


def _outline_level(element: Element) -> int | None:
    """1 to 9, 10 of body text, None where nothing is said."""
    value = _value(child(element, "pPr", "outlineLvl"))
    return int(value) + 1 if value is not None and value.isdecimal() else None


def _value(element: Element | None) -> str | None:
    return attribute(element, "val") if element is not None else None


@dataclass(slots=True)
class ListNumbers:
    """Counts the items of numbered lists."""

    formats: dict[str, dict[str, str]]
    counts: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    @classmethod
    def of(cls, package: Package, document: str) -> ListNumbers:
        """The lists of this document: the format of each level by list."""
        formats: dict[str, dict[str, str]] = {}
        for part in package.related(document, "numbering"):
            root = package.part(part)
            if root is None:
                continue
            abstract = {
                attribute(element, "abstractNumId"): {
                    attribute(level, "ilvl") or "0": _value(child(level, "numFmt")) or "decimal"
                    for level in children(element, "lvl")
                }
                for element in children(root, "abstractNum")
            }
            for number in children(root, "num"):
                formats[attribute(number, "numId") or ""] = abstract.get(_value(child(number, "abstractNumId")), {})
        return cls(formats)

    def marker(self, paragraph: Element, styles: Styles) -> str | None:
        """What stands before the paragraph, or None where it is no item of a list."""
        for holder in (paragraph, *styles.chain(paragraph)):
            number = _value(child(holder, "pPr", "numPr", "numId"))
            if number is not None:
                level = _value(child(holder, "pPr", "numPr", "ilvl")) or "0"
                return self._next(number, int(level) if level.isdecimal() else 0)
        return None

    def _next(self, number: str, level: int) -> str | None:
        if number == "0":
            return None
        level = min(level, _MAX_INDENT)
        form = self.formats.get(number, {}).get(str(level), "bullet")
        indent = "  " * level
        counts = self.counts.setdefault(number, [0] * (_MAX_INDENT + 1))
        counts[level] += 1
        counts[level + 1 :] = [0] * (_MAX_INDENT - level)
        if form == "none":
            return indent
        return f"{indent}- " if form == "bullet" else f"{indent}{counts[level]}. "
