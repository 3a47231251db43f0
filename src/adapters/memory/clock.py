"""A clock that a test can set."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID


@dataclass(slots=True)
class MemoryClock:
    """Tells a microsecond more each time it is asked, so that what is made later sorts later."""

    present: datetime = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    made: int = 0

    def now(self) -> datetime:
        """See the port."""
        self.present += timedelta(microseconds=1)
        return self.present

    def monotonic(self) -> float:
        """See the port."""
        return time.monotonic()

    def new_id(self) -> UUID:
        """See the port."""
        self.made += 1
        milliseconds = int(self.present.timestamp() * 1000)
        return UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62) | self.made)

    def pass_seconds(self, seconds: float) -> None:
        """Let time go by."""
        self.present += timedelta(seconds=seconds)
