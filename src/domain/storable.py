"""What can be kept exactly by every store."""

from __future__ import annotations

from domain.errors import InvalidInput


def check_storable(field: str, value: object) -> None:
    """Refuse text that a store can't keep as it is, wherever it stands in a JSON value: U+0000, which PostgreSQL has
    no room for, and halves of surrogate pairs, which no encoding has."""
    waiting: list[object] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            _check_text(field, each)
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
