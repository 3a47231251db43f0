"""What a file is, by its content; its name and claimed type decide only between kinds of text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from adapters.documents import signatures
from adapters.documents.decoding import decode
from adapters.documents.zip_container import kind_of_zip
from domain.errors import UnreadableDocument, UnsupportedFormat


class Kind(StrEnum):
    """A kind of document that has a reader; the value is its media type."""

    TEXT = "text/plain"
    MARKDOWN = "text/markdown"
    CSV = "text/csv"
    TSV = "text/tab-separated-values"
    JSON = "application/json"
    XML = "application/xml"
    HTML = "text/html"
    PDF = "application/pdf"
    RTF = "application/rtf"
    MAIL = "message/rfc822"
    NOTEBOOK = "application/x-ipynb+json"
    EPUB = "application/epub+zip"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    ODP = "application/vnd.oasis.opendocument.presentation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """The kind; `text` is the decoded content where the kind is a kind of text."""

    kind: Kind
    text: str | None = None


_BY_SUFFIX = {
    "md": Kind.MARKDOWN,
    "markdown": Kind.MARKDOWN,
    "mdown": Kind.MARKDOWN,
    "mkd": Kind.MARKDOWN,
    "mdx": Kind.MARKDOWN,
    "qmd": Kind.MARKDOWN,
    "rmd": Kind.MARKDOWN,
    "csv": Kind.CSV,
    "tsv": Kind.TSV,
    "json": Kind.JSON,
    "xml": Kind.XML,
    "html": Kind.HTML,
    "htm": Kind.HTML,
    "xhtml": Kind.HTML,
    "eml": Kind.MAIL,
    "mht": Kind.MAIL,
    "mhtml": Kind.MAIL,
}
_BY_CLAIM = {
    "text/markdown": Kind.MARKDOWN,
    "text/x-markdown": Kind.MARKDOWN,
    "text/csv": Kind.CSV,
    "text/tab-separated-values": Kind.TSV,
    "application/json": Kind.JSON,
    "text/xml": Kind.XML,
    "application/xml": Kind.XML,
    "text/html": Kind.HTML,
    "application/xhtml+xml": Kind.HTML,
    "message/rfc822": Kind.MAIL,
}
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_DECLARED = re.compile(
    rb"""<(?:meta\s[^>]{0,200}?charset\s*=|\?xml\s[^>]{0,200}?encoding\s*=)\s*["']?([\w.:-]+)""", re.IGNORECASE
)
_HTML_START = re.compile(
    r"(?>\s+|<!--.{0,4000}?-->|<\?xml[^>]{0,300}\?>)*+<(?:!doctype\s+html|html|head|body|title|meta\s)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_HEADER = re.compile(r"([!-9;-~]{1,76}):(?:[ \t].*)?(?:\r?\n[ \t].*)*\r?\n")
_MAIL_HEADERS = frozenset({"from", "to", "subject", "date", "message-id", "mime-version", "received", "return-path"})
_NOTEBOOK = re.compile(r'"nbformat"\s*:')
_HEAD = 8192


def detect(content: bytes, *, name: str, media_type: str | None) -> Detected:
    """The kind of this content. Raises `UnsupportedFormat` or `UnreadableDocument`."""
    if not content:
        raise UnreadableDocument("The file is empty.")
    binary = _binary_kind(content)
    if binary:
        return Detected(kind=binary)
    text = decode(content, declared=_declared_charset(content, media_type))
    if text is None:
        raise _not_text(name, media_type)
    return Detected(kind=_kind_of_text(text, _hint(name, media_type)), text=text)


def detect_quickly(content: bytes, *, name: str, media_type: str | None) -> Detected | None:
    """The kind of what is plain text or Markdown in UTF-8 beyond doubt; None of all else."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if not text.strip() or "\0" in text or "\x1b" in text or _binary_prefix(content):
        return None
    kind = _kind_of_text(text, _hint(name, media_type))
    return Detected(kind=kind, text=text) if kind in {Kind.TEXT, Kind.MARKDOWN} and decode(content) == text else None


def declared_charset(media_type: str | None) -> str | None:
    """The charset parameter of a media type."""
    found = _CHARSET.search(media_type or "")
    return found.group(1) if found else None


def _binary_kind(content: bytes) -> Kind | None:
    if content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"%PDF-") or _pdf_after_preamble(content):
        return Kind.PDF
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind(kind_of_zip(content))
    if content.startswith(b"{\\rtf"):
        return Kind.RTF
    if content.startswith(signatures.OLE):
        raise signatures.refusal_of_ole(content)
    refusal = signatures.refusal(content)
    if refusal:
        raise refusal
    return None


def _binary_prefix(content: bytes) -> bool:
    return content.lstrip()[:8].startswith((b"%PDF", b"PK", b"{\\rtf")) or signatures.refusal(content) is not None


def _pdf_after_preamble(content: bytes) -> bool:
    """Readers of PDF accept up to a kilobyte before the mark; a text that only speaks of PDF has no objects."""
    return b"%PDF-1." in content[:1024] and b"endobj" in content


def _declared_charset(content: bytes, media_type: str | None) -> str | None:
    found = _DECLARED.search(content[:_HEAD])
    return declared_charset(media_type) or (found.group(1).decode("ascii", "ignore") if found else None)


def _hint(name: str, media_type: str | None) -> Kind | None:
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    claim = (media_type or "").partition(";")[0].strip().lower()
    return _BY_SUFFIX.get(suffix) or _BY_CLAIM.get(claim)


def _kind_of_text(text: str, hint: Kind | None) -> Kind:
    head = text[:_HEAD]
    if _HTML_START.match(head) or (hint is Kind.HTML and _TAG.search(text)):
        return Kind.HTML
    if head.lstrip().startswith("{") and _NOTEBOOK.search(text) and '"cells"' in text:
        return Kind.NOTEBOOK
    if hint is not Kind.MARKDOWN and _is_mail(head, claimed=hint is Kind.MAIL):
        return Kind.MAIL
    return hint if hint not in {None, Kind.HTML, Kind.MAIL} and hint else Kind.TEXT


def _is_mail(head: str, *, claimed: bool) -> bool:
    """Begins with a block of header fields, enough of them those of a mail."""
    position, known = 0, set[str]()
    if head.startswith("From ") and "\n" in head:
        position = head.index("\n") + 1
    while header := _HEADER.match(head, position):
        position = header.end()
        known.add(header.group(1).lower())
    ended = head[position : position + 2] in {"\r\n", ""} or head[position : position + 1] in {"\n", ""}
    mails = known & _MAIL_HEADERS
    needed = 1 if claimed else 3
    return len(mails) >= needed and (ended or len(head) == _HEAD) and (claimed or bool(mails & {"from", "received"}))


def _not_text(name: str, media_type: str | None) -> UnsupportedFormat | UnreadableDocument:
    claim = (media_type or "").partition(";")[0].strip().lower()
    if name.lower().endswith(".pdf") or claim == Kind.PDF:
        return UnreadableDocument("The file is called a PDF but isn't one, or its beginning is damaged.")
    return UnsupportedFormat(
        "The file is of no known kind: it is neither text nor a document that can be read. "
        "Text, Markdown, HTML, PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, CSV, RTF, e-mail and notebooks can be."
    )
