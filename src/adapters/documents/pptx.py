"""PowerPoint presentations: each slide is a page and a section, its speaker's notes at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.documents.detection import Kind
from adapters.documents.limits import ReadingLimits
from adapters.documents.package import Package
from adapters.documents.text_builder import TextBuilder, one_line
from adapters.documents.xml import Element, all_text, attribute, child, children, descendants, local_name
from adapters.documents.zip_container import damaged
from domain.document import Document
from domain.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator


_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})


def read_pptx(content: bytes, limits: ReadingLimits) -> Document:
    """The slides' text, in order."""
    package = Package(content, limits)
    main = package.main()
    slides = _slides(package, main)
    if len(slides) > limits.pages:
        raise TooLarge(f"The presentation has {len(slides):,} slides; at most {limits.pages:,} are read.")
    builder = TextBuilder(limits.characters)
    for number, name in enumerate(slides, start=1):
        _read_slide(package, name, number, builder)
    return builder.build(media_type=Kind.PPTX.value, title=package.title())


def _slides(package: Package, main: str) -> list[str]:
    root = package.part(main)
    listed = child(root, "sldIdLst")
    by_id = package.related_by_id(main, "slide")
    if root is None:
        raise damaged("The presentation")
    order = [_relationship_id(slide) for slide in children(listed, "sldId")] if listed is not None else []
    return [by_id[reference] for reference in order if reference in by_id]


def _relationship_id(element: Element) -> str:
    """The attribute `r:id`, beside which there is an `id` of another meaning."""
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith("}id")), "")


def _read_slide(package: Package, name: str, number: int, builder: TextBuilder) -> None:
    builder.page(number)
    tree = child(package.part(name), "cSld", "spTree")
    shapes = list(_shapes(tree)) if tree is not None else []
    titles = [shape for shape in shapes if _placeholder(shape) in _TITLES]
    title = one_line(" ".join(_paragraphs(titles[0]))) if titles else ""
    builder.heading(1, title or f"Slide {number}", shown=bool(title))
    for shape in shapes:
        if (titles and shape is titles[0]) or _placeholder(shape) in _FURNITURE:
            continue
        _read_shape(shape, builder)
    for notes in package.related(name, "notesSlide"):
        text = "\n".join(_notes(package.part(notes)))
        if text.strip():
            builder.block(f"Notes: {text}")


def _shapes(tree: Element) -> Iterator[Element]:
    """Shapes and tables, groups resolved; of alternatives the first."""
    for element in tree:
        tag = local_name(element)
        if tag in {"sp", "graphicFrame", "cxnSp", "pic"}:
            yield element
        elif tag in {"grpSp", "AlternateContent", "Choice"}:
            yield from _shapes(element)


def _placeholder(shape: Element) -> str | None:
    placeholder = next(descendants(shape, "ph"), None)
    return attribute(placeholder, "type") if placeholder is not None else None


def _read_shape(shape: Element, builder: TextBuilder) -> None:
    rows = list(descendants(shape, "tr"))
    lines = [" | ".join(_cell(cell) for cell in children(row, "tc")) for row in rows] if rows else _paragraphs(shape)
    builder.block("\n".join(line for line in lines if line.strip(" |")))


def _cell(cell: Element) -> str:
    return one_line(" ".join(_paragraphs(cell)), at_most=20_000)


def _paragraphs(element: Element) -> list[str]:
    return [text for part in descendants(element, "p") if (text := _text(part)).strip()]


def _text(paragraph: Element) -> str:
    parts: list[str] = []
    for element in paragraph.iterdescendants():
        tag = local_name(element)
        if tag == "t":
            parts.append(all_text(element))
        elif tag == "br":
            parts.append("\n")
        elif tag == "tab":
            parts.append("\t")
    properties = child(paragraph, "pPr")
    level = attribute(properties, "lvl") if properties is not None else None
    return ("  " * int(level) if level and level in "12345678" else "") + "".join(parts)


def _notes(root: Element | None) -> list[str]:
    tree = child(root, "cSld", "spTree")
    shapes = list(_shapes(tree)) if tree is not None else []
    return [line for shape in shapes if _placeholder(shape) not in _FURNITURE for line in _paragraphs(shape)]
