"""The original bytes and the extracted text of sources, and what it takes to make a lost index anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.identity import SourceId
    from domain.source import ContentHash


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptContent:
    """What is kept of one source."""

    originals: frozenset[ContentHash]
    texts: frozenset[ContentHash]
    has_record: bool


class ContentStore(Protocol):
    """Keeps content by source and hash. A write is durable and whole when it returns; the same write again changes
    nothing. Reading what is not there raises `ContentMissing`; a store that can't be reached `ContentUnavailable`."""

    async def put_original(self, source_id: SourceId, content: ContentHash, data: bytes) -> None: ...

    async def get_original(self, source_id: SourceId, content: ContentHash) -> bytes: ...

    async def put_text(self, source_id: SourceId, content: ContentHash, text: str) -> None: ...

    async def get_text(self, source_id: SourceId, content: ContentHash) -> str:
        """The extracted text, character for character as it was put."""
        ...

    async def put_record(self, source_id: SourceId, record: bytes) -> None:
        """Keep (or replace) what a lost index would have to know of this source; the bytes mean nothing to the store."""
        ...

    async def get_record(self, source_id: SourceId) -> bytes: ...

    async def remove_record(self, source_id: SourceId) -> None:
        """Remove the record alone, durably; nothing there is not an error."""
        ...

    async def remove(self, source_id: SourceId, *, keep: frozenset[ContentHash] = frozenset()) -> None:
        """Remove all that is kept of this source but the hashes to keep, and, where any is to be kept, the record;
        nothing there is not an error."""
        ...

    async def kept(self, source_id: SourceId) -> KeptContent:
        """What is kept of this source; of one that nobody knows, nothing."""
        ...

    async def sources(self) -> Sequence[SourceId]:
        """The sources of which anything is kept, a record included."""
        ...

    async def check(self) -> None:
        """Return if it can be read and written, else raise `ContentUnavailable`."""
        ...
