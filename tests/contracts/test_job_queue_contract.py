"""What all queues keep to."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from adapters.memory.job_queue import MemoryJobQueue
from adapters.saq.job_queue import SaqJobQueue
from application.ports.job_queue import IngestJob, JobQueue
from domain.errors import IndexUnavailable, Overloaded, Problem, UnreadableDocument
from domain.identity import LOCAL_USER, SourceId, UserId, VersionId

Open = Callable[[int], JobQueue]
PATIENCE_SECONDS = 20.0


@pytest.fixture
def memory_open() -> Open:
    return lambda most_waiting: MemoryJobQueue(pause_seconds=0.01, most_waiting=most_waiting)


@pytest.fixture
async def saq_open(redis_url: str) -> AsyncIterator[Open]:
    queues: list[SaqJobQueue] = []

    def open_queue(most_waiting: int) -> JobQueue:
        queues.append(SaqJobQueue.open(redis_url, pause_seconds=0.01, most_waiting=most_waiting))
        return queues[-1]

    yield open_queue
    for queue in queues:
        await queue.close()


@pytest.fixture(params=["memory", "saq"])
def open_queue(request: pytest.FixtureRequest) -> Open:
    chosen: Open = request.getfixturevalue(f"{request.param}_open")
    return chosen


@pytest.fixture
def queue(open_queue: Open) -> JobQueue:
    return open_queue(1000)


@dataclass
class Reading:
    """Carries out what it is given: fails where it is told to, and waits where it is told to."""

    failing: dict[VersionId, list[Exception]] = field(default_factory=dict[VersionId, list[Exception]])
    gates: dict[VersionId, asyncio.Event] = field(default_factory=dict[VersionId, asyncio.Event])
    begun: list[VersionId] = field(default_factory=list[VersionId])
    done: list[IngestJob] = field(default_factory=list[IngestJob])
    given_up: list[tuple[IngestJob, Problem]] = field(default_factory=list[tuple[IngestJob, Problem]])
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, job: IngestJob) -> None:
        self.begun.append(job.version_id)
        await self._tell()
        if job.version_id in self.gates:
            await self.gates[job.version_id].wait()
        if self.failing.get(job.version_id):
            raise self.failing[job.version_id].pop(0)
        self.done.append(job)
        await self._tell()

    async def give_up(self, job: IngestJob, problem: Problem) -> None:
        self.given_up.append((job, problem))
        await self._tell()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS), self._changed:
            await self._changed.wait_for(holds)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


@contextlib.asynccontextmanager
async def at_work(queue: JobQueue, reading: Reading) -> AsyncGenerator[None]:
    task = asyncio.create_task(queue.work(reading))
    try:
        yield
    finally:
        task.cancel()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(task, return_exceptions=True)


def a_job(owner: UserId = LOCAL_USER) -> IngestJob:
    return IngestJob(owner, SourceId(uuid4()), VersionId(uuid4()))


async def until_waiting(queue: JobQueue, count: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await queue.waiting() != count:  # noqa: ASYNC110  # a queue tells nobody
            await asyncio.sleep(0.02)


async def test_each_job_is_carried_out(queue: JobQueue) -> None:
    jobs = [a_job(UserId(f"Ünal {number}")) for number in range(30)]
    reading = Reading()
    for job in jobs[:20]:
        await queue.enqueue(job)

    async with at_work(queue, reading):
        for job in jobs[20:]:
            await queue.enqueue(job)
        await reading.until(lambda: len(reading.done) >= 30)
        await asyncio.sleep(0.1)

    assert Counter(reading.done) == Counter(jobs)
    assert await queue.waiting() == 0


async def test_the_same_job_waits_once(queue: JobQueue) -> None:
    job, other = a_job(), a_job()
    reading = Reading()
    for each in (job, job, other, job):
        await queue.enqueue(each)

    waiting = await queue.waiting()
    async with at_work(queue, reading):
        await reading.until(lambda: len(reading.done) == 2)
        await asyncio.sleep(0.1)

    assert waiting == 2
    assert Counter(reading.done) == Counter([job, other])


async def test_the_same_job_while_it_is_carried_out_changes_nothing(queue: JobQueue) -> None:
    job = a_job()
    reading = Reading(gates={job.version_id: asyncio.Event()})
    await queue.enqueue(job)

    async with at_work(queue, reading):
        await reading.until(lambda: len(reading.begun) == 1)
        await queue.enqueue(job)
        waiting = await queue.waiting()
        reading.gates[job.version_id].set()
        await reading.until(lambda: len(reading.done) == 1)
        await asyncio.sleep(0.1)

    assert (waiting, reading.done) == (0, [job])


async def test_the_same_job_is_carried_out_again_once_it_was_finished(queue: JobQueue) -> None:
    job = a_job()
    reading = Reading()

    async with at_work(queue, reading):
        for times in range(1, 4):
            await asyncio.sleep(0.05)  # it is done before the queue knows that it is
            await queue.enqueue(job)
            await reading.until(lambda times=times: len(reading.done) == times)  # type: ignore[misc]

    assert reading.done == [job] * 3


async def test_what_fails_once_is_tried_again(queue: JobQueue) -> None:
    job = a_job()
    reading = Reading(failing={job.version_id: [ZeroDivisionError()]})
    await queue.enqueue(job)

    async with at_work(queue, reading):
        await reading.until(lambda: reading.done == [job])

    assert len(reading.begun) == 2
    assert reading.given_up == []


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (UnreadableDocument("It is damaged."), Problem(code="unreadable-document", detail="It is damaged.")),
        (
            ZeroDivisionError("a secret"),
            Problem(code="internal", detail="Reading it failed unexpectedly; the log says why."),
        ),
    ],
)
async def test_a_poisoned_job_is_given_up_with_its_reason_while_others_go_on(
    queue: JobQueue, error: Exception, problem: Problem
) -> None:
    poisoned, others = a_job(), [a_job() for _ in range(5)]
    reading = Reading(failing={poisoned.version_id: [error] * 9})
    for job in (poisoned, *others):
        await queue.enqueue(job)

    async with at_work(queue, reading):
        await reading.until(lambda: bool(reading.given_up))
        await reading.until(lambda: len(reading.done) == 5)
        await asyncio.sleep(0.1)

    assert reading.given_up == [(poisoned, problem)]
    assert Counter(reading.begun)[poisoned.version_id] == 3
    assert Counter(reading.done) == Counter(others)
    assert await queue.waiting() == 0


async def test_what_fails_in_passing_is_left_for_later(queue: JobQueue) -> None:
    job = a_job()
    reading = Reading(failing={job.version_id: [IndexUnavailable("The vector store does not answer.")] * 3})
    await queue.enqueue(job)

    async with at_work(queue, reading):
        await reading.until(lambda: len(reading.begun) == 3)
        await until_waiting(queue, 0)
        await asyncio.sleep(0.1)
        await queue.enqueue(job)
        await reading.until(lambda: reading.done == [job])

    assert (reading.given_up, len(reading.begun)) == ([], 4)


async def test_a_worker_outlives_what_can_not_even_be_given_up(queue: JobQueue) -> None:
    class Stubborn(Reading):
        async def give_up(self, job: IngestJob, problem: Problem) -> None:
            await super().give_up(job, problem)
            raise ZeroDivisionError

    poisoned, other = a_job(), a_job()
    reading = Stubborn(failing={poisoned.version_id: [ZeroDivisionError()] * 3})
    await queue.enqueue(poisoned)

    async with at_work(queue, reading):
        await reading.until(lambda: bool(reading.given_up))
        await queue.enqueue(other)
        await reading.until(lambda: reading.done == [other])


async def test_a_job_that_was_cut_short_is_carried_out_by_the_next_worker(queue: JobQueue) -> None:
    job, later = a_job(), a_job()
    reading = Reading(gates={job.version_id: asyncio.Event()})
    await queue.enqueue(job)

    for _ in range(5):  # more often than it may fail
        begun = len(reading.begun)
        async with at_work(queue, reading):
            await reading.until(lambda begun=begun: len(reading.begun) > begun)  # type: ignore[misc]
    waiting = await queue.waiting()
    await queue.enqueue(later)
    reading.gates.clear()
    async with at_work(queue, reading):
        await reading.until(lambda: len(reading.done) == 2)

    assert waiting == 1
    assert Counter(reading.done) == Counter([job, later])
    assert reading.given_up == []


async def test_a_job_that_pauses_when_the_worker_stops_is_tried_again_by_the_next(open_queue: Open) -> None:
    queue, job = open_queue(10), a_job()
    reading = Reading(failing={job.version_id: [ZeroDivisionError()]})
    await queue.enqueue(job)

    async with at_work(queue, reading):
        await reading.until(lambda: len(reading.begun) == 1)
        await until_waiting(queue, 1)
    async with at_work(queue, reading):
        await reading.until(lambda: reading.done == [job])


async def test_what_waits_is_counted_and_what_is_carried_out_is_not(queue: JobQueue) -> None:
    jobs = [a_job() for _ in range(6)]
    reading = Reading(gates={job.version_id: asyncio.Event() for job in jobs})
    counts = [await queue.waiting()]
    for job in jobs:
        await queue.enqueue(job)
    counts.append(await queue.waiting())

    async with at_work(queue, reading):
        await reading.until(lambda: len(reading.begun) >= 1)
        await asyncio.sleep(0.1)
        under_way = len(reading.begun)
        counts.append(await queue.waiting())

    assert counts == [0, 6, 6 - under_way]


async def test_a_full_queue_refuses_what_is_new_and_knows_what_it_has(open_queue: Open) -> None:
    queue, jobs = open_queue(2), [a_job() for _ in range(3)]
    await queue.enqueue(jobs[0])
    await queue.enqueue(jobs[1])

    with pytest.raises(Overloaded) as refusal:
        await queue.enqueue(jobs[2])
    with pytest.raises(Overloaded) as told_before:
        await queue.check_room()
    await queue.enqueue(jobs[0])

    assert told_before.value.retry_after == refusal.value.retry_after > 0
    assert await queue.waiting() == 2


async def test_a_full_queue_takes_more_once_there_is_room(open_queue: Open) -> None:
    queue, jobs = open_queue(2), [a_job() for _ in range(3)]
    reading = Reading()
    await queue.enqueue(jobs[0])
    await queue.check_room()
    await queue.enqueue(jobs[1])

    async with at_work(queue, reading):
        await reading.until(lambda: len(reading.done) == 2)
        await queue.check_room()
        await queue.enqueue(jobs[2])
        await reading.until(lambda: len(reading.done) == 3)
