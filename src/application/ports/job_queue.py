"""Work to be done soon, by whoever comes to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from domain.errors import Problem
    from domain.identity import SourceId, UserId, VersionId


@dataclass(frozen=True, slots=True)
class IngestJob:
    """Read, split, embed and commit this version of this source."""

    owner: UserId
    source_id: SourceId
    version_id: VersionId


class IngestWork(Protocol):
    """Who carries a job out, and what to do when that fails for good."""

    async def __call__(self, job: IngestJob) -> None: ...

    async def give_up(self, job: IngestJob, problem: Problem) -> None: ...


class JobQueue(Protocol):
    """Takes jobs and hands them to workers. Each is carried out at least once. The index says which versions are
    unfinished, so that what a queue loses altogether is asked for again."""

    async def enqueue(self, job: IngestJob) -> None:
        """Accept the job; the same job again changes nothing while it waits or is being carried out. `Overloaded` when
        there are too many, `QueueUnavailable` when it can't be reached."""
        ...

    async def check_room(self) -> None:
        """`Overloaded` when there are too many, before anything was done for one that would be refused;
        `QueueUnavailable`."""
        ...

    async def waiting(self) -> int:
        """How many jobs wait; those being carried out are not counted."""
        ...

    async def work(self, ingest: IngestWork) -> None:
        """Carry out jobs until cancelled. One that raises is tried again, a few times, after growing pauses, while
        others go on; then it is given up: with its reason, unless that is one that passes by itself
        (`is_passing`): then it is left for a later `enqueue`. A job whose worker died is carried out by another."""
        ...
