"""Remove a source, its passages and its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.sources.steps import StepHook, no_hook

if TYPE_CHECKING:
    from application.ports.content_store import ContentStore
    from application.sources.entries import Entries
    from domain.identity import Principal, SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSource:
    """Deleting the entry is the one step that counts; what it named is cleared away after, or at the next start.
    Old answers keep their references."""

    entries: Entries
    content_store: ContentStore
    between_steps: StepHook = no_hook

    async def __call__(self, source_id: SourceId, *, principal: Principal) -> None:
        """Raises `SourceNotFound`."""
        async with self.entries.changing(source_id) as generation:
            await generation.source_index.get(source_id, owner=principal.user_id)
            self.between_steps("remove record")
            await self.content_store.remove_record(source_id)
            self.between_steps("delete entry")
            await generation.source_index.delete(source_id, owner=principal.user_id)
            self.between_steps("sweep passages")
            await generation.source_index.sweep(source_id, owner=principal.user_id, keep=None)
            self.between_steps("remove content")
            await self.content_store.remove(source_id)
