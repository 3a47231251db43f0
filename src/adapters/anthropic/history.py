"""The conversation before the question, as the model is told it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adapters.anthropic.limits import tokens_in
from domain.conversation import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from anthropic.types import MessageParam

    from application.ports.answerer import Turn

_MARKERS = re.compile(r"[ \t]*\[\d{1,3}\]")
_REWRITING_TURNS = 6
_LONGEST_LINE = 600


def earlier_messages(history: Sequence[Turn], budget: int) -> list[MessageParam]:
    """The latest exchanges that fit, oldest first, each a question with its answer: a question that failed, and an
    empty answer, are left out, as every message must say something and roles must take turns.

    Markers of earlier answers go: their numbers meant other passages.
    """
    messages: list[MessageParam] = []
    for question, answer in reversed(list(_exchanges(history))):
        budget -= tokens_in(question) + tokens_in(answer)
        if budget < 0:
            break
        messages[:0] = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return messages


def transcript(question: str, history: Sequence[Turn]) -> str:
    """The last turns and the question, for a rewriting."""
    turns = [turn for turn in history if turn.content.strip()][-_REWRITING_TURNS:]
    lines = [f"{_speaker(turn.role)}: {_one_line(turn.content)}" for turn in turns]
    conversation = "\n".join(lines)
    return f"<conversation>\n{conversation}\n</conversation>\n\nLast question: {_one_line(question)}"


def _exchanges(history: Sequence[Turn]) -> Iterator[tuple[str, str]]:
    asked: list[str] = []
    answered: list[str] = []
    for turn in history:
        content = turn.content.strip()
        if turn.role is Role.ASSISTANT:
            content = _MARKERS.sub("", content).strip()
            answered += [content] if asked and content else []
            continue
        if answered:
            yield "\n\n".join(asked), "\n\n".join(answered)
            asked, answered = [], []
        asked += [content] if content else []
    if answered:
        yield "\n\n".join(asked), "\n\n".join(answered)


def _speaker(role: Role) -> str:
    return "Assistant" if role is Role.ASSISTANT else "Person"


def _one_line(text: str) -> str:
    return " ".join(_MARKERS.sub("", text).split()).replace("<", "‹")[:_LONGEST_LINE]
