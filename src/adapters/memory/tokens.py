"""Access tokens in a dictionary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Conflict
from domain.storable import check_storable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from adapters.memory.tables import Tables
    from application.ports.tokens import AccessToken


@dataclass(slots=True)
class MemoryTokens:
    """See the port."""

    tables: Tables

    async def add(self, token: AccessToken) -> None:
        check_storable("name", token.name)
        if token.id in self.tables.tokens or await self.find(token.digest) is not None:
            raise Conflict("It exists already.")
        self.tables.tokens[token.id] = token

    async def find(self, digest: str) -> AccessToken | None:
        return next((token for token in self.tables.tokens.values() if token.digest == digest), None)

    async def list(self) -> Sequence[AccessToken]:
        return sorted(self.tables.tokens.values(), key=lambda token: (token.created_at, token.id), reverse=True)

    async def remove(self, token_id: UUID) -> bool:
        return self.tables.tokens.pop(token_id, None) is not None
