"""Work to be done soon, by whoever comes to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from domain.identity import SourceId, UserId, VersionId


@dataclass(frozen=True, slots=True)
class IngestJob:
    """Read, split, embed and commit this version of this source."""

    owner: UserId
    source_id: SourceId
    version_id: VersionId


class JobQueue(Protocol):
    """Takes jobs; each is carried out at least once, also after a crash, and not twice at the same time."""

    async def enqueue(self, job: IngestJob) -> None:
        """Accept the job; the same job again changes nothing while it waits. `Overloaded` when there are too many."""
        ...
