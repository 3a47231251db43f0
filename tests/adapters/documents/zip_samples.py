"""Documents in ZIP containers, made part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A container with these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def relationships(**targets: str) -> str:
    """A part with relationships by kind."""
    entries = "".join(
        f'<Relationship Id="r{index}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for index, (kind, target) in enumerate(targets.items())
    )
    return f'<Relationships xmlns="{_RELATIONSHIPS}">{entries}</Relationships>'


def docx(body: str, **parts: str) -> bytes:
    """A Word document with this body; further parts (`styles`, `footnotes` …) by the kind of their relationship."""
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relationships(officeDocument="word/document.xml"),
            "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
            "word/_rels/document.xml.rels": relationships(**{kind: f"{kind}.xml" for kind in parts}),
            **{f"word/{kind}.xml": content for kind, content in parts.items()},
        }
    )


def epub(chapters: Mapping[str, str], *, spine: list[str] | None = None, encryption: str | None = None) -> bytes:
    """An e-book with these chapters by file name, read in the order of `spine`."""
    items = "".join(f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in chapters)
    order = "".join(f'<itemref idref="{name}"/>' for name in spine or list(chapters))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" version="3.0">'
        "<metadata><dc:title>The Tides</dc:title><dc:language>en-GB</dc:language></metadata>"
        f"<manifest>{items}</manifest><spine>{order}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/book.opf": package,
            **{f"OEBPS/{name}": f"<html><body>{body}</body></html>" for name, body in chapters.items()},
            **({"META-INF/encryption.xml": encryption} if encryption else {}),
        }
    )


def opendocument(kind: str, body: str) -> bytes:
    """An OpenDocument `text`, `spreadsheet` or `presentation`."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"))
    )
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {spaces}><office:body><office:{kind}>{body}</office:{kind}>"
            "</office:body></office:document-content>",
        }
    )
