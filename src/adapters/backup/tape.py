"""A tar archive of plain files, written and read in one pass: any tar program reads it, and nothing but plain files
comes out of one, whatever a stranger put in."""

from __future__ import annotations

import tarfile
from typing import IO, TYPE_CHECKING

from adapters.backup.errors import BackupFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = 512
_RECORD_BLOCKS = 20
_CHUNK_BYTES = 1024 * 1024
# Beyond this a size does not fit the eleven octal digits of the format; the field then holds it in binary.
_OCTAL_BYTES = 8**11
_PLAIN = {tarfile.REGTYPE, tarfile.AREGTYPE}


class TapeWriter:
    """Writes one member after the other; `close` makes it whole."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._blocks = 0

    def add(self, name: str, size: int, pieces: Iterator[bytes]) -> None:
        """Raises `BackupFailed` where the pieces do not make up `size` bytes."""
        self._write(_header(name, size))
        written = 0
        for piece in pieces:
            self._file.write(piece)
            written += len(piece)
        if written != size:
            raise BackupFailed(f"{name} has {written} bytes instead of {size}.")
        self._file.write(bytes(-size % _BLOCK))
        self._blocks += -(-size // _BLOCK)

    def close(self) -> None:
        """Write the end; the file itself stays open."""
        self._write(bytes(2 * _BLOCK))
        self._write(bytes(-self._blocks % _RECORD_BLOCKS * _BLOCK))

    def _write(self, blocks: bytes) -> None:
        self._file.write(blocks)
        self._blocks += len(blocks) // _BLOCK


def members(file: IO[bytes]) -> Iterator[tuple[str, int, Iterator[bytes]]]:
    """Name, size and bytes of each member, in order; the bytes must be read before the next member is asked for.
    `BackupFailed` for what is no archive, is cut off, or holds a link, a folder, a device or anything else but plain
    files. No more is held in memory than a piece."""
    while True:
        block = _exactly(file, _BLOCK)
        if not any(block):
            break
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, ValueError):
            raise BackupFailed("It is no archive, or a damaged one.") from None
        if header.type not in _PLAIN or header.size < 0:
            raise BackupFailed(f"It holds something that no backup holds: {header.name!r}.")
        yield header.name, header.size, _all_of(file, header.size)
        _exactly(file, -header.size % _BLOCK)
    # To the end, so that a compressed archive is checked to its end too.
    for piece in iter(lambda: file.read(_CHUNK_BYTES), b""):
        if any(piece):
            raise BackupFailed("It goes on after its end.")


def pieces_of(file: IO[bytes], size: int) -> Iterator[bytes]:
    """The next `size` bytes, or as many as there are, in pieces."""
    while size:
        piece = file.read(min(size, _CHUNK_BYTES))
        if not piece:
            return
        size -= len(piece)
        yield piece


def _all_of(file: IO[bytes], size: int) -> Iterator[bytes]:
    for piece in pieces_of(file, size):
        size -= len(piece)
        yield piece
    if size:
        raise BackupFailed("It is cut off.")


def _exactly(file: IO[bytes], size: int) -> bytes:
    data = file.read(size)
    if len(data) != size:
        raise BackupFailed("It is cut off.")
    return data


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.mode = 0o600
    info.size = size if size < _OCTAL_BYTES else 0
    block = bytearray(info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict"))
    if size >= _OCTAL_BYTES:
        block[124:136] = b"\x80" + size.to_bytes(11, "big")
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)
