"""What can be kept exactly by every store."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from domain.errors import InvalidInput

if TYPE_CHECKING:
    from domain.conversation import Conversation, Message


def check_conversation(conversation: Conversation) -> None:
    """Refuse a conversation that can't be kept as it is."""
    for field in ("title", "space", "tags", "metadata"):
        check_storable(field, getattr(conversation, field))


def check_message(message: Message) -> None:
    """Refuse a message that can't be kept as it is."""
    check_storable("content", message.content)
    check_storable("metadata", message.metadata)
    check_storable("sources", tuple(dataclasses.astuple(reference) for reference in message.references))


def check_storable(field: str, value: object) -> None:
    """Refuse text that a store can't keep as it is, wherever it stands in a JSON value: U+0000, which PostgreSQL has
    no room for, and halves of surrogate pairs, which no encoding has. JSON has no numbers that are not finite either."""
    waiting: list[object] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            _check_text(field, each)
        elif isinstance(each, float) and not math.isfinite(each):
            raise InvalidInput(field, "Must not contain a number that is not finite.")
        elif isinstance(each, dict):
            waiting += [*each.keys(), *each.values()]  # pyright: ignore[reportUnknownArgumentType]  # of any type
        elif isinstance(each, list | tuple):
            waiting += each  # pyright: ignore[reportUnknownArgumentType]  # of any type


def _check_text(field: str, text: str) -> None:
    if "\x00" in text:
        raise InvalidInput(field, "Must not contain the character U+0000.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidInput(field, "Must not contain one half of a surrogate pair.") from None
