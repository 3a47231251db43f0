"""What is known from the outside of what the service was told, and what it must therefore hold."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Document:
    """A source by what its sender knows. `kept` is the text last acknowledged, None for none; `maybe` are the texts,
    or None for a deletion, that were sent since and of which no answer came."""

    name: str
    kept: str | None = None
    maybe: list[str | None] = field(default_factory=list["str | None"])
    source_id: str = ""

    @property
    def possible(self) -> list[str | None]:
        """What it may hold now."""
        return [self.kept, *self.maybe]


@dataclass(slots=True)
class Asked:
    """A question whose sender was told that it was kept. `shown` is the stream as it came, cut and taken up again."""

    text: str
    conversation_id: str
    run_id: str
    shown: dict[int, str] = field(default_factory=dict[int, str])
    is_stopped: bool = False
    is_ended: bool = False


@dataclass(slots=True)
class World:
    """Everything that was told, and how often what happened."""

    documents: dict[str, Document] = field(default_factory=dict[str, Document])
    asked: list[Asked] = field(default_factory=list[Asked])
    done: Counter[str] = field(default_factory=Counter[str])
    faults: list[str] = field(default_factory=list[str])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str, number: int = 1) -> None:
        """It happened."""
        with self.lock:
            self.done[what] += number

    def fault(self, what: str) -> None:
        """It must not happen."""
        with self.lock:
            self.faults.append(what)
