"""The conversations of an owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.conversation import Conversation, ConversationSummary
    from domain.identity import ConversationId, UserId


@dataclass(frozen=True, slots=True)
class ConversationCursor:
    """The place after one row of the list, by its sort key: stable while other rows are written."""

    updated_at: datetime
    id: ConversationId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationQuery:
    """Which conversations to list. `search` looks in titles and message text, word by word, the last word as a
    prefix, letter case and accents aside; all its words must occur. `after` and `offset` exclude each other."""

    space: str | None = None
    tag: str | None = None
    search: str | None = None
    limit: int = 50
    offset: int = 0
    after: ConversationCursor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPage:
    """A page of the list. `total` counts all that match; `next` is None on the last page."""

    items: Sequence[ConversationSummary]
    total: int
    next: ConversationCursor | None


class Conversations(Protocol):
    """Stores conversations. Nothing of another owner is ever found: it raises `ConversationNotFound`."""

    async def add(self, conversation: Conversation) -> None:
        """Store a new one, tags included. Its `active_message_id` may name a message added later in the same block."""
        ...

    async def get(self, conversation_id: ConversationId, *, owner: UserId) -> Conversation:
        """The conversation itself. Inside a `write=True` block it is locked until the block ends, so that two
        writers of one conversation take turns."""
        ...

    async def summary(self, conversation_id: ConversationId, *, owner: UserId) -> ConversationSummary:
        """The conversation as a list shows it."""
        ...

    async def list(self, query: ConversationQuery, *, owner: UserId) -> ConversationPage:
        """Last updated first (then by id, descending). A fixed number of statements, however long the page."""
        ...

    async def save(self, conversation: Conversation) -> None:
        """Replace title, space, tags, metadata, `updated_at` and `active_message_id` of one that exists."""
        ...

    async def delete(self, conversation_id: ConversationId, *, owner: UserId) -> None:
        """Delete it with its messages, tags and runs."""
        ...
