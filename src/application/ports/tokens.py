"""Access tokens: who a bearer of one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.identity import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A token as it is stored: only its SHA-256 (hexadecimal), never the token itself."""

    id: UUID
    owner: UserId
    name: str
    digest: str
    created_at: datetime


class Tokens(Protocol):
    """Stores access tokens."""

    async def add(self, token: AccessToken) -> None:
        """Store a new one."""
        ...

    async def find(self, digest: str) -> AccessToken | None:
        """The token with this digest, or None."""
        ...

    async def list(self) -> Sequence[AccessToken]:
        """All of them, newest first."""
        ...

    async def remove(self, token_id: UUID) -> bool:
        """Revoke one; False when there is none with this id."""
        ...
