"""The body of an answer, unpacked while it comes, and never more of it than is accepted."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from domain.errors import FetchFailed, TooLarge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_ANY_HEADER = 47  # of zlib: gzip or zlib, whichever it is


class Body:
    """Collects at most `limit` bytes, counted unpacked. Raises `TooLarge` beyond, `FetchFailed` of nonsense."""

    def __init__(self, encoding: str, limit: int) -> None:
        codings = [coding for part in encoding.lower().split(",") if (coding := part.strip()) not in {"", "identity"}]
        if len(codings) > 1 or not set(codings) <= {"gzip", "x-gzip", "deflate"}:
            raise FetchFailed(f"The page is compressed in a way that was not asked for: {encoding[:40]!r}.")
        self._unpacker = zlib.decompressobj(_ANY_HEADER) if codings else None
        self._limit = limit
        self._parts = bytearray()

    async def collect(self, chunks: AsyncIterator[bytes]) -> bytes:
        """All of it."""
        async for chunk in chunks:
            if self._unpacker is None:
                self._add(chunk)
            else:
                self._unpack(chunk)
        if self._unpacker is not None and self._parts and not self._unpacker.eof:
            raise FetchFailed("The page came incomplete: its compressed content breaks off.")
        return bytes(self._parts)

    def _unpack(self, data: bytes) -> None:
        assert self._unpacker is not None
        try:
            while data:
                # Never asked for more than one byte too many, however much a chunk would swell to.
                self._add(self._unpacker.decompress(data, self._limit - len(self._parts) + 1))
                data = self._unpacker.unconsumed_tail
                if self._unpacker.eof:
                    data = self._unpacker.unused_data
                    if data.strip(b"\0"):
                        self._unpacker = zlib.decompressobj(_ANY_HEADER)
                    else:
                        return
        except zlib.error:
            raise FetchFailed("The page came damaged: its compressed content can't be unpacked.") from None

    def _add(self, data: bytes) -> None:
        if len(self._parts) + len(data) > self._limit:
            raise too_large(self._limit)
        self._parts += data


def too_large(limit: int) -> TooLarge:
    """The refusal of a page with more bytes than are accepted."""
    return TooLarge(f"The page is larger than {limit / (1024 * 1024):,.0f} MB, which is the most that is fetched.")
