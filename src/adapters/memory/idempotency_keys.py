"""Idempotency keys in a dictionary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.memory.tables import Tables
    from application.ports.idempotency_keys import IdempotencyKey, KeptAnswer
    from domain.identity import UserId


@dataclass(slots=True)
class MemoryIdempotencyKeys:
    """See the port."""

    tables: Tables

    async def claim(self, key: IdempotencyKey, *, now: datetime) -> IdempotencyKey | None:
        known = self.tables.keys.get((key.owner, key.key))
        lapsed = (
            known is not None
            and known.answer is None
            and known.leased_until < now
            and known.fingerprint == key.fingerprint
        )
        if known is None or lapsed:
            self.tables.keys[key.owner, key.key] = key
            return None
        return known

    async def answer(self, owner: UserId, key: str, answer: KeptAnswer) -> None:
        known = self.tables.keys.get((owner, key))
        if known is not None:
            self.tables.keys[owner, key] = replace(known, answer=answer)

    async def release(self, owner: UserId, key: str) -> None:
        known = self.tables.keys.get((owner, key))
        if known is not None and known.answer is None:
            del self.tables.keys[owner, key]

    async def forget(self, *, before: datetime) -> int:
        old = [place for place, key in self.tables.keys.items() if key.created_at < before]
        for place in old:
            del self.tables.keys[place]
        return len(old)
