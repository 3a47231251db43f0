"""PDF files written by hand: text at given places, outlines, and the encryption of PDF 1.4."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

# x, y and the text that stands there.
Placed = tuple[float, float, str]

_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_FILE_ID = bytes(range(16))


def pdf(
    *pages: Sequence[Placed],
    title: str | None = None,
    outline: Sequence[tuple[str, int]] = (),
    user_password: str | None = None,
) -> bytes:
    """A document with these pages. `outline` holds titles and pages (from 0); a password, even "", encrypts."""
    key = _key(user_password) if user_password is not None else None
    first = 10
    objects: dict[int, bytes] = {
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    }
    numbers = [first + 2 * index for index in range(len(pages))]
    for number, placed in zip(numbers, pages, strict=True):
        stream = _content(placed)
        if key:
            stream = _rc4(_object_key(key, number + 1), stream)
        objects[number] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (number + 1)
        )
        objects[number + 1] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages))
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R%s >>" % (b" /Outlines 4 0 R" if outline else b"")
    if outline:
        objects |= _outline(outline, numbers, 1000)
    trailer = b""
    if title is not None:
        objects[5] = b"<< /Title %s >>" % _string(title)
        trailer += b" /Info 5 0 R"
    if key:
        assert user_password is not None
        objects[6] = _encryption(user_password, key)
        trailer += b" /Encrypt 6 0 R"
    return _file(objects, trailer)


def _content(placed: Sequence[Placed]) -> bytes:
    parts = [b"BT /F1 10 Tf 1 0 0 1 %f %f Tm %s Tj ET" % (x, y, _string(text)) for x, y, text in placed]
    return b"\n".join(parts)


def _string(text: str) -> bytes:
    escaped = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"(" + escaped + b")"


def _outline(outline: Sequence[tuple[str, int]], pages: list[int], first: int) -> dict[int, bytes]:
    objects = {4: b"<< /Type /Outlines /First %d 0 R /Last %d 0 R >>" % (first, first + len(outline) - 1)}
    for index, (title, page) in enumerate(outline):
        entry = b"<< /Title %s /Parent 4 0 R /Dest [%d 0 R /Fit]" % (_string(title), pages[page])
        if index + 1 < len(outline):
            entry += b" /Next %d 0 R" % (first + index + 1)
        objects[first + index] = entry + b" >>"
    return objects


def _file(objects: dict[int, bytes], trailer: bytes) -> bytes:
    data = bytearray(b"%PDF-1.4\n")
    offsets: dict[int, int] = {}
    for number, body in sorted(objects.items()):
        offsets[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        data += b"%d 1\n%010d 00000 n \n" % (number, offset)
    size = max(offsets) + 1
    ids = _FILE_ID.hex().encode()
    data += b"trailer\n<< /Size %d /Root 1 0 R /ID [<%s><%s>]%s >>\n" % (size, ids, ids, trailer)
    return bytes(data + b"startxref\n%d\n%%%%EOF\n" % start)


def _encryption(password: str, key: bytes) -> bytes:
    return b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (
        _owner_entry(password).hex().encode(),
        _rc4(key, _PADDING).hex().encode(),
    )


def _owner_entry(password: str) -> bytes:
    return _rc4(hashlib.md5(_padded("owner")).digest()[:5], _padded(password))


def _key(password: str) -> bytes:
    rights = (-4).to_bytes(4, "little", signed=True)
    return hashlib.md5(_padded(password) + _owner_entry(password) + rights + _FILE_ID).digest()[:5]


def _object_key(key: bytes, number: int) -> bytes:
    return hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10]


def _padded(password: str) -> bytes:
    return (password.encode("cp1252") + _PADDING)[:32]


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
