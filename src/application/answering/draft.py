"""An answer while it is being written: what has been said, shown and cited so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from domain.answer import MessageStatus, references_from
from domain.run import QuoteAdded, SourcesFound, TextAdded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.ports.answerer import AnswerCompleted
    from domain.answer import Quote, Reference
    from domain.conversation import Message
    from domain.errors import Problem
    from domain.identity import Json
    from domain.run import AnswerEvent
    from domain.source import Hit


@dataclass(slots=True, kw_only=True)
class Draft:
    """Grows by events: each method returns the events that tell a reader what it changed."""

    answer: Message
    provider: str
    model: str | None
    text: str = ""
    references: tuple[Reference, ...] = ()
    question: str | None = None
    abstained: bool = False
    completed: AnswerCompleted | None = None
    timings_ms: dict[str, int] = field(default_factory=dict[str, int])
    _last_marker: int | None = None

    def found(self, hits: Sequence[Hit]) -> list[AnswerEvent]:
        """Number what was retrieved."""
        self.references = references_from(tuple(hits))
        return [SourcesFound(references=self.references)]

    def add_text(self, text: str) -> list[AnswerEvent]:
        """More of the answer."""
        if not text:
            return []
        # What no database keeps: a model may write it all the same, and its answer must not be lost for that.
        text = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
        self.text += text
        self._last_marker = None
        return [TextAdded(text=text)]

    def cite(self, number: int, quote: Quote | None) -> list[AnswerEvent]:
        """Put the marker `[number]` behind the claim just made, once, and keep the words that it stands for."""
        if not 1 <= number <= len(self.references):
            return []
        events: list[AnswerEvent] = []
        if self._last_marker != number:
            together = self._last_marker is not None or not self.text or self.text[-1].isspace()
            marker = f"[{number}]" if together else f" [{number}]"
            self.text += marker
            self._last_marker = number
            events.append(TextAdded(text=marker))
        reference = self.references[number - 1]
        cited = reference.citing(quote)
        self.references = (*self.references[: number - 1], cited, *self.references[number:])
        if quote is not None and quote not in reference.quotes:
            events.append(QuoteAdded(number=number, quote=quote))
        return events

    def message(self, status: MessageStatus, problem: Problem | None = None) -> Message:
        """The answer's message as it is to be stored now."""
        metadata: Json = {
            "status": status.value,
            "provider": self.provider,
            "model": self.model,
            "abstained": self.abstained,
            "timings_ms": dict(self.timings_ms),
        }
        if self.question is not None:
            metadata["question"] = self.question
        if self.completed is not None and self.completed.usage is not None:
            usage = self.completed.usage
            metadata["usage"] = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
        if problem is not None:
            metadata["problem"] = {"code": problem.code, "detail": problem.detail}
        return replace(self.answer, content=self.text, metadata=metadata, references=self.references)

    def complete(self, completed: AnswerCompleted) -> None:
        """Note how the answerer ended: an answer without any citation, out of passages, counts as no abstention
        unless the answerer says so."""
        self.completed = completed
        self.provider = completed.provider
        self.model = completed.model
        self.abstained = bool(completed.abstained)
