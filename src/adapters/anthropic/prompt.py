"""What a model is asked: the rules first and the question last, as the passages before it change every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.anthropic import wordings
from adapters.anthropic.history import earlier, transcript
from application.ports.answerer import CitationStyle

if TYPE_CHECKING:
    from anthropic.types import MessageParam, TextBlockParam

    from adapters.anthropic.limits import Budget
    from adapters.anthropic.passages import GivenPassages
    from application.ports.answerer import AnswerRequest, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One request to a model."""

    model: str
    system: str
    messages: Sequence[MessageParam]
    max_tokens: int


def answering(
    request: AnswerRequest, passages: GivenPassages, budget: Budget, *, model: str, style: CitationStyle
) -> Prompt:
    """For an answer: from the passages or, where none were looked for, from the conversation."""
    before = earlier(request.history, budget.history)
    said = f"{before.said}\n\n" if before.said else ""
    question: MessageParam
    if not request.grounded:
        system = wordings.CHAT_SYSTEM
        question = {"role": "user", "content": f"{said}{request.question}"}
    elif style is CitationStyle.NATIVE:
        system = wordings.NATIVE_SYSTEM
        asked: TextBlockParam = {"type": "text", "text": f"{said}{request.question}"}
        question = {"role": "user", "content": [*passages.search_results(), asked]}
    else:
        system = wordings.INLINE_SYSTEM
        question = {"role": "user", "content": f"{passages.numbered()}\n\n{said}Question: {request.question}"}
    if before.instructions:
        system += wordings.INSTRUCTIONS.format(instructions=before.instructions)
    return Prompt(model=model, system=system, messages=[*before.exchanges, question], max_tokens=budget.answer)


def rewriting(question: str, history: Sequence[Turn], budget: Budget, *, model: str) -> Prompt:
    """For a question that stands without the conversation."""
    return Prompt(
        model=model,
        system=wordings.REWRITING_SYSTEM,
        messages=[{"role": "user", "content": transcript(question, history)}],
        max_tokens=budget.rewriting,
    )
