"""The time, and new identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class Clock(Protocol):
    """Tells the time and makes identifiers that sort by it."""

    def now(self) -> datetime:
        """The present in UTC, aware, to the microsecond; never earlier than what it told before in this process."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, for measuring durations."""
        ...

    def new_id(self) -> UUID:
        """A new UUID, version 7 (RFC 9562): later ones sort after earlier ones of this process."""
        ...
