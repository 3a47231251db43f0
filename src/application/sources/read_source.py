"""Read a source: what it is, its text, its original bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Conflict
from domain.source import SourceStatus

if TYPE_CHECKING:
    from application.ports.content_store import ContentStore
    from application.ports.source_index import SourceIndex
    from domain.identity import Principal, SourceId
    from domain.source import Source, SourceVersion


@dataclass(frozen=True, slots=True)
class OriginalContent:
    """The bytes as they came, with the name they came by."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSource:
    """What it is and how far it got."""

    source_index: SourceIndex

    async def __call__(self, source_id: SourceId, *, principal: Principal) -> Source:
        """Raises `SourceNotFound`."""
        return await self.source_index.get(source_id, owner=principal.user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSourceText:
    """The text that the offsets of passages and quotes count in."""

    source_index: SourceIndex
    content_store: ContentStore

    async def __call__(self, source_id: SourceId, *, principal: Principal) -> str:
        """Raises `SourceNotFound`, or `Conflict` where no version is on show."""
        source = await self.source_index.get(source_id, owner=principal.user_id)
        return await self.content_store.get_text(source.id, _shown(source).content)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSourceContent:
    """The original bytes."""

    source_index: SourceIndex
    content_store: ContentStore

    async def __call__(self, source_id: SourceId, *, principal: Principal) -> OriginalContent:
        """Raises `SourceNotFound`, or `Conflict` where no version is on show."""
        source = await self.source_index.get(source_id, owner=principal.user_id)
        version = _shown(source)
        return OriginalContent(version.name, await self.content_store.get_original(source.id, version.content))


def _shown(source: Source) -> SourceVersion:
    if source.current is not None:
        return source.current
    if source.status is SourceStatus.INDEXING:
        raise Conflict(f"“{source.title}” is still being read; ask again when its status is ready.")
    raise Conflict(f"“{source.title}” could not be read, so there is nothing to show of it.")
