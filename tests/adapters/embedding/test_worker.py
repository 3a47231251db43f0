"""The thread that embeds."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from adapters.embedding.worker import Urgency, Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker("test")
    yield worker
    worker.close()


async def test_work_is_done_away_from_the_event_loop(worker: Worker) -> None:
    assert await worker.run(threading.get_ident, Urgency.QUERY) != threading.get_ident()


async def test_an_error_reaches_whoever_waits(worker: Worker) -> None:
    def fail() -> None:
        raise LookupError("no such ship")

    with pytest.raises(LookupError, match="no such ship"):
        await worker.run(fail, Urgency.QUERY)
    assert await worker.run(lambda: "next", Urgency.QUERY) == "next"


async def test_a_query_goes_before_the_passages_that_wait(worker: Worker) -> None:
    done: list[str] = []
    may_go = threading.Event()
    first = asyncio.create_task(worker.run(may_go.wait, Urgency.PASSAGE))
    passages = [asyncio.create_task(worker.run(lambda: done.append("passage"), Urgency.PASSAGE)) for _ in range(5)]
    query = asyncio.create_task(worker.run(lambda: done.append("query"), Urgency.QUERY))
    await asyncio.sleep(0)

    may_go.set()
    await first
    await asyncio.gather(*passages, query)

    assert done == ["query", *["passage"] * 5]


async def test_cancelled_work_that_waits_is_never_done(worker: Worker) -> None:
    done: list[str] = []
    may_go = threading.Event()
    first = asyncio.create_task(worker.run(may_go.wait, Urgency.PASSAGE))
    cancelled = asyncio.create_task(worker.run(lambda: done.append("cancelled"), Urgency.PASSAGE))
    await asyncio.sleep(0)

    cancelled.cancel()
    await asyncio.gather(cancelled, return_exceptions=True)
    may_go.set()
    await first
    await worker.run(lambda: done.append("after"), Urgency.PASSAGE)

    assert done == ["after"]


async def test_closing_finishes_what_was_given_and_takes_no_more() -> None:
    worker = Worker("test")
    done: list[int] = []
    tasks = [asyncio.create_task(worker.run(partial(done.append, n), Urgency.PASSAGE)) for n in range(20)]
    await asyncio.sleep(0)

    worker.close()
    await asyncio.gather(*tasks)

    assert done == list(range(20))
    with pytest.raises(RuntimeError, match="closed"):
        await worker.run(lambda: None, Urgency.QUERY)


def test_closing_twice_or_unused_is_harmless() -> None:
    worker = Worker("test")

    worker.close()
    worker.close()
