"""XML from strangers: no entities, no network, no document beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lxml import etree

from adapters.documents.zip_container import damaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The stubs have no public name for it, and at run time there is none at all.
Element = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def parse_xml(data: bytes, *, lenient: bool = False) -> Element:
    """The root. Raises `UnreadableDocument` where it is malformed; `lenient` passes over what people write by hand."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, recover=lenient
    )
    try:
        root: Element | None = etree.fromstring(data, parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    refuse_if_out_of_memory(parser.error_log)
    if root is None:
        raise damaged("The document")
    return root


def refuse_if_out_of_memory(log: Iterable[object]) -> None:
    """Raise `MemoryError` where the parser stopped for lack of memory: to it that is a fault like any other, and what
    it gives then is a part of the document."""
    if any(getattr(entry, "type", None) == etree.ErrorTypes.ERR_NO_MEMORY for entry in log):
        raise MemoryError


def local_name(element: Element) -> str:
    """The tag without its namespace: strict and transitional Office files differ in nothing else."""
    tag = cast("object", element.tag)
    # Comments, instructions and entities have a function where elements have their name.
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """The attribute of this local name."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def children(element: Element, *names: str) -> Iterator[Element]:
    """The children with one of these local names."""
    return (child for child in element if local_name(child) in names)


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of each of these local names, one below the other."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """All elements below with one of these local names, in order."""
    return (found for found in element.iterdescendants() if local_name(found) in names)


def all_text(element: Element) -> str:
    """All text below."""
    return "".join(str(part) for part in element.itertext())
