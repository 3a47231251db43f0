"""Idempotency keys in a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from adapters.database.mapping import columns_of_answer, columns_of_key, key_from
from adapters.database.repositories import IdempotencyKeyRows, repository
from adapters.database.rows import IdempotencyKeyRow

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.database.transaction import Transaction
    from application.ports.idempotency_keys import IdempotencyKey, KeptAnswer
    from domain.identity import UserId


@dataclass(frozen=True, slots=True)
class DatabaseIdempotencyKeys:
    """See the port."""

    transaction: Transaction

    async def claim(self, key: IdempotencyKey, *, now: datetime) -> IdempotencyKey | None:
        while True:
            enter = self.transaction.insert(IdempotencyKeyRow).values(columns_of_key(key)).on_conflict_do_nothing()
            # Waits for another caller with the same key to commit or give up.
            if await self.transaction.wrote(enter) == 1:
                return None
            row = await repository(IdempotencyKeyRows, self.transaction).get_one_or_none(
                user_id=key.owner, key=key.key, with_for_update=self.transaction.locks_rows or None
            )
            if row is not None:
                return await self._take_over(key_from(row), key, now)

    async def answer(self, owner: UserId, key: str, answer: KeptAnswer) -> None:
        change = sa.update(IdempotencyKeyRow).where(*_place(owner, key)).values(columns_of_answer(answer))
        await self.transaction.wrote(change)

    async def release(self, owner: UserId, key: str) -> None:
        unanswered = IdempotencyKeyRow.status.is_(None)
        await self.transaction.wrote(sa.delete(IdempotencyKeyRow).where(*_place(owner, key), unanswered))

    async def forget(self, *, before: datetime) -> int:
        return await self.transaction.wrote(sa.delete(IdempotencyKeyRow).where(IdempotencyKeyRow.created_at < before))

    async def _take_over(self, known: IdempotencyKey, key: IdempotencyKey, now: datetime) -> IdempotencyKey | None:
        lapsed = known.answer is None and known.leased_until < now and known.fingerprint == key.fingerprint
        if not lapsed:
            return known
        await self.transaction.wrote(
            sa.update(IdempotencyKeyRow).where(*_place(key.owner, key.key)).values(columns_of_key(key))
        )
        return None


def _place(owner: UserId, key: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (IdempotencyKeyRow.user_id == owner, IdempotencyKeyRow.key == key)
