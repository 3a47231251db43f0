"""Runs: the events by which an answer comes into being."""

from __future__ import annotations

from dataclasses import dataclass

from domain.answer import Quote, Reference
from domain.conversation import Message
from domain.errors import Problem
from domain.identity import ConversationId, MessageId, RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The question is kept and the answer has a place: always the first event."""

    run_id: RunId
    conversation_id: ConversationId
    user_message: Message
    message_id: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesFound:
    """What was retrieved, numbered from 1."""

    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAdded:
    """More of the answer's Markdown."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteAdded:
    """The words behind the marker `[number]`."""

    number: int
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The answer as it is stored, complete or stopped: a last event."""

    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFailed:
    """Why the answer could not be finished; what there is of it is stored: a last event."""

    problem: Problem


AnswerEvent = RunStarted | SourcesFound | TextAdded | QuoteAdded | RunFinished | RunFailed


def is_last(event: AnswerEvent) -> bool:
    """Whether nothing follows this event."""
    return isinstance(event, RunFinished | RunFailed)
