"""XML from strangers: no entities, no network, no document beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from adapters.documents.zip_container import damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element


def parse_xml(data: bytes) -> Element:
    """The root. Raises `UnreadableDocument` where there is none; small faults are passed over."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        root: Element | None = etree.fromstring(data, parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise damaged("The document")
    return root


def local_name(element: Element) -> str:
    """The tag without its namespace: strict and transitional Office files differ in nothing else."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


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
