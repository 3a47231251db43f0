"""A question becomes an answer, step by step, and whatever happens is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import cast
from uuid import uuid4

import pytest
from tests.support.service import ALICE, BOB, MemoryService

from adapters.memory.answerer import ScriptedAnswerer
from application.answering.question import Question
from application.conversations.create_conversation import NewConversation, NewMessage
from application.ports.answerer import AnswerCitation, AnswerCompleted, AnswerText, CitationStyle
from domain.answer import Usage
from domain.conversation import MESSAGE_LENGTH, Role
from domain.errors import (
    Conflict,
    ConversationNotFound,
    IndexUnavailable,
    InvalidInput,
    MessageNotFound,
    ModelUnavailable,
    Overloaded,
    RunNotFound,
    SourceNotFound,
)
from domain.identity import ConversationId, MessageId, RunId, message_of
from domain.run import QuoteAdded, RunFailed, RunFinished, RunStarted, SourcesFound, TextAdded

HANDBOOK = "# Claims\n\nClaims are paid within ten days. Send them before the end of the month."
SENTENCE = "Claims are paid within ten days."
DONE = AnswerCompleted(
    provider="scripted", model="scripted-1", abstained=False, usage=Usage(input_tokens=10, output_tokens=5)
)
CITED = AnswerCitation(number=1, text=SENTENCE, start=10, end=42)


def native(*parts: object) -> ScriptedAnswerer:
    return ScriptedAnswerer(parts)  # type: ignore[arg-type]  # a test's shorthand


async def test_the_events_tell_the_whole_story_in_order(service: MemoryService) -> None:
    await service.add_file("handbook.md", HANDBOOK)
    service.answerer = native(AnswerText("Within ten days."), CITED, DONE)

    run = await service.begin("When are claims paid?")
    events = await service.events_of(run.run_id)

    started, found, text, marker, quoted, finished = events
    assert isinstance(started, RunStarted)
    assert (started.user_message.content, message_of(started.run_id)) == ("When are claims paid?", started.message_id)
    assert isinstance(found, SourcesFound)
    assert found.references[0].title == "handbook.md"
    assert (text, marker) == (TextAdded(text="Within ten days."), TextAdded(text=" [1]"))
    assert isinstance(quoted, QuoteAdded)
    assert (quoted.number, quoted.quote.text, quoted.quote.verified) == (1, SENTENCE, True)
    assert isinstance(finished, RunFinished)
    assert finished.message.content == "Within ten days. [1]"


async def test_the_answer_says_how_it_was_made(service: MemoryService) -> None:
    service.answerer = native(AnswerText("Hm."), DONE)

    answer = await service.ask("When are claims paid?")

    metadata = answer.metadata
    assert metadata["status"] == "complete"
    assert (metadata["provider"], metadata["model"], metadata["abstained"]) == ("scripted", "scripted-1", False)
    assert metadata["usage"] == {"input_tokens": 10, "output_tokens": 5}
    assert metadata["question"] == "When are claims paid?"
    assert isinstance(metadata["timings_ms"], dict)
    assert {"retrieve", "first_token", "total"} == {*cast("dict[str, int]", metadata["timings_ms"])}


async def test_a_conversation_is_made_and_titled_from_the_question(service: MemoryService) -> None:
    answer = await service.ask("When are **claims** paid?\nAnd how?")

    detail = await service.use_cases.read_conversation(answer.conversation_id, principal=ALICE)

    assert detail.summary.conversation.title == "When are claims paid?"
    assert [message.role for message in detail.messages] == [Role.USER, Role.ASSISTANT]
    assert detail.summary.active_run is None


async def test_the_question_is_kept_before_the_model_is_called(service: MemoryService) -> None:
    service.answerer = native(asyncio.Event())

    run = await service.begin("When are claims paid?")

    kept = await service.use_cases.read_conversation(run.conversation_id, principal=ALICE)
    assert [message.content for message in kept.messages] == ["When are claims paid?", ""]
    assert kept.messages[1].status == "answering"
    assert kept.summary.active_run == run.run_id


async def test_a_marker_of_a_passage_that_there_is_not_never_reaches_the_reader(service: MemoryService) -> None:
    await service.add_file("handbook.md", HANDBOOK)
    astray = AnswerCitation(number=7, text="x", start=0, end=1)
    service.answerer = native(AnswerText("As said [9], so"), astray, AnswerText(" it is."), DONE)

    answer = await service.ask("When are claims paid?")

    assert "[" not in answer.content
    assert not any(reference.cited for reference in answer.references)


async def test_citing_twice_in_a_row_sets_one_marker(service: MemoryService) -> None:
    await service.add_file("handbook.md", HANDBOOK)
    again = AnswerCitation(number=1, text="Send them", start=43, end=52)
    service.answerer = native(AnswerText("So. "), CITED, CITED, again, DONE)

    answer = await service.ask("When are claims paid?")

    assert answer.content == "So. [1]"
    assert [quote.text for quote in answer.references[0].quotes] == [SENTENCE, "Send them"]


async def test_a_quote_that_is_not_in_the_source_is_not_verified(service: MemoryService) -> None:
    await service.add_file("handbook.md", HANDBOOK)
    altered = AnswerCitation(number=1, text="Claims are paid within two days.", start=10, end=42)
    service.answerer = native(AnswerText("Soon."), altered, DONE)

    answer = await service.ask("When are claims paid?")

    assert [quote.verified for quote in answer.references[0].quotes] == [False]


async def test_inline_markers_stay_only_where_the_passage_supports_the_claim(service: MemoryService) -> None:
    await service.add_file("handbook.md", HANDBOOK)
    text = "Claims are paid within ten days [1]. Elephants fly to Jupiter on Sundays [1]. So [5]."
    service.answerer = ScriptedAnswerer([AnswerText(text), DONE], citation_style=CitationStyle.INLINE)

    answer = await service.ask("When are claims paid?")

    assert answer.content.count("[1]") == 1
    assert answer.content.startswith("Claims are paid within ten days [1]")
    assert "[5]" not in answer.content
    assert all(quote.verified for quote in answer.references[0].quotes)


async def test_a_source_that_goes_away_meanwhile_leaves_its_quotes_unverified(service: MemoryService) -> None:
    source = await service.add_file("handbook.md", HANDBOOK)
    gate = asyncio.Event()
    service.answerer = native(AnswerText("So."), gate, CITED, DONE)
    run = await service.begin("When are claims paid?")
    while not service.answerer.requests:  # noqa: ASYNC110  # it says when it is asked by its list alone
        await asyncio.sleep(0)

    await service.use_cases.remove_source(source.id, principal=ALICE)
    gate.set()
    events = await service.events_of(run.run_id)

    assert [event.quote.verified for event in events if isinstance(event, QuoteAdded)] == [False]


async def test_a_model_that_fails_leaves_the_text_so_far_and_the_reason(service: MemoryService) -> None:
    service.answerer = native(AnswerText("Well"), ModelUnavailable("It is overloaded."))

    run = await service.begin("Hello?")
    events = await service.events_of(run.run_id)

    assert isinstance(events[-1], RunFailed)
    assert events[-1].problem.code == "model-unavailable"
    detail = await service.use_cases.read_conversation(run.conversation_id, principal=ALICE)
    assert (detail.messages[1].content, detail.messages[1].status) == ("Well", "failed")
    assert detail.messages[1].metadata["problem"] == {"code": "model-unavailable", "detail": "It is overloaded."}


async def test_an_unexpected_fault_is_kept_as_a_failure_too(
    service: MemoryService, caplog: pytest.LogCaptureFixture
) -> None:
    service.answerer = native(ZeroDivisionError("oops"))

    run = await service.begin("Hello?")
    events = await service.events_of(run.run_id)

    assert isinstance(events[-1], RunFailed)
    assert events[-1].problem.code == "internal"
    assert "oops" not in events[-1].problem.detail
    assert "oops" in caplog.text


async def test_a_search_that_fails_is_the_answers_failure(service: MemoryService) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise IndexUnavailable("The vector store does not answer.")

    service.embedder.embed_query = broken  # type: ignore[method-assign,assignment]  # a store that went away

    events = await service.events_of((await service.begin("Hello?")).run_id)

    assert isinstance(events[-1], RunFailed)
    assert events[-1].problem.code == "index-unavailable"


async def test_stopping_keeps_the_partial_answer(service: MemoryService) -> None:
    service.answerer = native(AnswerText("Well"), asyncio.Event())
    run = await service.begin("Hello?")
    follower = asyncio.create_task(service.events_of(run.run_id))
    await asyncio.sleep(0.01)

    await service.use_cases.stop_run(run.run_id, principal=ALICE)

    last = (await follower)[-1]
    assert isinstance(last, RunFinished)
    assert (last.message.content, last.message.status) == ("Well", "stopped")
    assert service.answerer.cancelled == 1
    await service.use_cases.stop_run(run.run_id, principal=ALICE)  # once more changes nothing


async def test_a_stop_that_nobody_answers_gives_up_waiting(
    service: MemoryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.answering.stop_run._PATIENCE_SECONDS", 0.01)
    service.answerer = native(asyncio.Event())
    run = await service.begin("Hello?")
    await service.background.close(grace_seconds=0)
    answer = service.database.tables.messages[message_of(run.run_id)]
    service.database.tables.messages[answer.id] = replace(answer, metadata={"status": "answering"})
    service.run_log.runs[run.run_id].events.pop()
    service.run_log.runs[run.run_id].ended_at = None

    await service.use_cases.stop_run(run.run_id, principal=ALICE)

    assert service.database.tables.messages[answer.id].status == "answering"


async def test_a_shutdown_keeps_the_partial_answer_as_interrupted(service: MemoryService) -> None:
    service.answerer = native(AnswerText("Well"), asyncio.Event())
    run = await service.begin("Hello?")
    await asyncio.sleep(0.01)

    await service.background.close(grace_seconds=0)

    detail = await service.use_cases.read_conversation(run.conversation_id, principal=ALICE)
    assert (detail.messages[1].content, detail.messages[1].status) == ("Well", "interrupted")
    assert detail.summary.active_run is None
    assert isinstance((await service.events_of(run.run_id))[-1], RunFailed)


async def test_text_is_kept_while_it_is_written(service: MemoryService) -> None:
    service.answerer = native(AnswerText("Well"), asyncio.Event())

    run = await service.with_quick_checkpoints().ask_question(Question(message="Hello?"), principal=ALICE)
    kept = service.database.tables.messages[message_of(run.run_id)]
    for _ in range(1000):
        if kept.content:
            break
        await asyncio.sleep(0.005)
        kept = service.database.tables.messages[message_of(run.run_id)]

    assert (kept.content, kept.status) == ("Well", "answering")


async def test_a_run_that_was_taken_away_ends_without_writing(service: MemoryService) -> None:
    service.answerer = native(AnswerText("Well"), asyncio.Event())
    run = await service.with_quick_checkpoints().ask_question(Question(message="Hello?"), principal=ALICE)

    await service.use_cases.interrupt_lost_runs(all_runs=True)
    events = await service.events_of(run.run_id)
    await service.background.close(grace_seconds=5)

    assert isinstance(events[-1], RunFailed)
    assert events[-1].problem.code == "interrupted"
    assert service.database.tables.messages[message_of(run.run_id)].status == "interrupted"


async def test_a_process_that_died_is_noticed_by_its_lease(service: MemoryService) -> None:
    service.answerer = native(asyncio.Event())
    run = await service.begin("Hello?")

    early = await service.use_cases.interrupt_lost_runs()
    service.clock.pass_seconds(31)
    late = await service.use_cases.interrupt_lost_runs()

    assert (early, late) == (0, 1)
    assert service.database.tables.messages[message_of(run.run_id)].status == "interrupted"


async def test_who_saw_some_of_a_lost_run_is_told_that_its_events_are_gone(service: MemoryService) -> None:
    """Not an empty stream, which a browser would ask for again and again; nor one that tells another story."""
    service.answerer = native(AnswerText("Well"), asyncio.Event())
    run = await service.with_quick_checkpoints().ask_question(Question(message="Hello?"), principal=ALICE)
    after_restart = MemoryService(database=service.database, clock=service.clock)

    await after_restart.use_cases.interrupt_lost_runs(all_runs=True)

    for seen in (1, 2, 30):
        with pytest.raises(RunNotFound):
            await after_restart.use_cases.follow_run(run.run_id, after=seen, principal=ALICE)
    told = await after_restart.events_of(run.run_id)
    assert isinstance(told[0], RunStarted)
    assert isinstance(told[-1], RunFailed)
    await service.background.close(grace_seconds=0)


async def test_who_waits_for_a_run_that_never_began_is_told_how_it_ended(service: MemoryService) -> None:
    service.answerer = native(asyncio.Event())
    run = await service.begin("Hello?")
    after_restart = MemoryService(database=service.database, clock=service.clock)
    waiting = asyncio.create_task(after_restart.events_of(run.run_id))
    await asyncio.sleep(0.05)

    await after_restart.use_cases.interrupt_lost_runs(all_runs=True)

    assert isinstance((await asyncio.wait_for(waiting, 20))[-1], RunFailed)
    await service.background.close(grace_seconds=0)


async def test_events_can_be_followed_from_any_place(service: MemoryService) -> None:
    service.answerer = native(AnswerText("a"), AnswerText("b"), DONE)
    run = await service.begin("Hello?")
    whole = [each async for each in await service.use_cases.follow_run(run.run_id, principal=ALICE)]

    for place in range(len(whole) + 1):
        rest = await service.use_cases.follow_run(run.run_id, after=place, principal=ALICE)
        assert [each async for each in rest] == whole[place:]


async def test_a_follow_up_is_searched_as_it_was_put_and_as_it_stands_alone(service: MemoryService) -> None:
    await service.add_file("handbook.md", HANDBOOK)
    first = await service.ask("When are claims paid?")
    service.answerer = ScriptedAnswerer([DONE], rewritten="How are claims paid?")

    answer = await service.ask(Question(message="And how?", conversation_id=first.conversation_id))

    assert answer.metadata["question"] == "How are claims paid?"
    request = service.answerer.requests[0]
    assert (request.question, request.standalone) == ("And how?", "How are claims paid?")
    assert request.history[0].content == "When are claims paid?"


async def test_without_a_model_a_follow_up_is_understood_from_the_earlier_turns(service: MemoryService) -> None:
    await service.add_file("handbook.md", HANDBOOK)
    first = await service.ask("When are claims paid?")

    answer = await service.ask(Question(message="And how?", conversation_id=first.conversation_id))

    assert "claims" in str(answer.metadata["question"])
    assert answer.references


async def test_of_an_answer_that_failed_the_history_tells_only_that_it_did(service: MemoryService) -> None:
    service.answerer = ScriptedAnswerer([AnswerText("Rubbish"), ModelUnavailable("Gone.")], [DONE])
    run = await service.begin("One?")
    await service.events_of(run.run_id)

    await service.ask(Question(message="Two?", conversation_id=run.conversation_id))

    assert [turn.content for turn in service.answerer.requests[-1].history] == ["One?", ""]


async def test_only_the_mentioned_sources_are_searched_and_remembered(service: MemoryService) -> None:
    await service.add_file("handbook.md", HANDBOOK)
    other = await service.add_file("other.md", "Claims are paid in gold.")

    answer = await service.ask(Question(message="When are claims paid?", sources=(str(other.id),)))

    assert {reference.title for reference in answer.references} == {"other.md"}
    asked = service.database.tables.messages[answer.parent_id or answer.id]
    assert asked.metadata["mentions"] == [{"id": str(other.id), "title": "other.md", "url": "file:///other.md"}]


async def test_no_sources_at_all_is_not_the_same_as_all_sources(service: MemoryService) -> None:
    await service.add_file("handbook.md", HANDBOOK)

    answer = await service.ask(Question(message="When are claims paid?", sources=()))

    assert answer.references == ()
    assert service.answerer.requests[0].grounded


async def test_without_retrieval_nothing_is_searched(service: MemoryService) -> None:
    await service.add_file("handbook.md", HANDBOOK)

    answer = await service.ask(Question(message="Hello!", use_rag=False))

    assert answer.references == ()
    assert not service.answerer.requests[0].grounded


async def test_an_unknown_source_is_refused_by_name_and_nothing_is_kept(service: MemoryService) -> None:
    with pytest.raises(SourceNotFound, match="nowhere"):
        await service.begin(Question(message="Hello?", sources=("nowhere",)))

    assert not service.database.tables.messages


async def test_a_regenerated_answer_is_a_sibling(service: MemoryService) -> None:
    first = await service.ask("Hello?")

    second = await service.ask(Question(regenerate=first.id))

    assert second.parent_id == first.parent_id
    assert second.siblings == (first.id, second.id)


async def test_a_question_without_an_answer_can_be_answered_later(service: MemoryService) -> None:
    new = NewConversation(title="T", initial_message=NewMessage(role=Role.USER, content="Hello?"))
    conversation = (await service.use_cases.create_conversation(new, principal=ALICE)).conversation
    assert conversation.active_message_id is not None

    answer = await service.ask(Question(regenerate=conversation.active_message_id, conversation_id=conversation.id))

    assert answer.parent_id == conversation.active_message_id


async def test_only_questions_can_be_answered_again(service: MemoryService) -> None:
    new = NewConversation(title="T", initial_message=NewMessage(role=Role.ASSISTANT, content="Welcome."))
    conversation = (await service.use_cases.create_conversation(new, principal=ALICE)).conversation

    with pytest.raises(InvalidInput) as refusal:
        await service.begin(Question(regenerate=conversation.active_message_id))

    assert refusal.value.field == "regenerate"


async def test_an_edited_question_is_a_sibling_with_its_own_branch(service: MemoryService) -> None:
    first = await service.ask("One?")
    second = await service.ask(Question(message="Two?", conversation_id=first.conversation_id))

    edited = await service.ask(Question(message="Two, edited?", conversation_id=first.conversation_id, parent=first.id))

    detail = await service.use_cases.read_conversation(first.conversation_id, principal=ALICE)
    assert [message.content for message in detail.messages if message.role is Role.USER] == ["One?", "Two, edited?"]
    assert detail.messages[2].siblings == (second.parent_id, edited.parent_id)


async def test_a_question_waits_for_the_answer_before_it(service: MemoryService) -> None:
    service.answerer = native(asyncio.Event())
    run = await service.begin("One?")

    with pytest.raises(Conflict):
        await service.begin(Question(message="Two?", conversation_id=run.conversation_id))


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (Question(), "message"),
        (Question(message="Hi", regenerate=MessageId(uuid4())), "message"),
        (Question(message=" "), "message"),
        (Question(message="x" * (MESSAGE_LENGTH + 1)), "message"),
        (Question(message="Hi", parent=MessageId(uuid4())), "parent_id"),
    ],
)
async def test_a_question_that_breaks_a_rule_is_refused(service: MemoryService, question: Question, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await service.begin(question)

    assert refusal.value.field == field
    assert not service.database.tables.conversations


async def test_a_service_that_is_full_refuses_before_it_keeps_anything(service: MemoryService) -> None:
    service.background.most = 0

    with pytest.raises(Overloaded):
        await service.begin("Hello?")

    assert not service.database.tables.conversations


async def test_a_run_whose_events_are_no_longer_kept_says_so(service: MemoryService) -> None:
    answer = await service.ask("Hello?")
    service.run_log.runs.clear()

    with pytest.raises(RunNotFound, match="no longer kept"):
        await service.use_cases.follow_run(RunId(answer.id), after=1, principal=ALICE)


async def test_whoever_comes_late_and_has_seen_nothing_is_told_the_stored_answer(service: MemoryService) -> None:
    answer = await service.ask("Hello?")
    first = await service.events_of(RunId(answer.id))
    service.run_log.runs.clear()

    late = await service.events_of(RunId(answer.id))

    text = "".join(event.text for event in late if isinstance(event, TextAdded))
    assert (late[0], late[-1]) == (first[0], RunFinished(message=answer))
    assert text == answer.content


async def test_what_no_run_made_can_not_be_stopped(service: MemoryService) -> None:
    answer = await service.ask("Hello?")
    assert answer.parent_id is not None

    with pytest.raises(RunNotFound):
        await service.use_cases.stop_run(RunId(answer.parent_id), principal=ALICE)


async def test_a_run_is_not_there_for_anybody_else(service: MemoryService) -> None:
    service.answerer = native(asyncio.Event())
    run = await service.begin("Hello?")
    mine = MessageId(run.run_id)

    for attempt, refusal in [
        (service.use_cases.follow_run(run.run_id, principal=BOB), RunNotFound),
        (service.use_cases.stop_run(run.run_id, principal=BOB), RunNotFound),
        (service.begin(Question(regenerate=mine), BOB), MessageNotFound),
        (service.begin(Question(message="Hi", conversation_id=run.conversation_id), BOB), ConversationNotFound),
        (service.begin(Question(message="Hi", conversation_id=ConversationId(uuid4()))), ConversationNotFound),
    ]:
        with pytest.raises(refusal):
            await attempt


async def test_characters_that_no_database_keeps_do_not_cost_the_answer(service: MemoryService) -> None:
    service.answerer = native(AnswerText("a\x00b"), AnswerText("\ud800c"), DONE)

    answer = await service.ask("Hello?")

    assert answer.content == "a\ufffdb?c"
