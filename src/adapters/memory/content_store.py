"""The content store over a dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.ports.content_store import KeptContent
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
        self.records: dict[SourceId, bytes] = {}

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

    async def put_record(self, source_id: SourceId, record: bytes) -> None:
        self.records[source_id] = record

    async def get_record(self, source_id: SourceId) -> bytes:
        try:
            return self.records[source_id]
        except KeyError:
            raise ContentMissing(f"No record of source {source_id} is stored.") from None

    async def remove_record(self, source_id: SourceId) -> None:
        self.records.pop(source_id, None)

    async def remove(self, source_id: SourceId, *, keep: frozenset[ContentHash] = frozenset()) -> None:
        for kept in (self.originals, self.texts):
            for key in [key for key in kept if key[0] == source_id and key[1] not in keep]:
                del kept[key]
        if not keep:
            self.records.pop(source_id, None)

    async def kept(self, source_id: SourceId) -> KeptContent:
        return KeptContent(
            originals=frozenset(content for each, content in self.originals if each == source_id),
            texts=frozenset(content for each, content in self.texts if each == source_id),
            has_record=source_id in self.records,
        )

    async def sources(self) -> Sequence[SourceId]:
        return sorted({source_id for source_id, _ in (*self.originals, *self.texts)} | self.records.keys())

    async def check(self) -> None:
        """See the port: a dictionary is always there."""
