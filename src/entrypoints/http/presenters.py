"""Domain to wire. Presenters load nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never, cast

from domain import run as events
from domain.errors import Problem
from entrypoints.http import schemas
from entrypoints.http.problems import problem_body

if TYPE_CHECKING:
    from application.conversations.read_conversation import ConversationDetail
    from domain.answer import Quote, Reference
    from domain.conversation import ConversationSummary, Message
    from domain.source import Hit, Source


def conversation(summary: ConversationSummary) -> schemas.Conversation:
    """A conversation as a list shows it."""
    of = summary.conversation
    return schemas.Conversation(
        id=of.id,
        title=of.title,
        space=of.space,
        tags=list(of.tags),
        metadata=of.metadata,
        created_at=of.created_at,
        updated_at=of.updated_at,
        message_count=summary.message_count,
        last_message_preview=summary.last_message_preview,
    )


def conversation_detail(detail: ConversationDetail) -> schemas.ConversationDetail:
    """A conversation with its active branch."""
    of = detail.summary.conversation
    return schemas.ConversationDetail(
        id=of.id,
        title=of.title,
        space=of.space,
        tags=list(of.tags),
        metadata=of.metadata,
        created_at=of.created_at,
        updated_at=of.updated_at,
        message_count=detail.summary.message_count,
        last_message_preview=detail.summary.last_message_preview,
        messages=[message(each) for each in detail.messages],
        active_run=detail.summary.active_run,
    )


def message(of: Message) -> schemas.Message:
    """A message; the problem of a failed answer is shown as every problem is."""
    return schemas.Message(
        id=of.id,
        conversation_id=of.conversation_id,
        parent_id=of.parent_id,
        siblings=list(of.siblings or (of.id,)),
        role=of.role.value,
        content=of.content,
        created_at=of.created_at,
        metadata=_metadata(of),
        sources=[reference(each) for each in of.references],
    )


def reference(of: Reference) -> schemas.Reference:
    """What an answer rests on."""
    return schemas.Reference(
        number=of.number,
        source_id=of.source_id,
        url=of.url,
        title=of.title,
        type=of.type.value,
        passage_id=of.passage_id,
        text=of.text,
        score=of.score,
        start=of.start,
        end=of.end,
        page=of.page,
        section=of.section,
        cited=of.cited,
        quotes=[quote(each) for each in of.quotes],
    )


def quote(of: Quote) -> schemas.Quote:
    """Words of a source."""
    return schemas.Quote(text=of.text, start=of.start, end=of.end, verified=of.verified)


def source(of: Source) -> schemas.Source:
    """A source and how far it got."""
    return schemas.Source(
        id=of.id,
        url=of.url,
        title=of.title,
        type=of.type.value,
        last_updated=of.last_updated,
        passages=of.passages,
        size=of.size,
        status=of.status.value,
        problem=problem_body(of.problem) if of.problem else None,
    )


def hit(of: Hit) -> schemas.PassageHit:
    """A passage that a search found."""
    passage = of.passage
    return schemas.PassageHit(
        passage_id=passage.id,
        source_id=passage.source_id,
        url=of.url,
        title=of.title,
        type=of.type.value,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        page=passage.page,
        section=passage.section,
        score=of.score,
    )


def chat_response(of: Message) -> schemas.ChatResponse:
    """A whole answer."""
    shown = message(of)
    return schemas.ChatResponse(message=shown, sources=shown.sources, conversation_id=of.conversation_id)


def answer_event(of: events.AnswerEvent) -> schemas.AnswerEvent:
    """An event of a run."""
    match of:
        case events.RunStarted():
            return schemas.StartEvent(
                run_id=of.run_id,
                conversation_id=of.conversation_id,
                user_message=message(of.user_message),
                message_id=of.message_id,
            )
        case events.SourcesFound():
            return schemas.SourcesEvent(sources=[reference(each) for each in of.references])
        case events.TextAdded():
            return schemas.DeltaEvent(text=of.text)
        case events.QuoteAdded():
            return schemas.CitationEvent(number=of.number, quote=quote(of.quote))
        case events.RunFinished():
            shown = message(of.message)
            return schemas.DoneEvent(message=shown, sources=shown.sources, conversation_id=of.message.conversation_id)
        case events.RunFailed():
            return schemas.ErrorEvent(problem=problem_body(of.problem))
        case _:
            assert_never(of)


def problem_of(of: Message) -> Problem | None:
    """Why an answer could not be finished, as it was kept with it."""
    kept = of.metadata.get("problem")
    # Only an answer's metadata is the server's own; what a client sent with a message is none of ours.
    if of.status is None or not isinstance(kept, dict):
        return None
    kept = cast("dict[str, str]", kept)
    return Problem(code=kept.get("code", "internal"), detail=kept.get("detail", ""))


def _metadata(of: Message) -> dict[str, object]:
    problem = problem_of(of)
    return {**of.metadata, "problem": problem_body(problem)} if problem else of.metadata
