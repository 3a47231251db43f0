"""Too much at once is refused at once: waiting in ever longer queues helps nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType

from domain.errors import Overloaded
from entrypoints.http.middleware import SharedMiddleware

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What one process takes on at once. An open stream costs little, so there may be many more of them."""

    requests: int = 256
    streams: int = 2_000


class Overload(SharedMiddleware):
    """Counts what is under way in the API of this process."""

    def __init__(self, capacity: Capacity) -> None:
        """Nothing is under way."""
        self._capacity = capacity
        self._requests = 0
        self._streams = 0

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Carry the request out if there is room; raises `Overloaded`. A response that turns out to be a stream makes
        room among the requests."""
        if scope["type"] != ScopeType.HTTP:
            await next_app(scope, receive, send)
            return
        if self._requests >= self._capacity.requests or self._streams >= self._capacity.streams:
            raise Overloaded("The server is busy with too many requests at once; try again shortly.", 1)
        self._requests += 1
        is_stream = False

        async def noting_streams(message: Message) -> None:
            nonlocal is_stream
            if message["type"] == "http.response.start" and not is_stream and _is_event_stream(message):
                is_stream = True
                self._requests -= 1
                self._streams += 1
            await send(message)

        try:
            await next_app(scope, receive, noting_streams)
        finally:
            if is_stream:
                self._streams -= 1
            else:
                self._requests -= 1


def _is_event_stream(message: Message) -> bool:
    headers = cast("Mapping[str, str]", MutableScopeHeaders.from_message(message))
    return headers.get("content-type", "").startswith("text/event-stream")
