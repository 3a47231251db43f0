"""What the service and its reading process say to each other over pipes.

Frames of MessagePack behind their length. What comes back is checked against types and is never code: a process
that read a hostile file is not trusted either.
"""

from __future__ import annotations

import struct

import msgspec

from adapters.documents.limits import ReadingLimits
from domain.document import Document, PageSpan, SectionSpan
from domain.errors import DomainError, TooLarge, UnreadableDocument, UnsupportedFormat

LENGTH = struct.Struct(">Q")
# Exit codes by which the reading process says why it ended itself.
TOO_MUCH_MEMORY = 87
TOO_SLOW = 88

_REFUSALS: dict[str, type[DomainError]] = {
    refusal.code: refusal for refusal in (UnsupportedFormat, UnreadableDocument, TooLarge)
}


class Request(msgspec.Struct, array_like=True):
    """A document to read."""

    content: bytes
    name: str
    media_type: str | None
    limits: ReadingLimits


class Reply(msgspec.Struct, array_like=True):
    """The document, or the code and sentence of its refusal; and whether the process had better be replaced."""

    document: Document | None = None
    code: str = ""
    detail: str = ""
    worn: bool = False


_encode = msgspec.msgpack.Encoder().encode
decode_request = msgspec.msgpack.Decoder(Request).decode
_decode_reply = msgspec.msgpack.Decoder(Reply).decode


def framed(message: Request | Reply) -> bytes:
    """The message with its length before it."""
    body = _encode(message)
    return LENGTH.pack(len(body)) + body


def decode_reply(body: bytes) -> Reply:
    """The reply. Raises `ValueError` of nonsense."""
    return _decode_reply(body)


def document_of(reply: Reply) -> Document:
    """The document in a reply. Raises the refusal; `ValueError` of nonsense."""
    document = reply.document
    if document is None:
        raise _REFUSALS.get(reply.code, UnreadableDocument)(reply.detail)
    if not _is_sound(document):
        raise ValueError("A document whose pages or sections lie outside of its text.")
    return document


def _is_sound(document: Document) -> bool:
    return _in_order(document.pages, len(document.text)) and _in_order(document.sections, len(document.text))


def _in_order(spans: tuple[PageSpan, ...] | tuple[SectionSpan, ...], length: int) -> bool:
    position = 0
    for span in spans:
        if not position <= span.start <= span.end <= length:
            return False
        position = span.end
    return True
