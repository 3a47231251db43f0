"""The log of runs when its server goes away, comes back or forgets, and what it costs the server."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from tests.support.valkey import Valkey

from adapters.redis.connection import Connection
from adapters.redis.run_log import RedisRunLog
from domain.errors import Problem, RunLogUnavailable
from domain.identity import RunId
from domain.run import RunFailed, TextAdded

FAILED = RunFailed(problem=Problem(code="interrupted", detail="The server stopped."))
TEXT = TextAdded(text="word ")


@pytest.fixture
def run_id() -> RunId:
    return RunId(uuid4())


@pytest.fixture
async def log(redis_url: str) -> AsyncIterator[RedisRunLog]:
    log = RedisRunLog.open(redis_url)
    yield log
    await log.close()


@pytest.fixture
async def frail(valkey: Valkey) -> AsyncIterator[RedisRunLog]:
    """A log on a server that the test takes down."""
    log = RedisRunLog.open(valkey.url, patience_seconds=3)
    yield log
    await log.close()


async def read(log: RedisRunLog, run_id: RunId) -> list[int]:
    return [logged.id async for logged in log.follow(run_id)]


async def command(log: RedisRunLog, *words: str | int) -> Any:
    return await log.connection.client.execute_command(*words)


async def test_writing_and_following_survive_a_restart(valkey: Valkey, frail: RedisRunLog, run_id: RunId) -> None:
    await frail.append(run_id, TEXT)
    following = [asyncio.create_task(read(frail, run_id)) for _ in range(5)]
    stopping = asyncio.create_task(frail.stop_requested(run_id))
    await asyncio.sleep(0.1)

    await asyncio.to_thread(valkey.kill)
    appending = asyncio.create_task(frail.append(run_id, TEXT))
    await asyncio.sleep(0.5)
    await asyncio.to_thread(valkey.start)
    numbers = [await appending, await frail.append(run_id, TEXT), await frail.append(run_id, FAILED)]
    await frail.request_stop(run_id)

    async with asyncio.timeout(10):
        await stopping
        assert await asyncio.gather(*following) == [[1, 2, 3, 4]] * 5
    assert numbers == [2, 3, 4]


async def test_an_append_whose_answer_was_lost_is_not_doubled(redis_url: str, log: RedisRunLog, run_id: RunId) -> None:
    async with losing_answers(redis_url) as url:
        other = RedisRunLog.open(url)
        numbers = [await other.append(run_id, TEXT) for _ in range(10)]
        numbers.append(await other.append(run_id, FAILED))
        await other.close()

    assert numbers == list(range(1, 12))
    assert await read(log, run_id) == numbers


@contextlib.asynccontextmanager
async def losing_answers(url: str) -> AsyncGenerator[str]:
    """A way to this server that breaks, every other time, after a script has done its work and before it has said so:
    its URL."""
    to, scripts = urlsplit(url), 0

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal scripts
        server_reader, server_writer = await asyncio.open_connection(to.hostname, to.port)
        while sent := await reader.read(65536):
            server_writer.write(sent)
            answer = await server_reader.read(65536)
            if b"EVAL" in sent and answer.startswith(b":"):
                scripts += 1
                if scripts % 2:
                    break
            writer.write(answer)
        for each in (server_writer, writer):
            each.close()
            await each.wait_closed()

    async with await asyncio.start_server(carry, "127.0.0.1", 0) as server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
        await asyncio.sleep(0.05)  # the last connection ends by itself


async def test_a_server_that_stays_away_is_told_of_within_bounds(
    valkey: Valkey, frail: RedisRunLog, run_id: RunId
) -> None:
    await frail.append(run_id, TEXT)
    following = asyncio.create_task(read(frail, run_id))
    await asyncio.sleep(0.1)
    await asyncio.to_thread(valkey.stop)
    begun = time.monotonic()

    results = await asyncio.gather(
        following,
        frail.append(run_id, TEXT),
        frail.knows(run_id),
        frail.request_stop(run_id),
        frail.check(),
        return_exceptions=True,
    )

    assert [type(result) for result in results] == [RunLogUnavailable] * 5
    assert time.monotonic() - begun < 8


async def test_who_waits_for_a_stop_waits_on_while_the_server_is_away(
    valkey: Valkey, frail: RedisRunLog, run_id: RunId
) -> None:
    stopping = asyncio.create_task(frail.stop_requested(run_id))
    await asyncio.sleep(0.1)
    await asyncio.to_thread(valkey.stop)
    await asyncio.sleep(4)

    assert not stopping.done()
    stopping.cancel()
    async with asyncio.timeout(1):
        await asyncio.gather(stopping, return_exceptions=True)


async def test_of_a_run_that_the_server_lost_only_the_end_is_told(log: RedisRunLog, run_id: RunId) -> None:
    for _ in range(3):
        await log.append(run_id, TEXT)
    followed: list[int] = []
    async for logged in log.follow(run_id):
        followed.append(logged.id)
        if logged.id == 3:
            break
    await command(log, "FLUSHALL")

    with pytest.raises(RunLogUnavailable):
        await log.append(run_id, TEXT)

    assert await log.append(run_id, FAILED) == 4
    assert [(logged.id, logged.event) async for logged in log.follow(run_id, after=3)] == [(4, FAILED)]


async def test_everything_that_is_kept_is_forgotten_in_the_end(log: RedisRunLog, run_id: RunId) -> None:
    ended = RunId(uuid4())
    await log.append(run_id, TEXT)
    await log.request_stop(run_id)
    await log.append(ended, TEXT)
    await log.append(ended, FAILED)

    left = {key.decode(): await command(log, "TTL", key.decode()) for key in await command(log, "KEYS", "*")}

    assert sorted(left) == sorted(
        [f"quoth:run:{{{run_id}}}:events", f"quoth:run:{{{run_id}}}:stop", f"quoth:run:{{{ended}}}:events"]
    )
    assert left[f"quoth:run:{{{ended}}}:events"] in range(890, 901)
    assert min(left.values()) > 0
    assert max(left.values()) <= 86_400


async def test_a_run_that_vanishes_ends_for_its_followers(redis_url: str, run_id: RunId) -> None:
    log = RedisRunLog.open(redis_url, longest_seconds=0.3)
    try:
        await log.append(run_id, TEXT)

        async with asyncio.timeout(3):
            assert await read(log, run_id) == [1]
    finally:
        await log.close()


async def test_many_followers_need_few_connections(log: RedisRunLog) -> None:
    runs = [RunId(uuid4()) for _ in range(50)]
    for run_id in runs:
        await log.append(run_id, TEXT)
    following = [asyncio.create_task(read(log, run_id)) for run_id in runs for _ in range(4)]
    await asyncio.sleep(0.3)

    connections = len((await command(log, "CLIENT", "LIST")).splitlines())
    for run_id in runs:
        await log.append(run_id, FAILED)
    ended = await asyncio.gather(*following)

    assert ended == [[1, 2]] * 200
    assert connections <= 17
    assert not log.notices.bells


async def test_a_notice_that_was_missed_costs_a_moment(log: RedisRunLog, run_id: RunId) -> None:
    await log.append(run_id, TEXT)
    following = asyncio.create_task(read(log, run_id))
    await asyncio.sleep(0.1)
    await log.notices.close()  # deaf from now on

    await log.append(run_id, FAILED)

    async with asyncio.timeout(3):
        assert await following == [1, 2]


async def test_closing_ends_what_is_followed(log: RedisRunLog, run_id: RunId) -> None:
    await log.append(run_id, TEXT)
    following, stopping = asyncio.create_task(read(log, run_id)), asyncio.create_task(log.stop_requested(run_id))
    await asyncio.sleep(0.1)

    await log.close()

    async with asyncio.timeout(3):
        results = await asyncio.gather(following, stopping, return_exceptions=True)
    assert [type(result) for result in results] == [RunLogUnavailable] * 2


async def test_to_wait_for_a_connection_is_no_sign_that_the_server_is_away(redis_url: str, run_id: RunId) -> None:
    connection = Connection.open(redis_url, most_connections=1, patience_seconds=30)
    is_repeated: list[bool] = []

    async def occupy(again: bool) -> None:  # noqa: FBT001  # as the connection calls it
        is_repeated.append(again)
        async with asyncio.timeout(1):
            await connection.client.execute_command("BLPOP", f"nothing:{run_id}", "0.1")

    await asyncio.gather(*(connection.patiently(occupy) for _ in range(20)))

    assert is_repeated == [False] * 20
    await connection.close()


async def test_nobody_waits_long_behind_others_whom_the_server_does_not_answer(redis_url: str) -> None:
    connection = Connection.open(redis_url, most_connections=1, patience_seconds=0.1)

    async def hang(_: bool) -> None:  # noqa: FBT001  # as the connection calls it
        await asyncio.sleep(1)

    first = asyncio.create_task(connection.patiently(hang))
    await asyncio.sleep(0)
    with pytest.raises(RunLogUnavailable):
        await connection.run("PING")
    await first
    await connection.close()
