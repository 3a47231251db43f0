"""A run's events as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
from litestar.response import Stream
from litestar.response.sse import ServerSentEventMessage

from entrypoints.http import presenters

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from application.ports.run_log import LoggedEvent

HEARTBEAT_SECONDS = 12.0
_HEARTBEAT = ServerSentEventMessage(data=None, comment="still here", sep="\n").encode()


def event_stream(events: AsyncIterator[LoggedEvent], *, heartbeat_seconds: float = HEARTBEAT_SECONDS) -> Stream:
    """The response: every event with its id, its name, and data whose `type` is that name."""
    return Stream(
        _encoded(events, heartbeat_seconds),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def _encoded(events: AsyncIterator[LoggedEvent], heartbeat_seconds: float) -> AsyncIterator[bytes]:
    """A comment goes out whenever nothing else did for a while, so that no proxy takes the line for dead."""
    iterator = aiter(events)
    upcoming: asyncio.Task[LoggedEvent] | None = None
    try:
        while True:
            upcoming = upcoming or asyncio.ensure_future(_next(iterator))
            done, _ = await asyncio.wait({upcoming}, timeout=heartbeat_seconds)
            if not done:
                yield _HEARTBEAT
                continue
            try:
                logged = upcoming.result()
            except StopAsyncIteration:
                return
            upcoming = None
            yield encode(logged)
    finally:
        if upcoming is not None:
            upcoming.cancel()


async def _next(iterator: AsyncIterator[LoggedEvent]) -> LoggedEvent:
    return await anext(iterator)


def encode(logged: LoggedEvent) -> bytes:
    """One event as it goes over the line: the same event gives the same bytes, whenever and wherever it is read."""
    body = presenters.answer_event(logged.event)
    name = str(body.__struct_config__.tag)
    return ServerSentEventMessage(data=msgspec.json.encode(body).decode(), event=name, id=logged.id, sep="\n").encode()
