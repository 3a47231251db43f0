"""Changing the entries of sources: one change at a time for each, in the index that is current."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.sources.source_record import record_of
from domain.errors import SourceNotFound

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from application.ports.content_store import ContentStore
    from application.ports.generations import Generation, Generations
    from application.ports.locks import Locks
    from domain.identity import SourceId, UserId
    from domain.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What every change of a source has in common. A record beside the content says the same as the entry, and is
    written before it and removed before it: so a lost index can be made anew, and nothing that was removed comes back."""

    generations: Generations
    content_store: ContentStore
    locks: Locks

    @contextlib.asynccontextmanager
    async def changing(self, source_id: SourceId) -> AsyncGenerator[Generation]:
        """Nobody else changes this source during the block, and the generation given is the current one throughout."""
        async with self.locks.hold(f"source {source_id}"):
            yield await self.generations.refresh()

    async def save(self, source: Source, generation: Generation) -> None:
        """Write the entry, its record first."""
        await self.content_store.put_record(source.id, record_of(source))
        await generation.source_index.save(source)


async def source_or_none(generation: Generation, source_id: SourceId, owner: UserId) -> Source | None:
    """The source, or None where there is none of this owner."""
    try:
        return await generation.source_index.get(source_id, owner=owner)
    except SourceNotFound:
        return None
