"""Answers with a language model that is reached by the Anthropic Messages API."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

import anthropic

from adapters.anthropic import prompt, wordings
from adapters.anthropic.client import MessagesClient, is_anthropic
from adapters.anthropic.failures import FAILURES, Failure, Failures
from adapters.anthropic.history import is_first_question
from adapters.anthropic.limits import Budget, Deadlines, Retries
from adapters.anthropic.passages import GivenPassages
from adapters.anthropic.reading import Reading
from adapters.anthropic.stream import events_of
from application.ports.answerer import AnswerCompleted, AnswerText, CitationStyle
from domain.errors import ModelContextExceeded, ModelRateLimited

if TYPE_CHECKING:
    from anthropic.types import RawMessageStreamEvent

    from application.ports.answerer import AnswerPart, AnswerRequest, Turn

_FAST_CLAUDE = "claude-haiku-5-5"
_LONGEST_REWRITING = 500
_NARROWINGS = 2
_WITHOUT_MODEL_LIST = frozenset({404, 405, 501})


class AnthropicAnswerer:
    """Claude with its own citations; any other server with markers that the model is asked to write."""

    def __init__(
        self,
        *,
        api_key: str | None,
        base_url: str | None = None,
        model: str,
        fast_model: str | None = None,
        citation_style: CitationStyle | None = None,
        deadlines: Deadlines | None = None,
        retries: Retries | None = None,
        budget: Budget | None = None,
    ) -> None:
        """`base_url` is without the /v1; None is Anthropic's own. A server of one's own may need no key."""
        self._is_claude = is_anthropic(base_url)
        self.provider = "anthropic"
        self.model_name = model
        self.citation_style = citation_style or (CitationStyle.NATIVE if self._is_claude else CitationStyle.INLINE)
        self._fast_model = fast_model or (_FAST_CLAUDE if self._is_claude else model)
        self._deadlines = deadlines or Deadlines()
        self._retries = retries or Retries()
        self._budget = budget or Budget()
        self._failures = Failures(base_url=base_url, model=model, api_key=api_key)
        self._client = MessagesClient(api_key=api_key, base_url=base_url)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def answer(self, request: AnswerRequest) -> AsyncIterator[AnswerPart]:
        """Without passages to answer from, the model isn't asked: it could only make something up."""
        if request.grounded and not request.passages:
            yield AnswerText(wordings.NOTHING_FOUND)
            yield AnswerCompleted(provider=self.provider, model=self.model_name, abstained=True)
            return
        until = asyncio.get_running_loop().time() + self._deadlines.total
        budget, attempt, narrowings = self._budget, 1, 0
        while True:
            shown = False
            try:
                async with aclosing(self._attempt(request, budget, until)) as parts:
                    async for part in parts:
                        shown = True
                        yield part
                return
            except Failure as failure:
                too_long = isinstance(failure.error, ModelContextExceeded) and narrowings < _NARROWINGS
                pause = None if too_long else self._pause_after(failure, attempt, until)
                if shown or (pause is None and not too_long):
                    raise failure.error from failure
            if pause is None:
                budget, narrowings = budget.narrowed(), narrowings + 1
            else:
                await asyncio.sleep(pause)
                attempt += 1

    async def rewrite(self, question: str, history: Sequence[Turn]) -> str | None:
        """By the fast model, in one short try."""
        if is_first_question(history):
            return None
        asked = prompt.rewriting(question, history, self._budget, model=self._fast_model)
        reading = Reading(GivenPassages((), 0), self._failures)
        until = asyncio.get_running_loop().time() + self._deadlines.rewriting
        said: list[str] = []
        try:
            async with aclosing(self._read(asked, reading, until)) as parts:
                said = [part.text async for part in parts if isinstance(part, AnswerText)]
        except Failure:
            return None
        lines = "".join(said).strip().splitlines()
        question_alone = len(lines) == 1 and len(lines[0]) <= _LONGEST_REWRITING and not reading.abstained
        return lines[0].strip(' "“”') or None if question_alone else None

    async def check(self) -> None:
        """Asks Anthropic for the model, any other server for its list of models: some have none."""
        try:
            async with asyncio.timeout(self._deadlines.check):
                if self._is_claude:
                    await self._client.models.retrieve(self.model_name)
                else:
                    await self._client.models.list(limit=1)
        except TimeoutError:
            raise self._failures.timeout(self._deadlines.check, begun=False).error from None
        except FAILURES as error:
            if not self._is_claude and _status(error) in _WITHOUT_MODEL_LIST:
                return
            failure = self._failures.of(error, begun=False)
            if not isinstance(failure.error, ModelRateLimited):
                raise failure.error from error

    async def _attempt(self, request: AnswerRequest, budget: Budget, until: float) -> AsyncGenerator[AnswerPart]:
        """The whole answer, unless it fails with `Failure`."""
        passages = GivenPassages(request.passages if request.grounded else (), budget.passages)
        asked = prompt.answering(request, passages, budget, model=self.model_name, style=self.citation_style)
        reading = Reading(passages, self._failures)
        async with aclosing(self._read(asked, reading, until)) as parts:
            async for part in parts:
                yield part
        abstained = reading.abstained if request.grounded else None
        yield AnswerCompleted(provider=self.provider, model=self.model_name, abstained=abstained, usage=reading.usage)

    async def _read(self, asked: prompt.Prompt, reading: Reading, until: float) -> AsyncGenerator[AnswerPart]:
        async with aclosing(self._events(asked, until)) as events:
            async for event in events:
                for part in reading.take(event):
                    yield part
                if reading.finished:
                    break
        for part in reading.finish():
            yield part

    def _events(self, asked: prompt.Prompt, until: float) -> AsyncGenerator[RawMessageStreamEvent]:
        return events_of(self._client, asked, deadlines=self._deadlines, until=until, failures=self._failures)

    def _pause_after(self, failure: Failure, attempt: int, until: float) -> float | None:
        """Seconds until the next attempt; None where there is to be none."""
        if not failure.retry or attempt >= self._retries.attempts:
            return None
        pause = self._retries.first_pause * 2 ** (attempt - 1) * random.uniform(0.8, 1.2)  # noqa: S311 - only a delay
        pause = max(pause, failure.retry_after or 0)
        fits = pause <= self._retries.longest_pause and asyncio.get_running_loop().time() + pause < until
        return pause if fits else None


def _status(error: Exception) -> int | None:
    return error.status_code if isinstance(error, anthropic.APIStatusError) else None
