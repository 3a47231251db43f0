"""HEAD and OPTIONS for every address (RFC 9110, sections 9.3.2 and 9.3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders

if TYPE_CHECKING:
    from litestar.types import Message, Scope, Send


class Application(Litestar):
    """The framework knows no HEAD, and its OPTIONS names only the methods of the first handler of a path."""

    __slots__ = ()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection."""
        method = scope.get("method")  # none of the lifespan
        if method == "HEAD":
            asked: Any = {**scope, "method": "GET"}
            await super().__call__(asked, receive, _without_body(send))
        elif method == "OPTIONS":
            await super().__call__(scope, receive, self._with_all_methods(scope, send))
        else:
            await super().__call__(scope, receive, send)

    def _with_all_methods(self, scope: Scope, send: Send) -> Send:
        async def pass_on(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 300:
                of_path = [route.methods for route in self.routes if route.path_format == scope["path_template"]]
                methods = {str(method) for methods in of_path for method in methods}
                methods |= {"HEAD"} if "GET" in methods else set()
                MutableScopeHeaders.from_message(message)["Allow"] = ", ".join(sorted(methods))
            await send(message)

        return pass_on


def _without_body(send: Send) -> Send:
    is_over = False

    async def pass_on(message: Message) -> None:
        nonlocal is_over
        if is_over:
            return
        if message["type"] == "http.response.body":
            is_over = True
            message = {**message, "body": b"", "more_body": False}
        await send(message)

    return pass_on
