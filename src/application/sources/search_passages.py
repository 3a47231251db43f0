"""Search passages: the retriever on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.ports.retriever import SearchRequest
from domain.conversation import check_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.ports.retriever import Retriever
    from application.ports.source_index import SourceIndex
    from domain.identity import Principal
    from domain.source import Hit, SourceType

QUERY_LENGTH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPassages:
    """In all sources, in some, or in those of a type."""

    source_index: SourceIndex
    retriever: Retriever

    async def __call__(
        self,
        query: str,
        *,
        sources: tuple[str, ...] | None = None,
        source_type: SourceType | None = None,
        limit: int = 10,
        principal: Principal,
    ) -> Sequence[Hit]:
        """Best first. Raises `InvalidInput`, or `SourceNotFound` naming an unknown source."""
        check_text("query", query, QUERY_LENGTH)
        ids = None
        if sources is not None:
            found = await self.source_index.find(sources, owner=principal.user_id)
            ids = frozenset(source.id for source in found)
            if not ids:
                return ()
        request = SearchRequest(queries=(query,), sources=ids, type=source_type, limit=limit)
        return await self.retriever.search(request, owner=principal.user_id)
