"""Finds the passages that answer a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.identity import SourceId, UserId
    from domain.source import Hit, SourceType


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What to search for. Several `queries` are several wordings of one question: each is searched and the results
    fused. `sources` of None means all of the owner's; an empty set means none at all."""

    queries: tuple[str, ...]
    sources: frozenset[SourceId] | None = None
    type: SourceType | None = None
    limit: int = 10


class Retriever(Protocol):
    """Searches an owner's current passages by meaning and by words. Raises `IndexUnavailable`."""

    async def search(self, request: SearchRequest, *, owner: UserId) -> Sequence[Hit]:
        """At most `limit` hits, best first, no passage twice. Restrictions hold inside the search: they never make
        the result shorter than what matches them allows. A blank query finds nothing."""
        ...
