"""Whose a thing is, and the identifiers of things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType
from uuid import UUID

UserId = NewType("UserId", str)
ConversationId = NewType("ConversationId", UUID)
MessageId = NewType("MessageId", UUID)
# A run is the making of one answer and bears the answer's id: there is nothing to look up between them.
RunId = NewType("RunId", UUID)
SourceId = NewType("SourceId", UUID)
VersionId = NewType("VersionId", UUID)
PassageId = NewType("PassageId", UUID)

LOCAL_USER = UserId("local")

# Values as JSON knows them. `object` rather than a recursive union: the domain only carries them.
Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. Every use case takes one and reads and writes only what is theirs."""

    user_id: UserId = LOCAL_USER


def run_of(message_id: MessageId) -> RunId:
    """The run that makes (or made) this answer."""
    return RunId(message_id)


def message_of(run_id: RunId) -> MessageId:
    """The answer that this run makes (or made)."""
    return MessageId(run_id)
