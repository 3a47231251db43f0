"""A server of Redis or Valkey: few connections, short timeouts, a few seconds' patience, errors in the domain's words."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import NoScriptError, ReadOnlyError, RedisError, TryAgainError
from redis.exceptions import TimeoutError as TimedOut

from domain.errors import RunLogUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

# What a restart or a change of the primary brings about, and what passes with it.
PASSING = (ConnectionLost, TimedOut, ReadOnlyError, TryAgainError, OSError)
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 0.5


Argument = bytes | str | int
Arguments = tuple[Argument, ...]


class Subscriptions(Protocol):
    """A connection of the library's that hears channels; the library leaves the types of its methods open."""

    def subscribe(self, *channels: str) -> Awaitable[object]: ...

    def unsubscribe(self, *channels: str) -> Awaitable[object]: ...

    def ping(self) -> Awaitable[object]: ...

    def get_message(self, *, timeout: float) -> Awaitable[Mapping[str, Any] | None]: ...

    def aclose(self) -> Awaitable[None]: ...


class Client(Protocol):
    """What is used of the library's client."""

    def execute_command(self, *command: Argument) -> Awaitable[Any]: ...

    def pubsub(self) -> Subscriptions: ...

    def aclose(self) -> Awaitable[None]: ...


@dataclass(frozen=True, slots=True)
class Script:
    """A script in Lua."""

    text: str

    @property
    def digest(self) -> str:
        """What the server knows it by."""
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Runs commands, each again and again for `patience_seconds` while the server can't be reached. They take turns at
    the connections: to wait for one is no sign that the server is away."""

    client: Client
    turns: asyncio.Semaphore
    timeout_seconds: float
    patience_seconds: float

    @classmethod
    def open(
        cls, url: str, *, most_connections: int = 16, timeout_seconds: float = 3.0, patience_seconds: float = 5.0
    ) -> Connection:
        """Nothing is connected before the first command."""
        pool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]  # untyped arguments
            url,
            max_connections=most_connections + 1,  # and the one that hears the notices
            timeout=timeout_seconds,
            socket_connect_timeout=timeout_seconds,
            socket_keepalive=True,
            # Time limits and repetitions are this class's business. With the library's `socket_timeout` a task that is
            # cancelled while it sends goes on as if nothing had been (asyncio.wait_for before Python 3.12).
            socket_timeout=None,
            retry=Retry(NoBackoff(), 0),
        )
        return cls(
            client=cast("Client", Redis.from_pool(pool)),
            turns=asyncio.Semaphore(most_connections),
            timeout_seconds=timeout_seconds,
            patience_seconds=patience_seconds,
        )

    async def run(self, *command: Argument) -> Any:
        """The answer to a command that may be run twice."""
        return await self.patiently(lambda _: self._run(command))

    async def run_script(self, script: Script, keys: tuple[str, ...], arguments: Callable[[bool], Arguments]) -> Any:
        """The answer of a script; `arguments` is told whether it may have been run already."""
        return await self.patiently(lambda again: self._run_script(script, keys, arguments(again)))

    async def check(self) -> None:
        """Raises `RunLogUnavailable` where the server does not answer now."""
        try:
            await self._run(("PING",))
        except (RedisError, OSError) as error:
            raise _unavailable(error) from error

    async def close(self) -> None:
        """End every connection."""
        await self.client.aclose()

    async def patiently(self, attempt: Callable[[bool], Awaitable[Any]]) -> Any:
        """The result of an attempt, which is told whether there was one before."""
        clock = asyncio.get_running_loop().time
        left, pause, again = self.patience_seconds, _FIRST_PAUSE_SECONDS, False
        while True:
            async with self._turn():
                begun = clock()
                try:
                    return await attempt(again)
                except PASSING as error:
                    left -= clock() - begun + pause
                    if left < 0:
                        raise _unavailable(error) from error
                except RedisError as error:
                    raise _unavailable(error) from error
            await asyncio.sleep(pause)
            pause, again = min(2 * pause, _LONGEST_PAUSE_SECONDS), True

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None]:
        """Whoever came first goes first; the line of a server that does not answer at all is left after a while."""
        try:
            async with asyncio.timeout(self.patience_seconds):
                await self.turns.acquire()
        except TimeoutError as error:
            raise _unavailable(error) from error
        try:
            yield
        finally:
            self.turns.release()

    async def _run(self, command: Arguments) -> Any:
        async with asyncio.timeout(self.timeout_seconds):
            return await self.client.execute_command(*command)

    async def _run_script(self, script: Script, keys: tuple[str, ...], arguments: Arguments) -> Any:
        try:
            return await self._run(("EVALSHA", script.digest, len(keys), *keys, *arguments))
        except NoScriptError:
            # A server that was started again has forgotten it; EVAL makes it remember.
            return await self._run(("EVAL", script.text, len(keys), *keys, *arguments))


def _unavailable(error: Exception) -> RunLogUnavailable:
    return RunLogUnavailable(f"The log of answers does not answer: {type(error).__name__}.")
