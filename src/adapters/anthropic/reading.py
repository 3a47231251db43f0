"""A streamed reply as the parts of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.anthropic import wordings
from adapters.anthropic.reply_text import ReplyText
from adapters.anthropic.stream import Reply
from application.ports.answerer import AnswerText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.anthropic.failures import Failures
    from adapters.anthropic.passages import GivenPassages
    from application.ports.answerer import AnswerPart
    from domain.answer import Usage


class Reading:
    """Give it every event, then `finish` it. A citation comes where its block of text ends: behind its claim."""

    def __init__(self, passages: GivenPassages, failures: Failures) -> None:
        self._passages = passages
        self._failures = failures
        self._reply = Reply()
        self._text = ReplyText()

    @property
    def finished(self) -> bool:
        """Whether the message came to its end."""
        return self._reply.finished

    @property
    def abstained(self) -> bool:
        return self._text.abstained

    @property
    def usage(self) -> Usage | None:
        return self._reply.usage

    def take(self, event: object) -> Iterator[AnswerPart]:
        for piece in self._reply.take(event):
            if isinstance(piece, str):
                yield from _spoken(self._text.feed(piece))
            else:
                for citation in self._passages.citations(piece):
                    yield from _spoken(self._text.flush())
                    yield citation

    def finish(self) -> Iterator[AnswerPart]:
        """What was kept back; then raises `Failure` unless this is a whole answer."""
        yield from _spoken(self._text.flush())
        reply = self._reply
        if not reply.events:
            raise self._failures.no_stream()
        if not reply.finished or reply.stop_reason is None:
            raise self._failures.cut_short()
        if failure := self._failures.stopped_because(reply.stop_reason, reply.explanation):
            raise failure
        if not self._text.said:
            if not self.abstained:
                raise self._failures.empty()
            yield AnswerText(wordings.NOT_ANSWERED)


def _spoken(text: str) -> Iterator[AnswerText]:
    if text:
        yield AnswerText(text)
