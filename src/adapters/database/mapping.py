"""Between rows and domain objects: pure functions."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.database.models import (
    AccessTokenRow,
    ConversationRow,
    ConversationTagRow,
    IdempotencyKeyRow,
    MessageRow,
    RunRow,
)
from application.ports.idempotency_keys import IdempotencyKey, KeptAnswer
from application.ports.runs import ActiveRun
from application.ports.tokens import AccessToken
from domain.answer import Quote, Reference
from domain.conversation import Conversation, Message, Role
from domain.identity import ConversationId, MessageId, PassageId, RunId, SourceId, UserId
from domain.source import SourceType

if TYPE_CHECKING:
    from collections.abc import Sequence


def conversation_row(conversation: Conversation) -> ConversationRow:
    """The conversation without its tags."""
    return ConversationRow(
        id=conversation.id,
        user_id=conversation.owner,
        title=conversation.title,
        space=conversation.space,
        created_at=conversation.created_at,
        updated_at=conversation.updated_at,
        meta=conversation.metadata,
        active_message_id=conversation.active_message_id,
    )


def tag_rows(conversation: Conversation) -> list[ConversationTagRow]:
    """Its tags in their order, each once."""
    return [
        ConversationTagRow(conversation_id=conversation.id, user_id=conversation.owner, tag=tag, position=position)
        for position, tag in enumerate(dict.fromkeys(conversation.tags))
    ]


def conversation_from(row: ConversationRow, tags: Sequence[str]) -> Conversation:
    """The conversation with its tags."""
    return Conversation(
        id=ConversationId(row.id),
        owner=UserId(row.user_id),
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        space=row.space,
        tags=tuple(tags),
        metadata=row.meta,
        active_message_id=MessageId(row.active_message_id) if row.active_message_id else None,
    )


def message_row(message: Message, owner: UserId) -> MessageRow:
    """The message without its siblings: those are what other rows say."""
    return MessageRow(
        id=message.id,
        conversation_id=message.conversation_id,
        user_id=owner,
        parent_id=message.parent_id,
        role=message.role.value,
        content=message.content,
        created_at=message.created_at,
        meta=message.metadata,
        sources=references_as_json(message.references),
    )


def message_from(row: MessageRow, siblings: Sequence[UUID]) -> Message:
    """The message with its siblings."""
    return Message(
        id=MessageId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        parent_id=MessageId(row.parent_id) if row.parent_id else None,
        role=Role(row.role),
        content=row.content,
        created_at=row.created_at,
        metadata=row.meta,
        references=references_from_json(row.sources),
        siblings=tuple(map(MessageId, siblings)),
    )


def references_as_json(references: Sequence[Reference]) -> list[dict[str, Any]]:
    """References as they are kept with a message."""
    return [
        {
            **asdict(reference),
            "source_id": str(reference.source_id),
            "passage_id": str(reference.passage_id),
            "type": reference.type.value,
            "quotes": [asdict(quote) for quote in reference.quotes],
        }
        for reference in references
    ]


def references_from_json(kept: Sequence[dict[str, Any]]) -> tuple[Reference, ...]:
    """References as they were kept; what an older version did not keep has its default."""
    return tuple(
        Reference(
            **{
                **each,
                "source_id": SourceId(UUID(each["source_id"])),
                "passage_id": PassageId(UUID(each["passage_id"])),
                "type": SourceType(each["type"]),
                "quotes": tuple(Quote(**quote) for quote in each.get("quotes", ())),
            }
        )
        for each in kept
    )


def run_row(run: ActiveRun) -> RunRow:
    """A run under way."""
    return RunRow(id=run.id, conversation_id=run.conversation_id, user_id=run.owner, leased_until=run.leased_until)


def run_from(row: RunRow) -> ActiveRun:
    """A run under way."""
    return ActiveRun(
        id=RunId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        owner=UserId(row.user_id),
        leased_until=row.leased_until,
    )


def token_row(token: AccessToken) -> AccessTokenRow:
    """An access token."""
    return AccessTokenRow(
        id=token.id, user_id=token.owner, name=token.name, digest=token.digest, created_at=token.created_at
    )


def token_from(row: AccessTokenRow) -> AccessToken:
    """An access token."""
    return AccessToken(
        id=row.id, owner=UserId(row.user_id), name=row.name, digest=row.digest, created_at=row.created_at
    )


def answer_columns(answer: KeptAnswer | None) -> dict[str, Any]:
    """What was answered, by column; all empty while nothing was."""
    if answer is None:
        return {"status": None, "media_type": None, "headers": [], "body": None}
    headers = [list(header) for header in answer.headers]
    return {"status": answer.status, "media_type": answer.media_type, "headers": headers, "body": answer.body}


def key_columns(key: IdempotencyKey) -> dict[str, Any]:
    """A key in use, by column."""
    return {
        "user_id": key.owner,
        "key": key.key,
        "fingerprint": key.fingerprint,
        "created_at": key.created_at,
        "leased_until": key.leased_until,
        **answer_columns(key.answer),
    }


def key_from(row: IdempotencyKeyRow) -> IdempotencyKey:
    """A key in use."""
    answer = None
    if row.status is not None:
        answer = KeptAnswer(
            status=row.status,
            media_type=row.media_type or "",
            headers=tuple((name, value) for name, value in row.headers),
            body=row.body or b"",
        )
    return IdempotencyKey(
        owner=UserId(row.user_id),
        key=row.key,
        fingerprint=row.fingerprint,
        created_at=row.created_at,
        leased_until=row.leased_until,
        answer=answer,
    )
