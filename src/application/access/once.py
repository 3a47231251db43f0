"""Carry a request out once, however often it is sent: the state behind the Idempotency-Key header."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from application.ports.idempotency_keys import IdempotencyKey
from domain.conversation import check_text
from domain.errors import Conflict

if TYPE_CHECKING:
    from application.ports.clock import Clock
    from application.ports.idempotency_keys import KeptAnswer
    from application.ports.unit_of_work import StartUnitOfWork
    from domain.identity import Principal

KEY_LENGTH = 255
KEPT_FOR = timedelta(hours=24)
_LEASE = timedelta(minutes=5)
_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """Claims keys, keeps the answers that were given, and gives them again."""

    start_unit_of_work: StartUnitOfWork
    clock: Clock

    async def begin(self, key: str, fingerprint: str, *, principal: Principal) -> KeptAnswer | None:
        """None for the one who is to carry the request out; for the others what was answered, waiting for it if need
        be. Raises `InvalidInput`, or `Conflict` where the key came with another request, or the first is not done."""
        check_text("Idempotency-Key", key, KEY_LENGTH)
        waited = 0.0
        while True:
            known = await self._claim(key, fingerprint, principal)
            if known is None:
                return None
            if known.fingerprint != fingerprint:
                raise Conflict("This Idempotency-Key was used for another request.")
            if known.answer is not None:
                return known.answer
            if waited >= _PATIENCE_SECONDS:
                raise Conflict("The first request with this Idempotency-Key is still being carried out.")
            await asyncio.sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS

    async def keep(self, key: str, answer: KeptAnswer, *, principal: Principal) -> None:
        """What to answer from now on."""
        async with self.start_unit_of_work(write=True) as unit_of_work:
            await unit_of_work.idempotency_keys.answer(principal.user_id, key, answer)
            await unit_of_work.commit()

    async def release(self, key: str, *, principal: Principal) -> None:
        """Nothing was done: the request may be tried again."""
        async with self.start_unit_of_work(write=True) as unit_of_work:
            await unit_of_work.idempotency_keys.release(principal.user_id, key)
            await unit_of_work.commit()

    async def forget_old(self) -> int:
        """Drop the keys that are older than a day; how many."""
        async with self.start_unit_of_work(write=True) as unit_of_work:
            count = await unit_of_work.idempotency_keys.forget(before=self.clock.now() - KEPT_FOR)
            await unit_of_work.commit()
        return count

    async def _claim(self, key: str, fingerprint: str, principal: Principal) -> IdempotencyKey | None:
        now = self.clock.now()
        entry = IdempotencyKey(
            owner=principal.user_id,
            key=key,
            fingerprint=fingerprint,
            created_at=now,
            leased_until=now + _LEASE,
        )
        async with self.start_unit_of_work(write=True) as unit_of_work:
            known = await unit_of_work.idempotency_keys.claim(entry, now=now)
            await unit_of_work.commit()
        return known
