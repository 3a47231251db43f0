"""A reply as it streams in: its events within deadlines, and what they say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from adapters.anthropic.failures import FAILURES, Failures
from adapters.anthropic.passages import CitedRange
from domain.answer import Usage

if TYPE_CHECKING:
    from anthropic.types import RawMessageStreamEvent

    from adapters.anthropic.client import MessagesClient
    from adapters.anthropic.limits import Deadlines
    from adapters.anthropic.prompt import Prompt

T = TypeVar("T")


@dataclass(slots=True)
class Reply:
    """What the events said so far. Nothing about their shape is taken for granted."""

    stop_reason: str | None = None
    explanation: str | None = None
    finished: bool = False
    events: int = 0
    _cited: list[CitedRange] = field(default_factory=list[CitedRange])
    _tokens: dict[str, int] = field(default_factory=dict[str, int])

    def take(self, event: object) -> Iterator[str | Sequence[CitedRange]]:
        """More text, or what the block of text that just ended cites."""
        self.events += 1
        match _text(event, "type"):
            case "message_start":
                self._count(_at(event, "message", "usage"))
            case "content_block_start" if _text(event, "content_block", "type") == "text":
                yield _text(event, "content_block", "text") or ""
            case "content_block_delta":
                yield from self._delta(event)
            case "content_block_stop":
                cited, self._cited = self._cited, []
                yield cited
            case "message_delta":
                self.stop_reason = _text(event, "delta", "stop_reason") or self.stop_reason
                self.explanation = _text(event, "delta", "stop_details", "explanation")
                self._count(_at(event, "usage"))
            case "message_stop":
                self.finished = True
            case _:
                pass

    @property
    def usage(self) -> Usage | None:
        """Input is what was read from a cache and written to one, too."""
        if not self._tokens:
            return None
        read = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
        return Usage(
            input_tokens=sum(self._tokens.get(name, 0) for name in read),
            output_tokens=self._tokens.get("output_tokens", 0),
        )

    def _delta(self, event: object) -> Iterator[str]:
        match _text(event, "delta", "type"):
            case "text_delta":
                yield _text(event, "delta", "text") or ""
            case "citations_delta":
                source = _text(event, "delta", "citation", "source")
                first = _at(event, "delta", "citation", "start_block_index")
                end = _at(event, "delta", "citation", "end_block_index")
                if source is not None and isinstance(first, int) and isinstance(end, int):
                    self._cited.append(CitedRange(source, first, end))
            case _:
                pass

    def _count(self, usage: object) -> None:
        """The counts grow: later events say more, but not every one says all."""
        for name in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens"):
            count = _at(usage, name)
            if isinstance(count, int):
                self._tokens[name] = count


async def events_of(
    client: MessagesClient, prompt: Prompt, *, deadlines: Deadlines, until: float, failures: Failures
) -> AsyncGenerator[RawMessageStreamEvent]:
    """The events up to the end of the message; raises `Failure`. `until` is when it must be over, on the loop's clock.

    Leaving it early ends the work upstream.
    """
    clock = asyncio.get_running_loop().time
    opened = begun = False
    allowed, since = deadlines.first_token, clock()

    async def in_time(awaitable: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout_at(min(since + allowed, until)):
                return await awaitable
        except TimeoutError:
            passed = deadlines.total if clock() >= until else allowed
            raise failures.timeout(passed, begun=begun) from None
        except FAILURES as error:
            raise failures.of(error, begun=opened) from error

    stream = await in_time(
        client.messages.create(
            model=prompt.model,
            system=prompt.system,
            messages=prompt.messages,
            max_tokens=prompt.max_tokens,
            stream=True,
        )
    )
    opened = True
    events = aiter(stream)
    try:
        while (event := await in_time(anext(events, None))) is not None:
            if str(_text(event, "type")).startswith("content_block"):
                begun, allowed, since = True, deadlines.between_tokens, clock()
            yield event
    finally:
        await stream.close()


def _at(value: object, *path: str) -> object:
    for name in path:
        value = getattr(value, name, None)
    return value


def _text(value: object, *path: str) -> str | None:
    found = _at(value, *path)
    return found if isinstance(found, str) else None
