"""What is kept of an event is the event."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import MessageFactory, a_reference

from adapters.redis import events
from application.ports.run_log import LoggedEvent
from domain.answer import Quote, Reference
from domain.conversation import Message, Role
from domain.errors import Problem
from domain.identity import ConversationId, MessageId, PassageId, RunId, SourceId
from domain.run import AnswerEvent, QuoteAdded, RunFailed, RunFinished, RunStarted, SourcesFound, TextAdded
from domain.source import SourceType
from entrypoints.http import sse

# What the stores accept: no U+0000, no halves of surrogate pairs, only finite numbers.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
whole_numbers = st.integers(-(2**63), 2**63 - 1)
numbers = st.floats(allow_nan=False, allow_infinity=False)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | whole_numbers | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(-timedelta(hours=3))])
times = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001  # zones are added
quotes = st.builds(Quote, text=texts, start=whole_numbers, end=whole_numbers, verified=st.booleans())
references = st.builds(
    Reference,
    number=whole_numbers,
    source_id=st.builds(SourceId, st.uuids()),
    url=texts,
    title=texts,
    type=st.sampled_from(SourceType),
    passage_id=st.builds(PassageId, st.uuids()),
    text=texts,
    score=numbers,
    start=whole_numbers,
    end=whole_numbers,
    page=st.none() | whole_numbers,
    section=st.none() | texts,
    cited=st.booleans(),
    quotes=st.lists(quotes, max_size=2).map(tuple),
)
ids = st.builds(MessageId, st.uuids())
messages = st.builds(
    Message,
    id=ids,
    conversation_id=st.builds(ConversationId, st.uuids()),
    parent_id=st.none() | ids,
    role=st.sampled_from(Role),
    content=texts,
    created_at=times,
    # "problem" is one that the wire shows in its own way.
    metadata=st.dictionaries(texts.filter(lambda key: key != "problem"), values, max_size=4),
    references=st.lists(references, max_size=2).map(tuple),
    siblings=st.lists(ids, max_size=3).map(tuple),
)
problems = st.builds(Problem, code=st.text(string.ascii_lowercase, min_size=1), detail=texts)
all_events: st.SearchStrategy[AnswerEvent] = st.one_of(
    st.builds(
        RunStarted,
        run_id=st.builds(RunId, st.uuids()),
        conversation_id=st.builds(ConversationId, st.uuids()),
        user_message=messages,
        message_id=ids,
    ),
    st.builds(SourcesFound, references=st.lists(references, max_size=3).map(tuple)),
    st.builds(TextAdded, text=texts),
    st.builds(QuoteAdded, number=whole_numbers, quote=quotes),
    st.builds(RunFinished, message=messages),
    st.builds(RunFailed, problem=problems),
)


@given(all_events, st.integers(1, 20_000))
def test_an_event_comes_back_as_it_was_and_is_sent_as_the_same_bytes(event: AnswerEvent, number: int) -> None:
    again = events.decode(events.encode(event))

    assert again == event
    assert sse.encode(LoggedEvent(number, again)) == sse.encode(LoggedEvent(number, event))


@pytest.mark.parametrize(
    "metadata",
    [
        {"status": "failed", "problem": {"code": "model-failed", "detail": "The model did not answer."}},
        {"tiny": 5e-324, "large": 1.7976931348623157e308, "zero": -0.0, "third": 1 / 3, "whole": 100.0},
        {"order": {"b": 1, "a": 2}, "": None, "Größe": '𝄞 \u2028 \x7f \\ " </script>'},
    ],
)
def test_metadata_is_sent_as_the_same_bytes(metadata: dict[str, object]) -> None:
    when = datetime(2026, 11, 20, 9, 30, 0, 1, tzinfo=UTC)
    message = MessageFactory.build(metadata=metadata, created_at=when, references=(a_reference(),))
    event = RunFinished(message=message)

    again = events.decode(events.encode(event))

    assert sse.encode(LoggedEvent(7, again)) == sse.encode(LoggedEvent(7, event))


def test_what_a_later_release_adds_is_passed_over() -> None:
    kept = events.encode(TextAdded(text="Hello")).replace(b'"text":"Hello"', b'"text":"Hello","tone":"kind"')

    assert events.decode(kept) == TextAdded(text="Hello")


def test_identifiers_come_back_as_identifiers() -> None:
    started = RunStarted(
        run_id=RunId(uuid4()),
        conversation_id=ConversationId(uuid4()),
        user_message=MessageFactory.build(),
        message_id=MessageId(uuid4()),
    )

    again = events.decode(events.encode(started))

    assert isinstance(again, RunStarted)
    assert isinstance(again.run_id, UUID)
    assert isinstance(again.user_message.role, Role)
