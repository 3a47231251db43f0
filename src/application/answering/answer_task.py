"""What one run has to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.ports.answerer import Turn
    from domain.conversation import Message
    from domain.identity import RunId, SourceId, UserId

# How long a run may go without a sign of life before others take its process for dead.
LEASE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTask:
    """All that a run needs to know. `sources` of None means all, empty means none; `search` False means no search."""

    run_id: RunId
    owner: UserId
    question: Message
    answer: Message
    history: tuple[Turn, ...]
    search: bool
    sources: frozenset[SourceId] | None
    limit: int
