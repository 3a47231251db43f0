"""A POST with an Idempotency-Key is carried out once (IETF draft “The Idempotency-Key HTTP Header Field”)."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from email.message import Message as HeaderParser
from typing import TYPE_CHECKING, Any, cast

from litestar.enums import ScopeType
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from application.ports.idempotency_keys import KeptAnswer
from domain.identity import Principal
from entrypoints.http.middleware import SharedMiddleware

if TYPE_CHECKING:
    from uuid import UUID

    from litestar.types import ASGIApp, Message, Receive, Scope, Send

    from application.access.once import Once

KEY_HEADER = "Idempotency-Key"
_NOT_KEPT = frozenset({"content-type", "content-length", "x-request-id"})
_FAILING = 500
_SLOW_DOWN = 429
_KNOWN_AS = "quoth_known_as"
_REQUESTS = uuid.UUID("0d1f7f3a-52c3-5a0e-8a55-6c6f0b1a9b52")


class Idempotency(SharedMiddleware):
    """Stands behind the authentication, since keys belong to their sender. Questions are left alone: asking takes care
    of its key itself, in the transaction that keeps the question."""

    def __init__(self, once: Once, most_bytes: int) -> None:
        """`once` holds the state. A body is read here before the framework's own bound sees it, so it is bounded too."""
        self._once = once
        self._most_bytes = most_bytes

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Carry out, or give the first answer again."""
        key = key_in(scope)
        if scope["type"] != ScopeType.HTTP or scope["method"] != "POST" or key is None or "/chat" in scope["path"]:
            await next_app(scope, receive, send)
            return
        principal = cast("Principal", scope["user"])
        body = await _read(receive, self._most_bytes)
        fingerprint = fingerprint_of(scope, body)
        kept = await self._once.begin(key, fingerprint, principal=principal)
        if kept is not None:
            await _answer_again(kept, send)
            return
        cast("dict[str, object]", scope["state"])[_KNOWN_AS] = _id_of(principal, key, fingerprint)
        recorder = _Recorder(send, self._once, key, principal)
        try:
            await next_app(scope, _replaying(body, receive), recorder.send)
        finally:
            await recorder.release_unsettled()


@dataclass(slots=True)
class _Recorder:
    """Keeps an answer before it is passed on."""

    pass_on: Send
    once: Once
    key: str
    principal: Principal
    start: dict[str, Any] = field(default_factory=dict[str, Any])
    held: list[Message] = field(default_factory=list["Message"])
    settled: bool = False

    async def send(self, message: Message) -> None:
        self.held.append(message)
        if message["type"] == "http.response.start":
            self.start = cast("dict[str, Any]", message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            await self._settle()
            for each in self.held:
                await self.pass_on(each)

    async def release_unsettled(self) -> None:
        """An answer that never came is none to keep."""
        if not self.settled:
            self.settled = True
            await self.once.release(self.key, principal=self.principal)

    async def _settle(self) -> None:
        status = int(self.start["status"])
        # Failing, or refusing for want of capacity, did nothing that trying again could do twice.
        if status >= _FAILING or status == _SLOW_DOWN:
            await self.release_unsettled()
            return
        self.settled = True
        headers = {bytes(name).lower().decode("latin-1"): bytes(value) for name, value in self.start["headers"]}
        kept = KeptAnswer(
            status=status,
            media_type=headers.get("content-type", b"").decode("latin-1"),
            headers=tuple((name, value.decode("latin-1")) for name, value in headers.items() if name not in _NOT_KEPT),
            body=b"".join(cast("dict[str, bytes]", each).get("body", b"") for each in self.held),
        )
        await self.once.keep(self.key, kept, principal=self.principal)


async def _answer_again(kept: KeptAnswer, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept.headers]
    headers.append((b"content-length", str(len(kept.body)).encode()))
    if kept.media_type:
        headers.append((b"content-type", kept.media_type.encode("latin-1")))
    await send(cast("Message", {"type": "http.response.start", "status": kept.status, "headers": headers}))
    await send(cast("Message", {"type": "http.response.body", "body": kept.body, "more_body": False}))


def known_as(scope: Scope) -> UUID | None:
    """An id that only this request has, whenever it is sent again; None without a key. What it makes bears it, so that
    not even a process that dies between making it and answering can have it made twice."""
    return cast("UUID | None", cast("dict[str, object]", scope["state"]).get(_KNOWN_AS))


def _id_of(principal: Principal, key: str, fingerprint: str) -> UUID:
    return uuid.uuid5(_REQUESTS, f"{principal.user_id}\n{key}\n{fingerprint}")


def key_in(scope: Scope) -> str | None:
    """The request's Idempotency-Key."""
    return _header(scope, KEY_HEADER.lower().encode())


def fingerprint_of(scope: Scope, body: bytes) -> str:
    """The same request has the same fingerprint, also when its parts are separated by another random boundary."""
    parser = HeaderParser()
    parser["content-type"] = _header(scope, b"content-type") or ""
    boundary = parser.get_param("boundary")
    if isinstance(boundary, str) and boundary:
        body = body.replace(boundary.encode("latin-1", "replace"), b"")
    whole = [scope["path"].rstrip("/").encode(), scope["query_string"], parser.get_content_type().encode(), body]
    return hashlib.sha256(b"\n".join(whole)).hexdigest()


def _header(scope: Scope, wanted: bytes) -> str | None:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == wanted), None)


async def _read(receive: Receive, most_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        size += len(message["body"])
        if size > most_bytes:
            raise RequestEntityTooLarge
        parts.append(message["body"])
        if not message.get("more_body"):
            return b"".join(parts)


def _replaying(body: bytes, receive: Receive) -> Receive:
    given = False

    async def receive_again() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
