"""A request id for every request, and one line in the log for each: what was asked, never what it said."""

from __future__ import annotations

import re
import time
import uuid
from typing import TYPE_CHECKING, cast

import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"
_STATE_KEY = "quoth_request_id"
_ACCEPTABLE = re.compile(r"[\w.-]{1,64}")
_log = structlog.stdlib.get_logger("quoth.http")


def request_id_of(scope: Mapping[str, object] | Scope) -> str:
    """The id of this request."""
    state = scope["state"]
    return str(cast("dict[str, object]", state).get(_STATE_KEY, "unknown"))


class RequestLog(ASGIMiddleware):
    """Takes over a sensible id from a proxy in front, else makes one."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Wrap one request."""
        request_id = _given_id(scope) or uuid.uuid4().hex
        scope["state"][_STATE_KEY] = request_id
        status = 500
        begun = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableScopeHeaders.from_message(message)[HEADER] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await next_app(scope, receive, send_with_id)
            finally:
                if scope["type"] == ScopeType.HTTP:
                    milliseconds = round((time.perf_counter() - begun) * 1000, 1)
                    _log.info("request", method=scope["method"], path=scope["path"], status=status, ms=milliseconds)


def _given_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text = value.decode("latin-1")
            return text if _ACCEPTABLE.fullmatch(text) else None
    return None
