"""A span for every request, below that of the caller where one is named (W3C Trace Context)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind, Status, StatusCode

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
    from opentelemetry.trace import Span

_SPAN, _FAILING = "quoth_span", 500
_TRACER = trace.get_tracer("quoth.http")


class Tracing(ASGIMiddleware):
    """Makes the span current, so that whatever the request begins is below it."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Wrap one request."""
        carrier = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        method, route = str(cast("HTTPScope", scope)["method"]), scope["path_template"]
        request = _TRACER.start_span(
            f"{method} {route}",
            context=propagate.extract(carrier),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": method, "http.route": route, "url.path": scope["path"]},
        )
        _state(scope)[_SPAN] = request
        with trace.use_span(request, record_exception=False, set_status_on_exception=False):
            await next_app(scope, receive, send)
        _end(scope)  # a response that was cut off: no last message passed by


async def end_span(message: Message, scope: Scope) -> None:
    """For `before_send`, where the status is the one that the client sees, whoever made the response."""
    request = _span(scope)
    if request is None:
        return
    if message["type"] == "http.response.start":
        request.set_attribute("http.response.status_code", message["status"])
        if message["status"] >= _FAILING:
            request.set_status(Status(StatusCode.ERROR))
    elif message["type"] == "http.response.body" and not message.get("more_body"):
        _end(scope)


def _end(scope: Scope) -> None:
    request = _span(scope)
    if request is not None:
        request.end()
        _state(scope)[_SPAN] = None


def _span(scope: Scope) -> Span | None:
    return cast("Span | None", _state(scope).get(_SPAN))


def _state(scope: Scope) -> dict[str, object]:
    return cast("dict[str, object]", scope["state"])
