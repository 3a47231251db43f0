"""The events of runs in Redis or Valkey: written by one process, followed and stopped from any."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.redis import events
from adapters.redis.connection import Connection
from adapters.redis.notices import Notices
from adapters.redis.scripts import APPEND, LOST, TOO_MANY
from application.ports.run_log import MOST_EVENTS, LoggedEvent
from domain.errors import RunLogUnavailable, TooLarge
from domain.run import is_last

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.redis.connection import Arguments
    from domain.identity import RunId
    from domain.run import AnswerEvent

_log = logging.getLogger(__name__)
_GREATEST_NUMBER = 2**62
_MOST_REMEMBERED = 10_000
_Entry = tuple[bytes, dict[bytes, bytes]]


@dataclass(slots=True, kw_only=True)
class RedisRunLog:
    """A stream a run. Followers read it in pages, each at its own pace, and wait on one connection for all of them. An
    append is repeated for a while when the connection is lost, and never doubles an event. Of a run whose events the
    server lost while it was written nothing is told but its last event."""

    connection: Connection
    notices: Notices
    prefix: str = "quoth"
    keep_seconds: float = 900.0
    longest_seconds: float = 86_400.0
    most_events: int = MOST_EVENTS
    look_seconds: float = 1.0
    page: int = 100
    _me: str = field(default_factory=lambda: uuid.uuid4().hex)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _written: dict[RunId, int] = field(default_factory=dict["RunId", int])
    _is_closed: bool = False

    @classmethod
    def open(
        cls,
        url: str,
        *,
        prefix: str = "quoth",
        keep_seconds: float = 900.0,
        longest_seconds: float = 86_400.0,
        most_events: int = MOST_EVENTS,
        patience_seconds: float = 5.0,
        most_connections: int = 16,
    ) -> RedisRunLog:
        """A log on this server, with connections of its own; nothing is connected before it is needed. A finished run
        is kept for `keep_seconds`, one that goes on for `longest_seconds` since its newest event."""
        connection = Connection.open(url, most_connections=most_connections, patience_seconds=patience_seconds)
        return cls(
            connection=connection,
            notices=Notices(connection.client),
            prefix=prefix,
            keep_seconds=keep_seconds,
            longest_seconds=longest_seconds,
            most_events=most_events,
        )

    async def append(self, run_id: RunId, event: AnswerEvent) -> int:
        """See the port."""
        kept, last, known = events.encode(event), is_last(event), self._written.get(run_id, 0)
        by = f"{self._me}-{next(self._numbers)}"
        seconds = self.keep_seconds if last else self.longest_seconds

        def arguments(again: bool) -> Arguments:  # noqa: FBT001  # whoever calls it has nothing else to say
            limits = (self.most_events, round(seconds * 1000))
            return (self._channel(run_id), kept, by, int(last), known, *limits, int(again))

        number = int(await self.connection.run_script(APPEND, (self._key(run_id, "events"),), arguments))
        if number == TOO_MANY:
            raise TooLarge(f"An answer has at most {self.most_events:,} events.")
        if number == LOST:
            raise RunLogUnavailable("The log lost what was told of this answer so far.")
        self._remember(run_id, number, last=last)
        return number

    async def knows(self, run_id: RunId) -> bool:
        """See the port."""
        return bool(await self.connection.run("EXISTS", self._key(run_id, "events")))

    async def follow(self, run_id: RunId, *, after: int = 0) -> AsyncIterator[LoggedEvent]:
        """See the port."""
        number = min(max(0, after), _GREATEST_NUMBER)
        with self.notices.listening(self._channel(run_id)) as bell:
            while True:
                self._check_open()
                rung = bell.next
                page = await self._page(run_id, number)
                for number, event in page:
                    yield LoggedEvent(number, event)
                    if is_last(event):
                        return
                if not page and await self._nothing_follows(run_id, number):
                    return
                if len(page) < self.page:
                    await self._wait(rung)

    async def request_stop(self, run_id: RunId) -> None:
        """See the port."""
        await self.connection.run("SET", self._key(run_id, "stop"), 1, "PX", round(self.longest_seconds * 1000))
        await self.connection.run("PUBLISH", self._channel(run_id), "stop")

    async def stop_requested(self, run_id: RunId) -> None:
        """See the port. While the log can't be reached nobody can ask, so that only waits on."""
        with self.notices.listening(self._channel(run_id)) as bell:
            while True:
                self._check_open()
                rung = bell.next
                if await self._is_to_stop(run_id):
                    return
                await self._wait(rung)

    async def check(self) -> None:
        """Raises `RunLogUnavailable` where the server does not answer now."""
        await self.connection.check()

    async def close(self) -> None:
        """End what is followed, and every connection."""
        self._is_closed = True
        await self.notices.close()
        await self.connection.close()

    async def _page(self, run_id: RunId, after: int) -> list[tuple[int, AnswerEvent]]:
        command = ("XRANGE", self._key(run_id, "events"), f"0-{after + 1}", "+", "COUNT", self.page)
        entries: list[_Entry] = await self.connection.run(*command)
        return [(_number_of(entry), events.decode(entry[1][b"event"])) for entry in entries]

    async def _nothing_follows(self, run_id: RunId, number: int) -> bool:
        """Whether the run is not kept (any more), or had its last event by then: it may have come just now."""
        command = ("XREVRANGE", self._key(run_id, "events"), "+", "-", "COUNT", 1)
        entries: list[_Entry] = await self.connection.run(*command)
        return not entries or (b"last" in entries[0][1] and _number_of(entries[0]) <= number)

    async def _is_to_stop(self, run_id: RunId) -> bool:
        try:
            return bool(await self.connection.run("EXISTS", self._key(run_id, "stop")))
        except RunLogUnavailable as error:
            _log.debug("Whether a run is to stop can't be seen: %s", error.detail)
            return False

    async def _wait(self, rung: asyncio.Event) -> None:
        """Until the bell has rung; a notice may get lost, so not for ever."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.look_seconds):
                await rung.wait()

    def _check_open(self) -> None:
        if self._is_closed:
            raise RunLogUnavailable("The log of answers is closed.")

    def _remember(self, run_id: RunId, number: int, *, last: bool) -> None:
        """How far a run is that this process writes, to notice when the server loses some of it."""
        self._written.pop(run_id, None)
        if not last:
            self._written[run_id] = number
            if len(self._written) > _MOST_REMEMBERED:
                del self._written[next(iter(self._written))]

    def _key(self, run_id: RunId, what: str) -> str:
        # The braces keep what belongs to a run on one node of a cluster.
        return f"{self.prefix}:run:{{{run_id}}}:{what}"

    def _channel(self, run_id: RunId) -> str:
        return self._key(run_id, "notices")


def _number_of(entry: _Entry) -> int:
    return int(entry[0].removeprefix(b"0-"))
