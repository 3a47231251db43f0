"""SAQ's queue on a server of Redis or Valkey, and its errors in the domain's words."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError
from saq.queue.redis import RedisQueue

from domain.errors import QueueUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

# What a server that is away, or not itself, brings about.
UNREACHABLE = (RedisError, OSError)
_TIMEOUT_SECONDS = 5.0


def open_queue(url: str, *, name: str, most_connections: int) -> RedisQueue:
    """Nothing is connected before the queue is used."""
    pool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]  # untyped arguments
        url,
        max_connections=most_connections,
        timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        # Time limits are set by `within`. With the library's own, a task that is cancelled while it sends goes on as if
        # nothing had been (asyncio.wait_for before Python 3.12).
        socket_timeout=None,
        socket_keepalive=True,
        # Whatever is repeated may be: jobs have names, and each is carried out at least once.
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), 3),
    )
    return RedisQueue(cast("Any", Redis.from_pool(pool)), name=name)


@contextlib.asynccontextmanager
async def within(seconds: float = _TIMEOUT_SECONDS) -> AsyncGenerator[None]:
    """A block that uses the queue, and takes no longer than that. Raises `QueueUnavailable`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except UNREACHABLE as error:
        raise QueueUnavailable(f"The queue of documents does not answer: {type(error).__name__}.") from error


async def run(queue: RedisQueue, *command: str | int) -> Any:
    """The answer to a command that SAQ has no word for."""
    return await cast("Any", queue.redis).execute_command(*command)


async def close_queue(queue: RedisQueue) -> None:
    """End every connection; SAQ wants to take leave of a server that may not be there any more."""
    with contextlib.suppress(*UNREACHABLE):
        await queue.disconnect()
    await queue.redis.aclose()
