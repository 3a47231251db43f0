"""Answers already given to requests that carried an Idempotency-Key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from domain.identity import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """What was answered: enough to answer the same again, byte for byte."""

    status: int
    media_type: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """A key in use. `fingerprint` is the SHA-256 of method, path and body. Until `answer` is there, the request is
    being carried out by somebody who holds it until `leased_until`."""

    owner: UserId
    key: str
    fingerprint: str
    created_at: datetime
    leased_until: datetime
    answer: KeptAnswer | None = None


class IdempotencyKeys(Protocol):
    """Stores keys, one per owner and key."""

    async def claim(self, key: IdempotencyKey, *, now: datetime) -> IdempotencyKey | None:
        """Enter the key and return None, or return the entry that stands there already.

        Of several concurrent callers exactly one gets None, once they have committed. An unanswered entry with the
        same fingerprint whose lease ended before `now` is taken over (None).
        """
        ...

    async def answer(self, owner: UserId, key: str, answer: KeptAnswer) -> None:
        """Keep what was answered."""
        ...

    async def release(self, owner: UserId, key: str) -> None:
        """Forget an unanswered key, so that the request can be tried again."""
        ...

    async def forget(self, *, before: datetime) -> int:
        """Drop the entries created before this time; how many there were."""
        ...
