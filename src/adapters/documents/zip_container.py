"""ZIP containers (Office, OpenDocument, EPUB), opened only when their size unpacked is known to be bearable."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from domain.errors import DomainError, TooLarge, UnreadableDocument, UnsupportedFormat

if TYPE_CHECKING:
    from adapters.documents.limits import ReadingLimits

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MIMETYPES = frozenset(
    {
        "application/epub+zip",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
    }
)
_BLOCK = 256 * 1024
_MAX_MIMETYPE = 200
# A document type declaration is where entities are made, and where bombs of them are; UTF-16 has it with zeros.
_ENTITY = re.compile(rb"<!ENTITY|<\0!\0E\0N\0T\0I\0T\0Y|\0<\0!\0E\0N\0T\0I\0T\0Y")
_MARKUP = (".xml", ".rels", ".opf", ".vml")


def damaged(what: str = "The file") -> UnreadableDocument:
    """The refusal of a container that is broken or cut short."""
    return UnreadableDocument(
        f"{what} is damaged or incomplete. Open it in the program it comes from, save it again and add that copy."
    )


def kind_of_zip(content: bytes) -> str:
    """The media type of the document in this container."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            kind = _kind_of_members(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        if any(part in content[:65536] for part in (b"[Content_Types].xml", b"word/", b"xl/", b"ppt/", b"mimetype")):
            raise damaged("The document") from None
        raise damaged("The ZIP file") from None
    if kind is None:
        raise UnsupportedFormat("The file is a ZIP archive; unpack it and add the files in it.")
    return kind


def _kind_of_members(archive: zipfile.ZipFile) -> str | None:
    names = {info.filename for info in archive.infolist()[:100_000]}
    if "mimetype" in names:
        with archive.open("mimetype") as file:
            mimetype = file.read(_MAX_MIMETYPE).decode("ascii", "replace").strip()
        if mimetype in _MIMETYPES:
            return mimetype
    if "META-INF/container.xml" in names:
        return "application/epub+zip"
    if "xl/workbook.bin" in names:
        raise UnsupportedFormat("The file is a binary Excel workbook (.xlsb). Save it as .xlsx and add that.")
    for start, kind in (("word/", _WORD), ("ppt/", _SLIDES), ("xl/", _SHEETS)):
        if any(name.startswith(start) for name in names):
            return kind
    return None


def open_checked(content: bytes, limits: ReadingLimits) -> zipfile.ZipFile:
    """The container, after every member was unpacked once and counted: a declared size may be a lie."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        _check(archive, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise damaged("The document") from error
    except RuntimeError:  # this is how zipfile says that a member is encrypted
        raise UnreadableDocument(
            "The document is protected with a password. Save a copy without a password and add that."
        ) from None
    return archive


def members(archive: zipfile.ZipFile) -> frozenset[str]:
    """The names in the container."""
    return frozenset(archive.namelist())


def read_member(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """A member's content, or None where there is no such member."""
    with contextlib.suppress(KeyError):
        return archive.read(name)
    return None


def _check(archive: zipfile.ZipFile, limits: ReadingLimits) -> None:
    infos = archive.infolist()
    if len(infos) > limits.members:
        raise TooLarge(f"The document consists of {len(infos):,} parts; at most {limits.members:,} are read.")
    if sum(info.file_size for info in infos) > limits.unpacked_bytes:
        raise _bomb(limits)
    unpacked = 0
    for info in infos:
        unpacked += _unpack(archive, info, limits.unpacked_bytes - unpacked, limits)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowed: int, limits: ReadingLimits) -> int:
    is_markup = info.filename.lower().endswith(_MARKUP)
    size, tail = 0, b""
    with archive.open(info) as file:
        while block := file.read(_BLOCK):
            size += len(block)
            if size > allowed:
                raise _bomb(limits)
            if is_markup and _ENTITY.search(tail + block):
                raise UnreadableDocument(
                    "The document defines XML entities, which documents of this kind don't; it isn't read for safety."
                )
            tail = block[-32:]
    return size


def _bomb(limits: ReadingLimits) -> DomainError:
    return TooLarge(
        f"The document would unpack to more than {limits.unpacked_bytes // (1024 * 1024)} MB, which is not read. "
        "Remove large pictures or divide it, and add the parts."
    )
