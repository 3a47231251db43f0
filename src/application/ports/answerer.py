"""Makes an answer out of a question and passages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from domain.answer import Usage
    from domain.conversation import Role
    from domain.source import Hit


class CitationStyle(StrEnum):
    """How an answerer says what a claim rests on: by `AnswerCitation`s, or by `[n]` markers that the model writes."""

    NATIVE = "native"
    INLINE = "inline"


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier message of the branch. An assistant's without content: the question before it got no answer."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest:
    """What to answer. `question` is the user's own words, `standalone` the same without need of the history.

    `passages` are numbered from 1 in their order. With `grounded` False no search was made (the user asked for none);
    with it True and no passages, nothing was found.
    """

    question: str
    standalone: str
    history: Sequence[Turn]
    passages: Sequence[Hit]
    grounded: bool = True


@dataclass(frozen=True, slots=True)
class AnswerText:
    """More Markdown. In the INLINE style it holds the model's raw markers; the core filters and checks them."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCitation:
    """The claim just made rests on passage `number`: its words `text`, at `start` to `end` of the source's text."""

    number: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCompleted:
    """The last part, always there unless an error was raised. `abstained`: the sources hold no answer and the text
    says so (None: the answerer cannot tell)."""

    provider: str
    model: str | None
    abstained: bool | None
    usage: Usage | None = None


AnswerPart = AnswerText | AnswerCitation | AnswerCompleted


class Answerer(Protocol):
    """Answers from passages. Every failure is a `ModelError`; cancelling the iteration ends the work upstream."""

    @property
    def citation_style(self) -> CitationStyle: ...

    @property
    def provider(self) -> str: ...

    @property
    def model_name(self) -> str | None: ...

    def answer(self, request: AnswerRequest) -> AsyncIterator[AnswerPart]:
        """The parts as they come; retries only while nothing was given yet."""
        ...

    async def rewrite(self, question: str, history: Sequence[Turn]) -> str | None:
        """The question so that it stands without the history, or None where there is no model for it, or it failed or
        took too long: a rewriting never fails an answer."""
        ...

    async def check(self) -> None:
        """Return if it is ready to answer, else raise a `ModelError`; costs no tokens."""
        ...
