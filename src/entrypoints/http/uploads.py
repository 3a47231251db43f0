"""Files in a multipart body (RFC 7578), with names in any of the forms in which clients send them."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from multipart import MultipartError, MultipartSegment, PushMultipartParser

from application.sources.add_sources import NewFile
from entrypoints.http import schemas
from entrypoints.http.errors import InvalidBodyError

if TYPE_CHECKING:
    from litestar import Request

MOST_FILES = 100
# charset, language, and the name in percent-encoded octets (RFC 8187, section 3.2).
_EXTENDED = re.compile(r"filename\*\s*=\s*\"?([\w!#$%&+^`{}~-]+)'[\w-]*'([^;\"\s]+)", re.IGNORECASE)


@dataclass(slots=True)
class _Part:
    name: str
    file_name: str | None
    media_type: str | None
    chunks: list[bytes] = field(default_factory=list[bytes])


async def uploaded_files(request: Request[Any, Any, Any]) -> list[NewFile]:
    """The files of the parts named `file`. Raises `InvalidBodyError` with every fault of the parts."""
    parts = await _parts(request)
    faults = [
        schemas.FieldError(detail="There is no such part; files go into parts named “file”.", pointer=f"/{name}")
        for name in sorted({part.name for part in parts} - {"file"})
    ]
    files = [part for part in parts if part.name == "file"]
    if not files or any(not part.file_name for part in files):
        faults.append(
            schemas.FieldError(detail="At least one part named “file” with a file name is needed.", pointer="/file")
        )
    if len(files) > MOST_FILES:
        faults.append(schemas.FieldError(detail=f"At most {MOST_FILES} files at a time.", pointer="/file"))
    if faults:
        raise InvalidBodyError(faults)
    return [
        NewFile(name=part.file_name or "", content=b"".join(part.chunks), media_type=part.media_type) for part in files
    ]


async def _parts(request: Request[Any, Any, Any]) -> list[_Part]:
    boundary = request.content_type[1].get("boundary", "")
    parts: list[_Part] = []
    try:
        with PushMultipartParser(boundary, max_segment_count=MOST_FILES * 2) as parser:
            async for chunk in request.stream():
                for piece in parser.parse(chunk):
                    if isinstance(piece, MultipartSegment):
                        parts.append(_Part(piece.name or "", _file_name(piece), piece.content_type))
                    elif piece is not None:
                        parts[-1].chunks.append(bytes(piece))
    except (MultipartError, ValueError) as error:
        detail = "The body is not the multipart form that its Content-Type says it is."
        raise InvalidBodyError([schemas.FieldError(detail=detail, pointer="")]) from error
    return parts


def _file_name(part: MultipartSegment) -> str | None:
    """The extended form wins over the plain one, as RFC 6266 has it: it is there because the plain one lacks something."""
    extended = _EXTENDED.search(part.header("Content-Disposition", ""))
    if extended is not None:
        try:
            return urllib.parse.unquote(extended[2], encoding=extended[1], errors="strict")
        except (LookupError, UnicodeDecodeError):
            pass  # a character set that there is not, or octets that are none of its: then the plain one, if any
    return part.filename or None
