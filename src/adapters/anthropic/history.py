"""The conversation before the question, as the model is told it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.anthropic.limits import tokens_in
from domain.conversation import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anthropic.types import MessageParam

    from application.ports.answerer import Turn

_MARKERS = re.compile(r"[ \t]*\[\d{1,3}\]")
_REWRITING_TURNS = 6
_LONGEST_LINE = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """`instructions` are what system messages say; `said` is what a person added and nobody was to answer, so that it
    belongs to the question. Either may be empty."""

    instructions: str
    exchanges: list[MessageParam]
    said: str


def earlier(history: Sequence[Turn], budget: int) -> Earlier:
    """What fits: instructions first, then the latest. Exchanges come oldest first, each a question with its answer: a
    question that failed is left out with its answer, as every message must say something and roles must take turns.

    Markers of earlier answers go: their numbers meant other passages.
    """
    exchanges, said = _exchanges(_said(history))
    instructions = "\n\n".join(turn.content.strip() for turn in history if turn.role is Role.SYSTEM)
    rest = budget
    texts: list[str] = []
    for text in (instructions, said):
        fits = tokens_in(text) <= rest
        rest -= tokens_in(text) if fits else 0
        texts.append(text if fits else "")
    messages: list[MessageParam] = []
    for question, answer in reversed(exchanges):
        rest -= tokens_in(question) + tokens_in(answer)
        if rest < 0:
            break
        messages[:0] = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return Earlier(instructions=texts[0], exchanges=messages, said=texts[1])


def transcript(question: str, history: Sequence[Turn]) -> str:
    """The last turns and the question, for a rewriting."""
    turns = [turn for turn in _said(history) if turn.content.strip()][-_REWRITING_TURNS:]
    lines = [f"{_speaker(turn.role)}: {_one_line(turn.content)}" for turn in turns]
    conversation = "\n".join(lines)
    return f"<conversation>\n{conversation}\n</conversation>\n\nLast question: {_one_line(question)}"


def is_first_question(history: Sequence[Turn]) -> bool:
    """Whether nothing was said before it that it could refer to."""
    return not any(turn.content.strip() for turn in _said(history))


def _said(history: Sequence[Turn]) -> list[Turn]:
    return [turn for turn in history if turn.role is not Role.SYSTEM]


def _exchanges(turns: Sequence[Turn]) -> tuple[list[tuple[str, str]], str]:
    """Questions with their answers, and what was said after the last of them."""
    exchanges: list[tuple[str, str]] = []
    asked: list[str] = []
    answered: list[str] = []
    for turn in turns:
        content = _MARKERS.sub("", turn.content).strip() if turn.role is Role.ASSISTANT else turn.content.strip()
        if turn.role is Role.ASSISTANT:
            answered += [content] if asked and content else []
            asked = asked if answered else []
            continue
        if answered:
            exchanges.append(("\n\n".join(asked), "\n\n".join(answered)))
            asked, answered = [], []
        asked += [content] if content else []
    if answered:
        exchanges.append(("\n\n".join(asked), "\n\n".join(answered)))
        asked = []
    return exchanges, "\n\n".join(asked)


def _speaker(role: Role) -> str:
    return "Assistant" if role is Role.ASSISTANT else "Person"


def _one_line(text: str) -> str:
    return " ".join(_MARKERS.sub("", text).split()).replace("<", "‹")[:_LONGEST_LINE]
