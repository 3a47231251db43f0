"""Our jobs as SAQ keeps them, and back."""

from __future__ import annotations

from uuid import UUID

from saq.job import Job

from application.ports.job_queue import IngestJob
from domain.identity import SourceId, UserId, VersionId

# How often a job was begun is no business of SAQ's: the worker counts failures, and a death or a shutdown is none.
_ENDLESS = 2**31
_TRIES = "tries"


def to_saq(job: IngestJob, *, heartbeat_seconds: int) -> Job:
    """The job under its version's id, so that it waits once; nothing stays of it when it is finished, so that it can be
    enqueued again at once."""
    return Job(
        function="ingest",
        key=str(job.version_id),
        kwargs={"owner": job.owner, "source_id": str(job.source_id), "version_id": str(job.version_id)},
        timeout=0,
        heartbeat=heartbeat_seconds,
        retries=_ENDLESS,
        ttl=-1,
    )


def from_saq(job: Job) -> IngestJob:
    """The job that was enqueued."""
    named = job.kwargs or {}
    return IngestJob(UserId(named["owner"]), SourceId(UUID(named["source_id"])), VersionId(UUID(named["version_id"])))


def tries_of(job: Job) -> int:
    """How often it failed."""
    return int(job.meta.get(_TRIES, 0))


def note_tries(job: Job, tries: int) -> None:
    """Keep how often it failed."""
    job.meta[_TRIES] = tries
