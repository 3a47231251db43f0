"""What points a request is about, in words that both engines translate; and the guard against selecting them all."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Is:
    """The field has (or, being a list, holds) this value."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The field has one of these values; of no values, nothing."""

    key: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Prefix:
    """The field has, or holds, a value that begins so."""

    key: str
    prefix: str


@dataclass(frozen=True, slots=True)
class AtMost:
    """The field is a number, this one at most."""

    key: str
    most: int


@dataclass(frozen=True, slots=True)
class Equals:
    """The field is this number."""

    key: str
    value: int


@dataclass(frozen=True, slots=True)
class Ids:
    """The point is one of these."""

    ids: frozenset[UUID]


Condition = Is | AnyOf | Prefix | AtMost | Equals | Ids


@dataclass(frozen=True, slots=True)
class Where:
    """Points for which all of `must` hold, and none of `must_not`."""

    must: tuple[Condition, ...] = ()
    must_not: tuple[Condition, ...] = ()

    def also(self, *conditions: Condition) -> Where:
        """Narrowed down."""
        return Where((*self.must, *conditions), self.must_not)

    def but_not(self, *conditions: Condition) -> Where:
        """Narrowed down by exclusion."""
        return Where(self.must, (*self.must_not, *conditions))


# A deletion has to say which source, version or points it means: what kind and whose is never enough.
_NAMING = frozenset({"source", "version"})


def refuse_to_delete_at_large(where: Where) -> None:
    """Raise `ValueError` unless this names what it selects: an empty selector means *everything* to Qdrant."""
    if any(_is_empty(condition) for condition in (*where.must, *where.must_not)):
        raise ValueError("A deletion was asked for with an empty list; nothing was deleted.")
    if not any(_names(condition) for condition in where.must):
        raise ValueError("A deletion was asked for that names no source, version or point; nothing was deleted.")


def _is_empty(condition: Condition) -> bool:
    match condition:
        case Is(value=value):
            return value == ""
        case AnyOf(values=values):
            return not values
        case Ids(ids=ids):
            return not ids
        case _:
            return False


def _names(condition: Condition) -> bool:
    return isinstance(condition, Ids) or (isinstance(condition, Is | AnyOf) and condition.key in _NAMING)
