"""The content store over a dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import ContentMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.identity import SourceId
    from domain.source import ContentHash


class MemoryContentStore:
    """Keeps content until the process ends."""

    def __init__(self) -> None:
        self.originals: dict[tuple[SourceId, ContentHash], bytes] = {}
        self.texts: dict[tuple[SourceId, ContentHash], str] = {}

    async def put_original(self, source_id: SourceId, content: ContentHash, data: bytes) -> None:
        self.originals[source_id, content] = data

    async def get_original(self, source_id: SourceId, content: ContentHash) -> bytes:
        try:
            return self.originals[source_id, content]
        except KeyError:
            raise ContentMissing(f"No original {content} of source {source_id} is stored.") from None

    async def put_text(self, source_id: SourceId, content: ContentHash, text: str) -> None:
        self.texts[source_id, content] = text

    async def get_text(self, source_id: SourceId, content: ContentHash) -> str:
        try:
            return self.texts[source_id, content]
        except KeyError:
            raise ContentMissing(f"No text of {content} of source {source_id} is stored.") from None

    async def remove(self, source_id: SourceId, *, keep: frozenset[ContentHash] = frozenset()) -> None:
        for kept in (self.originals, self.texts):
            for key in [key for key in kept if key[0] == source_id and key[1] not in keep]:
                del kept[key]

    async def sources(self) -> Sequence[SourceId]:
        return sorted({source_id for source_id, _ in (*self.originals, *self.texts)})
