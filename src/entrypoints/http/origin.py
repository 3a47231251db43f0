"""Keeps web pages of other sites from using a server that trusts whoever reaches its port."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from litestar.exceptions import PermissionDeniedException

from entrypoints.http.middleware import SharedMiddleware

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


class SameOrigin(SharedMiddleware):
    """A page elsewhere can send a form here (cross-site request forgery), or let its own name point here (DNS
    rebinding): the first shows in `Origin`, the second in `Host`."""

    def __init__(self, allowed_hosts: frozenset[str] | None) -> None:
        """`allowed_hosts` without ports; None allows any."""
        self._allowed_hosts = allowed_hosts

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let through, or refuse with 403."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"] if name in {b"host", b"origin"}}
        host = headers.get(b"host", "")
        if self._allowed_hosts is not None and _without_port(host) not in self._allowed_hosts:
            raise PermissionDeniedException(
                f"This server does not go by the name {_without_port(host)!r}; QUOTH_ALLOWED_HOSTS lists its names."
            )
        origin = headers.get(b"origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            raise PermissionDeniedException(f"Pages of {origin} may not use this server.")
        await next_app(scope, receive, send)


def _without_port(host: str) -> str:
    name = host.lower()
    return name[: name.index("]") + 1] if name.startswith("[") and "]" in name else name.partition(":")[0]
