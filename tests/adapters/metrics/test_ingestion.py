"""Documents are counted by how reading them ended."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY
from tests.support.service import ALICE, MemoryService

from adapters.metrics.ingestion import MeteredIngest
from application.ports.job_queue import IngestJob
from application.sources.add_sources import NewFile
from domain.errors import IndexUnavailable, Problem, SourceNotFound
from domain.identity import VersionId
from domain.source import Source


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("quoth_ingestions_total", {"outcome": outcome}) or 0.0


def metered(service: MemoryService) -> MeteredIngest:
    async def find(job: IngestJob) -> Source | None:
        try:
            return await service.source_index.get(job.source_id, owner=job.owner)
        except SourceNotFound:
            return None

    return MeteredIngest(ingest=service.use_cases.ingest_source, find=find, clock=service.clock)


async def job_of(service: MemoryService, content: bytes) -> IngestJob:
    [source] = await service.use_cases.add_sources([NewFile(name="a.md", content=content)], principal=ALICE)
    assert source.pending is not None
    return IngestJob(owner=source.owner, source_id=source.id, version_id=source.pending.id)


@pytest.mark.parametrize(("content", "outcome"), [(b"Well.", "ready"), (b" ", "unreadable-document")])
async def test_a_document_is_counted_by_what_became_of_it(content: bytes, outcome: str) -> None:
    service = MemoryService()
    before = counted(outcome), REGISTRY.get_sample_value("quoth_ingestion_seconds_count") or 0

    await metered(service)(await job_of(service, content))

    after = counted(outcome), REGISTRY.get_sample_value("quoth_ingestion_seconds_count")
    assert after == (before[0] + 1, before[1] + 1)


async def test_a_version_that_another_took_the_place_of_is_counted_as_that() -> None:
    service = MemoryService()
    job = await job_of(service, b"Well.")
    before = counted("superseded")

    await metered(service)(IngestJob(owner=job.owner, source_id=job.source_id, version_id=VersionId(job.source_id)))

    assert counted("superseded") == before + 1


async def test_what_is_given_up_is_counted_by_its_reason() -> None:
    service = MemoryService()
    before = counted("too-large")

    await metered(service).give_up(await job_of(service, b"Well."), Problem(code="too-large", detail="Too large."))

    assert counted("too-large") == before + 1


async def test_what_is_tried_again_is_counted_and_the_reason_passed_on() -> None:
    class Broken:
        async def __call__(self, job: IngestJob) -> None:
            raise IndexUnavailable("It is away.")

        async def give_up(self, job: IngestJob, problem: Problem) -> None:
            raise NotImplementedError

    service = MemoryService()
    job = await job_of(service, b"Well.")
    before = counted("retried")

    with pytest.raises(IndexUnavailable):
        await MeteredIngest(ingest=Broken(), find=metered(service).find, clock=service.clock)(job)

    assert counted("retried") == before + 1
