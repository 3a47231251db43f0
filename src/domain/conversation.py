"""Conversations and the tree of messages in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.answer import Reference
from domain.errors import InvalidInput
from domain.identity import ConversationId, Json, MessageId, RunId, UserId

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLE_LENGTH = 255
SPACE_LENGTH = 50
TAG_LENGTH = 50
TAG_COUNT = 50
MESSAGE_LENGTH = 100_000
PREVIEW_LENGTH = 200
DEFAULT_SPACE = "default"
# What only a run may say in a message's metadata.
_METADATA_OF_RUNS = ("status", "problem")
_AUTOMATIC_TITLE_LENGTH = 80


class Role(StrEnum):
    """Who speaks."""

    USER = "user"
    ASSISTANT = "assistant"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One node of a conversation's tree; an edited question or a regenerated answer is a sibling of the first.

    `siblings` are the ids of all messages with the same parent, oldest first, this one among them; a store fills
    them in on reading and ignores them on writing.
    """

    id: MessageId
    conversation_id: ConversationId
    parent_id: MessageId | None
    role: Role
    content: str
    created_at: datetime
    metadata: Json = field(default_factory=dict[str, object])
    references: tuple[Reference, ...] = ()
    siblings: tuple[MessageId, ...] = ()

    @property
    def status(self) -> str | None:
        """An answer's status as it is kept in its metadata; None where no run made the message."""
        status = self.metadata.get("status")
        return status if isinstance(status, str) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation of one owner. `active_message_id` is the leaf of the branch on show."""

    id: ConversationId
    owner: UserId
    title: str
    created_at: datetime
    updated_at: datetime
    space: str = DEFAULT_SPACE
    tags: tuple[str, ...] = ()
    metadata: Json = field(default_factory=dict[str, object])
    active_message_id: MessageId | None = None

    def __post_init__(self) -> None:
        """Refuse what breaks a rule, naming the field."""
        check_text("title", self.title, TITLE_LENGTH)
        check_text("space", self.space, SPACE_LENGTH)
        if len(self.tags) > TAG_COUNT:
            raise InvalidInput("tags", f"At most {TAG_COUNT} tags, not {len(self.tags)}.")
        for position, tag in enumerate(self.tags):
            check_text(f"tags/{position}", tag, TAG_LENGTH)

    def at(self, leaf: MessageId, now: datetime) -> Conversation:
        """With the branch that ends in this message on show, and moved to the top of the list."""
        return replace(self, active_message_id=leaf, updated_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    """A conversation as a list shows it. `message_count` counts every branch; `active_run` answers just now."""

    conversation: Conversation
    message_count: int
    last_message_preview: str | None
    active_run: RunId | None = None


def check_text(name: str, text: str, longest: int) -> None:
    """Refuse empty or overlong text, and U+0000, which PostgreSQL can't store (so neither database does)."""
    if not text.strip():
        raise InvalidInput(name, "Must not be empty.")
    if len(text) > longest:
        raise InvalidInput(name, f"At most {longest:,} characters, not {len(text):,}.")
    if "\x00" in text:
        raise InvalidInput(name, "Must not contain the character U+0000.")


def check_message_metadata(name: str, metadata: Json) -> None:
    """Refuse what says how an answer is getting on: only the run that writes it knows."""
    for key in _METADATA_OF_RUNS:
        if key in metadata:
            raise InvalidInput(f"{name}/{key}", "Only an answer that this service writes has it.")


def without_repeats(tags: Sequence[str]) -> tuple[str, ...]:
    """The tags in their order, each once."""
    return tuple(dict.fromkeys(tags))


def title_from(question: str) -> str:
    """A title for a conversation that begins with this question: its first line, cut at a word."""
    line = next((line for line in question.splitlines() if line.strip()), "")
    words = re.sub(r"[*_`#>\[\]]+", "", line)
    return _cut(" ".join(words.split()) or " ".join(line.split()), _AUTOMATIC_TITLE_LENGTH) or "Conversation"


def preview_of(content: str) -> str | None:
    """At most 200 characters of a message, white space folded, cut at a word; None where there is nothing to show."""
    return _cut(" ".join(content.split()), PREVIEW_LENGTH) or None


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    at_word = text[:longest].rpartition(" ")[0]
    return (at_word or text[: longest - 1]).rstrip(" ,;:.") + "…"
