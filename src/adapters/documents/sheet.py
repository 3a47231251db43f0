"""Rows of a spreadsheet to lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.documents.text_builder import TextBuilder

_MOST_COLUMNS = 60
_LONGEST_NAME = 80


class Sheet:
    """Writes each row as `Name: value; Name: value` where the first row names the columns, else as `a | b | c`.

    A row found on its own, far below the names, then still says what its figures mean.
    """

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._first: list[str] | None = None
        self._names: list[str] | None = None
        self._started = False

    def row(self, values: list[str]) -> None:
        """Add a row; blank ones add nothing."""
        if not any(values):
            return
        if self._names is not None:
            self._add(self._named(self._names, values))
        elif self._first is not None:
            self._second_row(self._first, values)
        elif not self._started and _are_names(values):
            self._first = values
        else:
            self._add(_joined(values))

    def end(self) -> None:
        """Add a first row that no other followed."""
        if self._first is not None:
            self._add(_joined(self._first))
            self._first = None

    def _second_row(self, first: list[str], values: list[str]) -> None:
        self._first = None
        self._add(_joined(first))
        if len(values) <= len(first):
            self._names = first
            self._add(self._named(first, values))
        else:
            self._add(_joined(values))

    def _named(self, names: list[str], values: list[str]) -> str:
        named = [
            f"{names[index]}: {value}" if index < len(names) and names[index] else value
            for index, value in enumerate(values)
            if value
        ]
        return "; ".join(named)

    def _add(self, line: str) -> None:
        if self._started:
            self._builder.line(line)
        else:
            self._builder.block(line)
        self._started = True


def _joined(values: list[str]) -> str:
    return " | ".join(values)


def _are_names(values: list[str]) -> bool:
    """Words, each another, without a gap: not a title above the table, nor its first figures."""
    return (
        2 <= len(values) <= _MOST_COLUMNS  # noqa: PLR2004 - one column needs no name
        and len(set(values)) == len(values)
        and all(len(value) <= _LONGEST_NAME and any(map(str.isalpha, value)) for value in values)
    )
