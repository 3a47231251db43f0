"""The events of runs, to be read by anybody from anywhere in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from domain.identity import RunId
    from domain.run import AnswerEvent


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with its place in the run: 1, 2, 3 …"""

    id: int
    event: AnswerEvent


# What one run may have of events; an answer that would need more is not one that anybody reads.
MOST_EVENTS = 20_000


class RunLog(Protocol):
    """Keeps each run's events for at least ten minutes after its last one. A slow reader slows nobody. Everything may
    raise `RunLogUnavailable`."""

    async def append(self, run_id: RunId, event: AnswerEvent) -> int:
        """Add an event; the id it got. After a last event nothing is added any more: the id of that one. Raises
        `TooLarge` where there are `MOST_EVENTS` already, but for a last event, which always finds room."""
        ...

    async def knows(self, run_id: RunId) -> bool:
        """Whether any event of this run is kept."""
        ...

    def follow(self, run_id: RunId, *, after: int = 0) -> AsyncIterator[LoggedEvent]:
        """The events with a greater id than `after`, in order, waiting for those to come; ends after the last event
        of the run. Of a run that is not kept: nothing, at once."""
        ...

    async def request_stop(self, run_id: RunId) -> None:
        """Ask whoever works on this run, in whichever process, to stop."""
        ...

    async def stop_requested(self, run_id: RunId) -> None:
        """Return once a stop was asked for (maybe before the call); for the one who works on the run."""
        ...
