"""Any document to text: finds out what it is and has it read by the reader of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.documents.detection import Detected, Kind, detect
from adapters.documents.docx import read_docx
from adapters.documents.epub import read_epub
from adapters.documents.html import read_html
from adapters.documents.mail import read_mail
from adapters.documents.markdown import read_markdown
from adapters.documents.notebook import read_notebook
from adapters.documents.opendocument import read_opendocument
from adapters.documents.pdf import read_pdf
from adapters.documents.plain import read_delimited, read_text
from adapters.documents.pptx import read_pptx
from adapters.documents.rtf import read_rtf
from adapters.documents.xlsx import read_xlsx
from adapters.documents.zip_container import damaged
from domain.errors import DomainError

if TYPE_CHECKING:
    from adapters.documents.limits import ReadingLimits
    from domain.document import Document

_NAMES = {
    Kind.PDF: "The PDF",
    Kind.DOCX: "The Word document",
    Kind.PPTX: "The presentation",
    Kind.XLSX: "The workbook",
    Kind.EPUB: "The e-book",
    Kind.MAIL: "The e-mail",
    Kind.HTML: "The page",
}


def read_document(content: bytes, *, name: str, media_type: str | None, limits: ReadingLimits) -> Document:
    """The document. Raises what the port `DocumentReader` names, and `MemoryError`, and nothing else."""
    detected = detect(content, name=name, media_type=media_type)
    try:
        return _read(content, detected, limits)
    except (DomainError, MemoryError):
        raise
    except Exception as error:
        # The libraries fail in as many ways as files can be broken.
        raise damaged(_NAMES.get(detected.kind, "The document")) from error


def _read(content: bytes, detected: Detected, limits: ReadingLimits) -> Document:
    if detected.text is not None:
        return _read_text(content, detected.kind, detected.text, limits)
    if detected.kind in {Kind.ODT, Kind.ODS, Kind.ODP}:
        return read_opendocument(content, detected.kind, limits)
    readers = {
        Kind.PDF: read_pdf,
        Kind.DOCX: read_docx,
        Kind.PPTX: read_pptx,
        Kind.XLSX: read_xlsx,
        Kind.EPUB: read_epub,
        Kind.RTF: read_rtf,
    }
    return readers[detected.kind](content, limits)


def _read_text(content: bytes, kind: Kind, text: str, limits: ReadingLimits) -> Document:
    if kind is Kind.HTML:
        return read_html(text, kind, limits)
    if kind is Kind.MARKDOWN:
        return read_markdown(text, kind, limits)
    if kind is Kind.NOTEBOOK:
        return read_notebook(text, limits)
    if kind is Kind.MAIL:
        return read_mail(content, limits)
    if kind in {Kind.CSV, Kind.TSV}:
        return read_delimited(text, kind, limits)
    return read_text(text, kind, limits)
