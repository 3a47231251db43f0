"""The tables of the memory database."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from application.ports.idempotency_keys import IdempotencyKey
    from application.ports.runs import ActiveRun
    from application.ports.tokens import AccessToken
    from domain.conversation import Conversation, Message
    from domain.identity import ConversationId, MessageId, RunId, UserId


@dataclass(slots=True)
class Tables:
    """Rows by key. All rows are frozen, so that copying the dictionaries copies the state."""

    conversations: dict[ConversationId, Conversation] = field(default_factory=dict["ConversationId", "Conversation"])
    messages: dict[MessageId, Message] = field(default_factory=dict["MessageId", "Message"])
    runs: dict[RunId, ActiveRun] = field(default_factory=dict["RunId", "ActiveRun"])
    tokens: dict[UUID, AccessToken] = field(default_factory=dict[UUID, "AccessToken"])
    keys: dict[tuple[UserId, str], IdempotencyKey] = field(default_factory=dict[tuple["UserId", str], "IdempotencyKey"])

    def copied(self) -> Tables:
        """The same rows in dictionaries of their own."""
        return Tables(**{each.name: dict(getattr(self, each.name)) for each in fields(self)})
