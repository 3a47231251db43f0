"""The seam between what we mean by points and the two engines that keep them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from application.ports.embedder import SparseVector

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from uuid import UUID

    from adapters.qdrant.conditions import Where
    from application.ports.embedder import Embedding

DENSE = "dense"
SPARSE = "bm25"

Payload = dict[str, object]
Vector = tuple[float, ...] | SparseVector
IndexKind = Literal["keyword", "tenant", "prefix", "integer"]

# What is filtered, counted or ordered by. Servers refuse to facet and to order by a field without one.
PAYLOAD_INDEXES: Mapping[str, IndexKind] = {
    "kind": "keyword",
    "owner": "tenant",
    "source": "keyword",
    "version": "keyword",
    "type": "keyword",
    "words": "prefix",
    "updated": "integer",
    "stage": "keyword",
}


@dataclass(frozen=True, slots=True)
class Point:
    """What is kept under an id. Without an embedding, no search by vectors ever sees it, nor counts its words."""

    id: UUID
    payload: Payload
    embedding: Embedding | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A point as it was read: `payload` has the fields that were asked for."""

    id: UUID
    payload: Payload


@dataclass(frozen=True, slots=True)
class Scored:
    """A point that a search by one vector found; a higher score is better."""

    id: UUID
    payload: Payload
    score: float


class Points(Protocol):
    """One collection of points. Each call raises `IndexUnavailable` when the engine fails or can't be reached."""

    async def upsert(self, points: Sequence[Point]) -> None:
        """Write or overwrite; a crash loses none of what this returned from."""
        ...

    async def delete(self, where: Where) -> None:
        """Delete all of these. `ValueError` for a selector that does not name what it selects."""
        ...

    async def flush(self) -> None:
        """Make what was written survive a power cut."""
        ...

    async def retrieve(self, ids: Sequence[UUID]) -> Sequence[Record]:
        """Those of these points that exist, in any order."""
        ...

    async def scroll(
        self, where: Where, *, limit: int, after: UUID | None = None, fields: Sequence[str] | None = None
    ) -> tuple[Sequence[Record], UUID | None]:
        """A page in the order of ids, and where the next begins; None at the end."""
        ...

    async def newest(self, where: Where, *, limit: int) -> Sequence[Record]:
        """The first by `updated`, greatest first; equals in any order."""
        ...

    async def nearest(
        self, vectors: Sequence[Vector], where: Where, *, limit: int, word_statistics: Where | None
    ) -> Sequence[Sequence[Scored]]:
        """For each vector the nearest points, best first. How rare a word is, is counted over `word_statistics`."""
        ...

    async def count(self, where: Where) -> int:
        """How many, exactly."""
        ...

    async def count_by(self, key: str, where: Where) -> Mapping[str, int]:
        """How many by each value of a keyword field, exactly."""
        ...

    async def check(self) -> None:
        """Return if it works."""
        ...

    async def close(self) -> None:
        """Let go of it; nothing else may be called afterwards."""
        ...


async def pages(
    points: Points, where: Where, *, fields: Sequence[str] | None = None, size: int = 1000
) -> AsyncIterator[Sequence[Record]]:
    """All of these points, page by page, in the order of ids."""
    after: UUID | None = None
    while True:
        records, after = await points.scroll(where, limit=size, after=after, fields=fields)
        yield records
        if after is None:
            return


async def everything_of(points: Points, where: Where, *, fields: Sequence[str] | None = None) -> list[Record]:
    """All of these points, in the order of ids."""
    return [record async for page in pages(points, where, fields=fields) for record in page]
