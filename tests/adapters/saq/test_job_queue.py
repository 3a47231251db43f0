"""The shared queue when workers die, when its server goes away, and what it leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from saq.job import Status
from tests.support.valkey import Valkey

from adapters.saq.job_queue import SaqJobQueue
from adapters.saq.lost_jobs import LostJobs
from application.ports.job_queue import IngestJob
from domain.errors import Problem, QueueUnavailable
from domain.identity import LOCAL_USER, SourceId, VersionId

DOOMED = Path(__file__).parent / "doomed_worker.py"
PATIENCE_SECONDS = 30.0


@dataclass
class Reading:
    """Carries out what it is given; a job waits at the gate while it is shut."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[IngestJob] = field(default_factory=list[IngestJob])
    done: list[IngestJob] = field(default_factory=list[IngestJob])

    async def __call__(self, job: IngestJob) -> None:
        self.begun.append(job)
        await self.gate.wait()
        self.done.append(job)

    async def give_up(self, job: IngestJob, problem: Problem) -> None:
        raise AssertionError(problem)


@pytest.fixture
async def queue(redis_url: str) -> AsyncIterator[SaqJobQueue]:
    queue = SaqJobQueue.open(redis_url, pause_seconds=0.01, lost_after_seconds=2)
    yield queue
    await queue.close()


@pytest.fixture
async def frail(valkey: Valkey) -> AsyncIterator[SaqJobQueue]:
    """A queue on a server that the test takes down."""
    queue = SaqJobQueue.open(valkey.url, pause_seconds=0.01, lost_after_seconds=2)
    yield queue
    await queue.close()


@contextlib.asynccontextmanager
async def at_work(queue: SaqJobQueue, reading: Reading) -> AsyncGenerator[None]:
    task = asyncio.create_task(queue.work(reading))
    try:
        yield
    finally:
        task.cancel()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110  # there is nobody to be told by
            await asyncio.sleep(0.02)


async def command(queue: SaqJobQueue, *words: str | int) -> Any:
    client: Any = queue.queue.redis
    return await client.execute_command(*words)


def a_job() -> IngestJob:
    return IngestJob(LOCAL_USER, SourceId(uuid4()), VersionId(uuid4()))


@contextlib.contextmanager
def a_doomed_worker(url: str) -> Generator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, str(DOOMED), url, "2"], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


async def test_the_job_of_a_worker_that_was_killed_is_carried_out_by_another(
    queue: SaqJobQueue, redis_url: str
) -> None:
    job, reading = a_job(), Reading()
    reading.gate.set()
    await queue.enqueue(job)
    with a_doomed_worker(redis_url) as doomed:
        assert doomed.stdout is not None
        assert (await asyncio.to_thread(doomed.stdout.readline)).strip() == str(job.version_id)
        await asyncio.sleep(2.5)  # longer than a heartbeat keeps

        async with at_work(queue, reading):
            await asyncio.sleep(1.5)
            while_it_lived = list(reading.begun)
            doomed.send_signal(signal.SIGKILL)
            killed_at = time.monotonic()
            await until(lambda: reading.done == [job])
            took = time.monotonic() - killed_at
            await asyncio.sleep(0.1)

    assert while_it_lived == []
    assert took < 6
    assert await queue.waiting() == 0


async def test_a_job_whose_workers_die_again_and_again_is_not_given_up(queue: SaqJobQueue) -> None:
    job, reading = a_job(), Reading()
    reading.gate.set()
    await queue.enqueue(job)
    for _ in range(4):
        taken = await queue.queue.dequeue(timeout=1)
        assert taken is not None
        taken.attempts += 1
        await queue.queue.update(taken, status=Status.ACTIVE)
        await asyncio.sleep(1.1)  # longer than a heartbeat keeps
        await LostJobs(queue=queue.queue, every_seconds=0.01).put_back()

    async with at_work(queue, reading):
        await until(lambda: reading.done == [job])


async def test_a_job_whose_worker_died_before_it_could_say_that_it_has_it_is_found(queue: SaqJobQueue) -> None:
    job, reading = a_job(), Reading()
    reading.gate.set()
    await queue.enqueue(job)
    await queue.queue.dequeue(timeout=1)

    async with at_work(queue, reading):
        await until(lambda: reading.done == [job])


async def test_an_entry_without_a_job_is_cleared_away(queue: SaqJobQueue) -> None:
    job, reading = a_job(), Reading()
    await queue.enqueue(job)
    await queue.queue.dequeue(timeout=1)
    await command(queue, "DEL", queue.queue.job_id(str(job.version_id)))

    async with at_work(queue, reading):
        await asyncio.sleep(1)
        await queue.enqueue(job)
        await until(lambda: reading.begun == [job])


async def test_a_long_job_is_not_taken_from_a_worker_that_lives(queue: SaqJobQueue, redis_url: str) -> None:
    job, reading, others = a_job(), Reading(), Reading()
    another = SaqJobQueue.open(redis_url, lost_after_seconds=2)
    await queue.enqueue(job)

    async with at_work(queue, reading), at_work(another, others):
        await asyncio.sleep(5)
        begun = [*reading.begun, *others.begun]
        reading.gate.set()
        others.gate.set()
        await until(lambda: [*reading.done, *others.done] == [job])
    await another.close()

    assert begun == [job]


async def test_work_goes_on_when_the_server_comes_back(valkey: Valkey, frail: SaqJobQueue) -> None:
    under_way, waiting, later = a_job(), a_job(), a_job()
    frail.concurrency = 1
    reading = Reading()
    await frail.enqueue(under_way)
    await frail.enqueue(waiting)

    async with at_work(frail, reading):
        await until(lambda: reading.begun == [under_way])
        await asyncio.to_thread(valkey.kill)
        reading.gate.set()  # it is done while nobody can be told
        await asyncio.sleep(1)
        with pytest.raises(QueueUnavailable):
            await frail.enqueue(later)
        await asyncio.to_thread(valkey.start)
        await frail.enqueue(later)
        await until(lambda: {under_way, waiting, later} <= set(reading.done))


async def test_a_server_that_is_away_is_told_of_within_bounds(valkey: Valkey, frail: SaqJobQueue) -> None:
    reading = Reading()
    async with at_work(frail, reading):
        await asyncio.to_thread(valkey.stop)
        begun = time.monotonic()

        results = await asyncio.gather(
            frail.enqueue(a_job()), frail.waiting(), frail.alive_workers(), frail.check(), return_exceptions=True
        )

    assert [type(result) for result in results] == [QueueUnavailable] * 4
    assert time.monotonic() - begun < 10


async def test_workers_that_are_alive_are_counted(queue: SaqJobQueue, redis_url: str) -> None:
    another, reading = SaqJobQueue.open(redis_url), Reading()
    before = await queue.alive_workers()

    async with at_work(queue, reading), at_work(another, reading):
        during = before
        async with asyncio.timeout(10):
            while during < 2:
                await asyncio.sleep(0.02)
                during = await another.alive_workers()
    await another.close()

    assert (before, during) == (0, 2)


async def test_signals_are_left_to_the_process(queue: SaqJobQueue) -> None:
    got = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, got.set)

    try:
        async with at_work(queue, Reading()):
            await asyncio.sleep(0.1)
        signal.raise_signal(signal.SIGTERM)
        async with asyncio.timeout(1):
            await got.wait()
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


async def test_nothing_is_left_of_jobs_that_are_done(queue: SaqJobQueue) -> None:
    reading, jobs = Reading(), [a_job() for _ in range(20)]
    reading.gate.set()
    for job in jobs:
        await queue.enqueue(job)

    async with at_work(queue, reading):
        await until(lambda: len(reading.done) == 20)
        await asyncio.sleep(0.1)

    left = {key.decode(): await command(queue, "PTTL", key.decode()) for key in await command(queue, "KEYS", "*")}
    assert all(milliseconds > 0 for milliseconds in left.values()), left
    assert not [key for key in left if "job" in key]
