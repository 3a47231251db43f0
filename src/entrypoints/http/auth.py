"""Who asks: nobody but the local user, or the bearer of a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.errors import Unauthenticated
from domain.identity import Principal
from entrypoints.http.middleware import SharedMiddleware

if TYPE_CHECKING:
    from litestar import Request
    from litestar.types import ASGIApp, Receive, Scope, Send

    from application.access.tokens import Authenticate

_LOCAL = Principal()


class Authentication(SharedMiddleware):
    """Stands before every route of the API, so that none can be reached without it."""

    def __init__(self, authenticate: Authenticate | None) -> None:
        """`authenticate` of None: no authentication, everybody is the local user."""
        self._authenticate = authenticate

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Put the principal into the scope, or refuse."""
        scope["user"] = _LOCAL if self._authenticate is None else await self._authenticate(_bearer_token(scope))
        await next_app(scope, receive, send)


async def principal(request: Request[Any, Any, Any]) -> Principal:
    """The dependency that handlers take."""
    found = request.user
    assert isinstance(found, Principal)
    return found


def _bearer_token(scope: Scope) -> str:
    given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"]
    if len(given) != 1:
        raise Unauthenticated("Send the header “Authorization: Bearer <token>”; `quoth token` issues tokens.")
    scheme, _, token = given[0].partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("The Authorization header must be “Bearer <token>”.")
    return token.strip()
