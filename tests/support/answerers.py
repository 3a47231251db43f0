"""Answerers as tests need them: set to answer, to find nothing, or to fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tests.embedders import embedder_named
from tests.factories import a_hit
from tests.support.messages_api import MessagesApi, Reply
from tests.support.messages_replies import Cite

from adapters.anthropic.answerer import AnthropicAnswerer
from adapters.anthropic.limits import Budget, Deadlines, Retries
from adapters.extractive.answerer import ExtractiveAnswerer
from adapters.memory.answerer import ScriptedAnswerer
from application.ports.answerer import (
    AnswerCitation,
    AnswerCompleted,
    AnswerRequest,
    AnswerText,
    CitationStyle,
    Turn,
)
from domain.conversation import Role
from domain.errors import ModelUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.ports.answerer import Answerer, AnswerPart
    from domain.source import Hit

HITS = (
    a_hit("Claims are paid within ten days. Receipts are needed for every amount above 25 euros.", start=100),
    a_hit("Bicycles are parked in the courtyard and never in the stairwell.", start=40, title="rules.html"),
)
QUESTION = "When are claims paid?"
FORMER = (Turn(Role.USER, "What does the handbook say on claims?"), Turn(Role.ASSISTANT, "They are paid quickly [1]."))
CLAIM = "Claims are paid within ten days."
NOWHERE = "The documents do not say it."


def asking(
    question: str = QUESTION, *, passages: Sequence[Hit] = HITS, history: Sequence[Turn] = (), grounded: bool = True
) -> AnswerRequest:
    """A request for an answer."""
    return AnswerRequest(question=question, standalone=question, history=history, passages=passages, grounded=grounded)


async def parts_of(answerer: Answerer, request: AnswerRequest | None = None) -> list[AnswerPart]:
    """The whole answer."""
    return [part async for part in answerer.answer(request or asking())]


def text_of(parts: Sequence[AnswerPart]) -> str:
    """What a person reads, citations aside."""
    return "".join(part.text for part in parts if isinstance(part, AnswerText))


class Stage(Protocol):
    """An answerer, and what it is to do with the next questions."""

    @property
    def answerer(self) -> Answerer: ...

    def answer(self) -> None:
        """Answer `QUESTION` from `HITS`, the claim before its citation."""

    def abstain(self) -> None:
        """Say that `HITS` do not answer."""

    def fail(self) -> None:
        """Be out of reach."""


@dataclass
class ScriptedStage:
    """The fake of other tests."""

    answerer: ScriptedAnswerer = field(default_factory=ScriptedAnswerer)

    def answer(self) -> None:
        passage = HITS[0].passage
        cited = AnswerCitation(number=1, text=CLAIM, start=passage.start, end=passage.start + len(CLAIM))
        self._play(AnswerText(CLAIM), cited, self._completed(abstained=False))

    def abstain(self) -> None:
        self._play(AnswerText(NOWHERE), self._completed(abstained=True))

    def fail(self) -> None:
        self.answerer.trouble = ModelUnavailable("It can't be reached.")
        self._play(self.answerer.trouble)

    def _play(self, *script: AnswerPart | Exception) -> None:
        self.answerer.scripts.clear()
        self.answerer.scripts.append(script)

    def _completed(self, *, abstained: bool) -> AnswerCompleted:
        return AnswerCompleted(provider="scripted", model="scripted-1", abstained=abstained)


@dataclass
class ExtractiveStage:
    """It does what it does; there is nothing that could be out of reach."""

    answerer: ExtractiveAnswerer = field(
        default_factory=lambda: ExtractiveAnswerer(embedder=embedder_named("fastembed"))
    )

    def answer(self) -> None: ...

    def abstain(self) -> None: ...

    def fail(self) -> None:
        raise NotImplementedError


@dataclass
class AnthropicStage:
    """In front of a server on the loopback interface."""

    model: MessagesApi
    style: CitationStyle
    answerer: AnthropicAnswerer = field(init=False)

    def __post_init__(self) -> None:
        self.answerer = anthropic_answerer(self.model.address, style=self.style)

    def answer(self) -> None:
        native = Reply.cited("# Claims\n\n", (CLAIM, [Cite(0, 0, 1)]))
        inline = Reply.text("# Claims\n\nClaims are paid ", "within ten days [", "1", "].")
        self.model.default = native if self.style is CitationStyle.NATIVE else inline

    def abstain(self) -> None:
        self.model.default = Reply.text("<unan", f"swered/> {NOWHERE}")

    def fail(self) -> None:
        self.model.default = Reply.error(529, "overloaded_error")
        self.model.rewriting = self.model.default
        self.model.models = self.model.default


def anthropic_answerer(
    address: str,
    *,
    api_key: str | None = "a-key",
    style: CitationStyle | None = CitationStyle.INLINE,
    fast_model: str | None = None,
    deadlines: Deadlines | None = None,
    budget: Budget | None = None,
) -> AnthropicAnswerer:
    """Quick to give up."""
    return AnthropicAnswerer(
        api_key=api_key,
        base_url=address,
        model="stub",
        fast_model=fast_model,
        citation_style=style,
        deadlines=deadlines or Deadlines(first_token=20, between_tokens=20, total=40, rewriting=20, check=20),
        retries=Retries(first_pause=0.01, longest_pause=2),
        budget=budget,
    )
