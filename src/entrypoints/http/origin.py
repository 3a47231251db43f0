"""Keeps web pages of other sites from using a server that trusts whoever reaches its port."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from litestar.exceptions import ClientException, PermissionDeniedException
from litestar.middleware import ASGIMiddleware

from entrypoints.http.middleware import SharedMiddleware

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.!$&'()*+;=%~-]*)(:(?P<port>\d{0,5}))?", re.ASCII)
_HIGHEST_PORT = 65_535
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
        if origin is not None and _host_of(origin) != host.lower():
            raise PermissionDeniedException(f"Pages of {origin} may not use this server.")
        await next_app(scope, receive, send)


class HostHeader(ASGIMiddleware):
    """Refuses what is no host (RFC 9110, section 7.2): whatever reads the request's URL further in would break."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let through, or refuse with 400."""
        for name, value in scope["headers"]:
            host = value.decode("latin-1")
            if name == b"host" and not _is_host(host):
                raise ClientException(f"The Host header {host!r} is no host with or without a port.")
        await next_app(scope, receive, send)


def _is_host(text: str) -> bool:
    match = _HOST.fullmatch(text)
    return match is not None and int(match["port"] or 0) <= _HIGHEST_PORT


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _without_port(host: str) -> str:
    name = host.lower()
    return name[: name.index("]") + 1] if name.startswith("[") and "]" in name else name.partition(":")[0]
