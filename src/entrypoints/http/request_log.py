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
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"
_ID, _BEGUN, _STATUS = "quoth_request_id", "quoth_begun", "quoth_status"
_ACCEPTABLE = re.compile(r"[\w.-]{1,64}")
_log = structlog.stdlib.get_logger("quoth.http")


def request_id_of(scope: Scope) -> str:
    """The id of this request: a sensible one from a proxy in front, else one made now."""
    state = _state(scope)
    if _ID not in state:
        state[_ID] = _given_id(scope) or uuid.uuid4().hex
    return str(state[_ID])


class RequestLog(ASGIMiddleware):
    """Puts the id beside whatever is logged on the way, and takes the time."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Wrap one request."""
        _state(scope)[_BEGUN] = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id_of(scope)):
            await next_app(scope, receive, send)


async def log_response(message: Message, scope: Scope) -> None:
    """For `before_send`, where the status is the one that the client sees, whoever made the response."""
    if scope["type"] != ScopeType.HTTP:
        return
    state = _state(scope)
    if message["type"] == "http.response.start":
        state[_STATUS] = message["status"]
        MutableScopeHeaders.from_message(message)[HEADER] = request_id_of(scope)
    elif message["type"] == "http.response.body" and not message.get("more_body"):
        begun = cast("float", state.get(_BEGUN, time.perf_counter()))
        _log.info(
            "request",
            request_id=request_id_of(scope),
            method=scope["method"],
            path=scope["path"],
            status=state.get(_STATUS),
            ms=round((time.perf_counter() - begun) * 1000, 1),
        )


def _state(scope: Scope) -> dict[str, object]:
    return cast("dict[str, object]", scope["state"])


def _given_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text = value.decode("latin-1")
            return text if _ACCEPTABLE.fullmatch(text) else None
    return None
