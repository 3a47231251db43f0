"""What a question means after what was said before, by rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.conversation import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.ports.answerer import Turn

_TURNS_BEFORE = 2
_LONGEST_TURN = 200


def standalone_queries(question: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """The question, and for a follow-up also the question with what the user asked in the two turns before it.

    Neither alone is enough: the bare question misses what "it" is, the longer one what is new. What the assistant said
    is left out: after "I don't know" it leads away. The question comes first, as a model that reads only so much
    drops the end.
    """
    asked = [line for turn in history if turn.role is Role.USER if (line := " ".join(turn.content.split()))]
    before = [_shortened(line) for line in reversed(asked) if line != question.strip()][:_TURNS_BEFORE]
    return (question, "\n".join((question, *before))) if before else (question,)


def _shortened(line: str) -> str:
    """The beginning of a long turn, to the last whole word."""
    if len(line) <= _LONGEST_TURN:
        return line
    return line[:_LONGEST_TURN].rsplit(" ", 1)[0]
