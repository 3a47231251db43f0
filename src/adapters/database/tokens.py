"""Access tokens in a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from advanced_alchemy.repository.typing import OrderingPair

from adapters.database.mapping import row_of_token, token_from
from adapters.database.repositories import AccessTokenRows, repository
from adapters.database.rows import AccessTokenRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from adapters.database.transaction import Transaction
    from application.ports.tokens import AccessToken


@dataclass(frozen=True, slots=True)
class DatabaseTokens:
    """See the port."""

    transaction: Transaction

    async def add(self, token: AccessToken) -> None:
        self.transaction.to_write()
        await repository(AccessTokenRows, self.transaction).add(row_of_token(token))

    async def find(self, digest: str) -> AccessToken | None:
        row = await repository(AccessTokenRows, self.transaction).get_one_or_none(digest=digest)
        return None if row is None else token_from(row)

    async def list(self) -> Sequence[AccessToken]:
        newest_first: list[OrderingPair] = [AccessTokenRow.created_at.desc(), AccessTokenRow.id.desc()]
        rows = await repository(AccessTokenRows, self.transaction).get_many(order_by=newest_first)
        return [token_from(row) for row in rows]

    async def remove(self, token_id: UUID) -> bool:
        return await self.transaction.wrote(sa.delete(AccessTokenRow).where(AccessTokenRow.id == token_id)) == 1
