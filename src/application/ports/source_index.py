"""Which sources exist, and the passages of their versions: the only place that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import datetime

    from application.ports.embedder import Embedding
    from domain.identity import SourceId, UserId, VersionId
    from domain.source import Passage, Source, SourceType


@dataclass(frozen=True, slots=True)
class SourceCursor:
    """The place after one row of the list, by its sort key."""

    last_updated: datetime
    id: SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceQuery:
    """Which sources to list. Each word of `search` must be a prefix of a word of title or URL, letter case and
    accents aside. `after` and `offset` exclude each other."""

    search: str | None = None
    type: SourceType | None = None
    limit: int = 50
    offset: int = 0
    after: SourceCursor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """A page of the list. `total` counts all that match; `next` is None on the last page."""

    items: Sequence[Source]
    total: int
    next: SourceCursor | None


class SourceIndex(Protocol):
    """Stores sources and passages. Raises `IndexUnavailable` when the store can't be reached.

    A source's entry is the commit record of its passages: searches show only passages whose version is the `current`
    one of an entry that exists. So the order of every change is: write passages, `save` the entry, `sweep`.
    """

    async def get(self, source_id: SourceId, *, owner: UserId) -> Source:
        """One source; `SourceNotFound` where there is none of this owner."""
        ...

    async def find(self, names: Sequence[str], *, owner: UserId) -> Sequence[Source]:
        """The sources named by id or URL, in the order of the names; `SourceNotFound` names the first unknown one."""
        ...

    async def list(self, query: SourceQuery, *, owner: UserId) -> SourcePage:
        """Last updated first (then by id, descending), answered without reading passages."""
        ...

    async def save(self, source: Source) -> None:
        """Write the whole entry in one step, durably."""
        ...

    async def delete(self, source_id: SourceId, *, owner: UserId) -> None:
        """Delete the entry, durably: from now on none of its passages is found. `SourceNotFound` as for `get`."""
        ...

    async def write_passages(self, passages: Sequence[Passage], embeddings: Sequence[Embedding]) -> None:
        """Write (or overwrite) passages with their embeddings, durably; not found until an entry names their version.
        Refuses vectors of the wrong length and vectors that are not finite (`ValueError`)."""
        ...

    async def sweep(self, source_id: SourceId, *, owner: UserId, keep: VersionId | None) -> None:
        """Delete this source's passages of every version but `keep` (None: of all versions)."""
        ...

    async def discard(self, source_id: SourceId, version_id: VersionId, *, owner: UserId) -> None:
        """Delete this version's passages and no others; none there is not an error."""
        ...

    async def passages(self, source_id: SourceId, version_id: VersionId, *, owner: UserId) -> Sequence[Passage]:
        """The passages of one version, in their order in the text."""
        ...

    async def unfinished(self) -> Sequence[Source]:
        """The sources of every owner that have a pending version: what a start has to take up again."""
        ...

    def everything(self) -> AsyncIterator[Sequence[Source]]:
        """The sources of every owner, page by page: for checks and for starts."""
        ...

    async def passage_counts(self) -> Mapping[VersionId, int]:
        """How many passages there are of each version, whether an entry names it or not: for checks."""
        ...

    async def sweep_orphans(self) -> int:
        """Delete the passages that no entry names as current or pending: what a crash left behind. How many."""
        ...
