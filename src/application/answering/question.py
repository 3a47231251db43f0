"""A question as it is asked, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from domain.conversation import MESSAGE_LENGTH, check_text
from domain.errors import InvalidInput

if TYPE_CHECKING:
    from domain.identity import ConversationId, MessageId, RunId


class Place(Enum):
    """Where a question goes when no parent is named: below the last message on show."""

    AT_THE_END = auto()


@dataclass(frozen=True, slots=True)
class QuestionKey:
    """An Idempotency-Key, with the fingerprint of the request that it came with."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. Exactly one of `message` and `regenerate` is given.

    `sources` are ids or URLs that the search is limited to: None for all, empty for none. `parent` of None begins a
    new branch at the root. `regenerate` is an answer to be made again, or a question that got none. Asked again with the
    same `key`, the run of the first time is answered and nothing is done twice.
    """

    message: str | None = None
    regenerate: MessageId | None = None
    conversation_id: ConversationId | None = None
    use_rag: bool = True
    sources: tuple[str, ...] | None = None
    limit: int = 5
    parent: MessageId | Place | None = Place.AT_THE_END
    key: QuestionKey | None = None

    def check(self) -> None:
        """Raises `InvalidInput`."""
        if (self.message is None) == (self.regenerate is None):
            raise InvalidInput("message", "Exactly one of message and regenerate must be given.")
        if self.message is not None:
            check_text("message", self.message, MESSAGE_LENGTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedRun:
    """An answer that is being written."""

    run_id: RunId
    conversation_id: ConversationId
