"""The machine's clock, and identifiers made from it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from uuid_utils import compat

if TYPE_CHECKING:
    from uuid import UUID

_TICK = timedelta(microseconds=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class SystemClock:
    """Never goes back within a process, even when the machine's clock is set back."""

    _last: datetime = _LONG_AGO

    def now(self) -> datetime:
        """See the port."""
        self._last = max(self._last + _TICK, datetime.now(UTC))
        return self._last

    def monotonic(self) -> float:
        """See the port."""
        return time.monotonic()

    def new_id(self) -> UUID:
        """See the port."""
        return compat.uuid7()
