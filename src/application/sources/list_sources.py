"""List sources, last updated first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.ports.source_index import SourceIndex, SourcePage, SourceQuery
    from domain.identity import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSources:
    """By type, and by what somebody has typed of a title or address."""

    source_index: SourceIndex

    async def __call__(self, query: SourceQuery, *, principal: Principal) -> SourcePage:
        """The page asked for."""
        return await self.source_index.list(query, owner=principal.user_id)
