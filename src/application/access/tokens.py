"""Access tokens: issue, list, revoke, and tell who bears one."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.ports.tokens import AccessToken
from domain.conversation import check_text
from domain.errors import NotFound, Unauthenticated
from domain.identity import Principal, UserId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from application.ports.clock import Clock
    from application.ports.unit_of_work import StartUnitOfWork

_PREFIX = "quoth_"
_NAME_LENGTH = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueToken:
    """Makes a token for a user. It is shown once: what is kept of it is its SHA-256, which is enough for a random
    secret of 256 bits."""

    start_unit_of_work: StartUnitOfWork
    clock: Clock

    async def __call__(self, user: str, *, name: str) -> str:
        """The token. Raises `InvalidInput`."""
        check_text("user", user, _NAME_LENGTH)
        check_text("name", name, _NAME_LENGTH)
        token = _PREFIX + secrets.token_urlsafe(32)
        async with self.start_unit_of_work(write=True) as unit_of_work:
            await unit_of_work.tokens.add(
                AccessToken(
                    id=self.clock.new_id(),
                    owner=UserId(user),
                    name=name,
                    digest=_digest(token),
                    created_at=self.clock.now(),
                )
            )
            await unit_of_work.commit()
        return token


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTokens:
    """For the operator: who has access."""

    start_unit_of_work: StartUnitOfWork

    async def __call__(self) -> Sequence[AccessToken]:
        """Newest first."""
        async with self.start_unit_of_work() as unit_of_work:
            return await unit_of_work.tokens.list()


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken:
    """From now on its bearer is nobody."""

    start_unit_of_work: StartUnitOfWork

    async def __call__(self, token_id: UUID) -> None:
        """Raises `NotFound`."""
        async with self.start_unit_of_work(write=True) as unit_of_work:
            if not await unit_of_work.tokens.remove(token_id):
                raise NotFound(f"There is no token {token_id}.")
            await unit_of_work.commit()


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticate:
    """Who bears this token."""

    start_unit_of_work: StartUnitOfWork

    async def __call__(self, token: str) -> Principal:
        """Raises `Unauthenticated`."""
        async with self.start_unit_of_work() as unit_of_work:
            found = await unit_of_work.tokens.find(_digest(token))
        if found is None:
            raise Unauthenticated("This token is unknown or was revoked.")
        return Principal(found.owner)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
