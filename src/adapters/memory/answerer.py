"""An answerer that plays what a test wrote down for it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from application.ports.answerer import AnswerCompleted, AnswerRequest, AnswerText, CitationStyle, Turn
from domain.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from application.ports.answerer import AnswerPart


class ScriptedAnswerer:
    """Plays one script a call, the last one again and again.

    `requests`, `rewrites` and `cancelled` say what was asked for and what was ended early. Without a script it answers
    with the question's own words, so that a test to which the answer does not matter needs to write none.
    """

    def __init__(
        self,
        *scripts: Sequence[AnswerPart | asyncio.Event | Exception],
        citation_style: CitationStyle = CitationStyle.NATIVE,
        rewritten: str | None = None,
        trouble: ModelError | None = None,
        provider: str = "scripted",
        model_name: str | None = "scripted-1",
    ) -> None:
        self.scripts = deque(scripts)
        self.citation_style = citation_style
        self.provider = provider
        self.model_name = model_name
        self.rewritten = rewritten
        self.trouble = trouble
        self.requests: list[AnswerRequest] = []
        self.rewrites: list[tuple[str, tuple[Turn, ...]]] = []
        self.cancelled = 0

    async def answer(self, request: AnswerRequest) -> AsyncIterator[AnswerPart]:
        self.requests.append(request)
        try:
            for step in self._script_for(request):
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    yield step
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled += 1
            raise

    def _script_for(self, request: AnswerRequest) -> Sequence[AnswerPart | asyncio.Event | Exception]:
        if not self.scripts:
            completed = AnswerCompleted(provider=self.provider, model=self.model_name, abstained=None)
            return (AnswerText(f"You asked: {request.question}"), completed)
        return self.scripts.popleft() if len(self.scripts) > 1 else self.scripts[0]

    async def rewrite(self, question: str, history: Sequence[Turn]) -> str | None:
        self.rewrites.append((question, tuple(history)))
        return self.rewritten

    async def check(self) -> None:
        if self.trouble is not None:
            raise self.trouble
