"""E-books: the chapters in the order of the spine, with the sections of their headings."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from adapters.documents.decoding import decode
from adapters.documents.detection import Kind
from adapters.documents.html import render
from adapters.documents.html_content import content_of, parse_html
from adapters.documents.limits import ReadingLimits
from adapters.documents.text_builder import TextBuilder, one_line
from adapters.documents.xml import Element, all_text, attribute, child, children, descendants, parse_xml
from adapters.documents.zip_container import damaged, members, open_checked, read_member
from domain.document import Document
from domain.errors import UnreadableDocument

if TYPE_CHECKING:
    from zipfile import ZipFile


_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/html+xml", "text/x-oeb1-document"})


def read_epub(content: bytes, limits: ReadingLimits) -> Document:
    """The book's text, title and language."""
    with open_checked(content, limits) as archive:
        name = _package_name(archive)
        data = read_member(archive, name)
        if data is None:
            raise damaged("The e-book")
        package = parse_xml(data, lenient=True)
        chapters = _chapters(package, posixpath.dirname(name))
        _refuse_encrypted(archive, chapters)
        builder = TextBuilder(limits.characters)
        for chapter in chapters:
            _read_chapter(archive, chapter, builder)
    language = (_metadata(package, "language") or "")[:2].lower()
    return builder.build(
        media_type=Kind.EPUB.value,
        title=_metadata(package, "title"),
        language=language if len(language) == 2 and language.isalpha() else None,  # noqa: PLR2004 - ISO 639-1
    )


def _package_name(archive: ZipFile) -> str:
    container = read_member(archive, "META-INF/container.xml")
    if container is not None:
        for root_file in descendants(parse_xml(container, lenient=True), "rootfile"):
            path = attribute(root_file, "full-path")
            if path:
                return path
    found = sorted(name for name in members(archive) if name.endswith(".opf"))
    if not found:
        raise damaged("The e-book")
    return found[0]


def _chapters(package: Element, folder: str) -> list[str]:
    manifest = child(package, "manifest")
    spine = child(package, "spine")
    if manifest is None or spine is None:
        raise damaged("The e-book")
    items = {attribute(item, "id"): item for item in children(manifest, "item")}
    found: dict[str, None] = {}
    for reference in children(spine, "itemref"):
        item = items.get(attribute(reference, "idref"))
        if item is None or "nav" in (attribute(item, "properties") or "").split():
            continue
        href = (attribute(item, "href") or "").partition("#")[0]
        if href and (attribute(item, "media-type") or "application/xhtml+xml").lower() in _PAGES:
            found[posixpath.normpath(posixpath.join(folder, unquote(href)))] = None
    return list(found)


def _refuse_encrypted(archive: ZipFile, chapters: list[str]) -> None:
    """Fonts are often scrambled, which harms nobody; chapters are where the book is protected."""
    encryption = read_member(archive, "META-INF/encryption.xml")
    if encryption is None:
        return
    for reference in descendants(parse_xml(encryption), "CipherReference"):
        if unquote(attribute(reference, "URI") or "") in chapters:
            raise UnreadableDocument("The e-book is protected against copying (DRM), so its text can't be read.")


def _read_chapter(archive: ZipFile, name: str, builder: TextBuilder) -> None:
    data = read_member(archive, name)
    text = decode(data) if data else None
    root = parse_html(text) if text and text.strip() else None
    if root is not None:
        render(content_of(root), builder)


def _metadata(package: Element, name: str) -> str | None:
    metadata = child(package, "metadata")
    if metadata is None:
        return None
    return next((text for found in descendants(metadata, name) if (text := one_line(all_text(found)))), None)
