"""The original bytes and the extracted text of sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.identity import SourceId
    from domain.source import ContentHash


class ContentStore(Protocol):
    """Keeps content by source and hash. A write is durable and whole when it returns; the same write again changes
    nothing. Reading what is not there raises `ContentMissing`."""

    async def put_original(self, source_id: SourceId, content: ContentHash, data: bytes) -> None: ...

    async def get_original(self, source_id: SourceId, content: ContentHash) -> bytes: ...

    async def put_text(self, source_id: SourceId, content: ContentHash, text: str) -> None: ...

    async def get_text(self, source_id: SourceId, content: ContentHash) -> str:
        """The extracted text, character for character as it was put."""
        ...

    async def remove(self, source_id: SourceId, *, keep: frozenset[ContentHash] = frozenset()) -> None:
        """Remove all that is kept of this source but the hashes to keep; nothing there is not an error."""
        ...

    async def sources(self) -> Sequence[SourceId]:
        """The sources of which anything is kept."""
        ...
