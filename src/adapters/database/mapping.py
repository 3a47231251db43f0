"""Rows to domain objects and back: pure functions."""

from __future__ import annotations

from typing import Any

import msgspec

from adapters.database.rows import AccessTokenRow, ConversationRow, IdempotencyKeyRow, MessageRow, RunRow
from application.ports.idempotency_keys import IdempotencyKey, KeptAnswer
from application.ports.runs import ActiveRun
from application.ports.tokens import AccessToken
from domain.answer import Reference
from domain.conversation import Conversation, Message, Role
from domain.identity import ConversationId, MessageId, RunId, UserId
from domain.storable import check_conversation, check_message, check_storable


def conversation_from(row: ConversationRow, tags: tuple[str, ...]) -> Conversation:
    """The conversation of a row and its tags."""
    return Conversation(
        id=ConversationId(row.id),
        owner=UserId(row.user_id),
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        space=row.space,
        tags=tags,
        metadata=row.meta,
        active_message_id=None if row.active_message_id is None else MessageId(row.active_message_id),
    )


def row_of_conversation(conversation: Conversation) -> ConversationRow:
    """A new row."""
    return ConversationRow(
        id=conversation.id,
        user_id=conversation.owner,
        created_at=conversation.created_at,
        **changes_of_conversation(conversation),
    )


def changes_of_conversation(conversation: Conversation) -> dict[str, Any]:
    """What saving a conversation writes, by attribute of its row."""
    check_conversation(conversation)
    return {
        "title": conversation.title,
        "space": conversation.space,
        "updated_at": conversation.updated_at,
        "meta": conversation.metadata,
        "active_message_id": conversation.active_message_id,
    }


def message_from(row: MessageRow, siblings: tuple[MessageId, ...]) -> Message:
    """The message of a row."""
    return Message(
        id=MessageId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        parent_id=None if row.parent_id is None else MessageId(row.parent_id),
        role=Role(row.role),
        content=row.content,
        created_at=row.created_at,
        metadata=row.meta,
        references=references_from_json(row.sources),
        siblings=siblings,
    )


def row_of_message(message: Message, owner: UserId) -> MessageRow:
    """A new row."""
    return MessageRow(
        id=message.id,
        user_id=owner,
        conversation_id=message.conversation_id,
        parent_id=message.parent_id,
        role=message.role.value,
        created_at=message.created_at,
        **changes_of_message(message),
    )


def changes_of_message(message: Message) -> dict[str, Any]:
    """What saving a message writes, by attribute of its row."""
    check_message(message)
    return {
        "content": message.content,
        "meta": message.metadata,
        "sources": json_of_references(message.references),
    }


def json_of_references(references: tuple[Reference, ...]) -> list[Any]:
    """References as JSON, every field by its own name."""
    document: list[Any] = msgspec.to_builtins(references, builtin_types=())
    return document


def references_from_json(stored: list[Any]) -> tuple[Reference, ...]:
    """References as they were stored; fields that a later version added there are passed over."""
    return msgspec.convert(stored, tuple[Reference, ...])


def run_from(row: RunRow) -> ActiveRun:
    """The run of a row."""
    return ActiveRun(
        id=RunId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        owner=UserId(row.user_id),
        leased_until=row.leased_until,
    )


def row_of_run(run: ActiveRun) -> RunRow:
    """A new row."""
    return RunRow(id=run.id, user_id=run.owner, conversation_id=run.conversation_id, leased_until=run.leased_until)


def token_from(row: AccessTokenRow) -> AccessToken:
    """The token of a row."""
    return AccessToken(
        id=row.id, owner=UserId(row.user_id), name=row.name, digest=row.digest, created_at=row.created_at
    )


def row_of_token(token: AccessToken) -> AccessTokenRow:
    """A new row."""
    check_storable("name", token.name)
    return AccessTokenRow(
        id=token.id, user_id=token.owner, name=token.name, digest=token.digest, created_at=token.created_at
    )


def key_from(row: IdempotencyKeyRow) -> IdempotencyKey:
    """The key of a row, with the answer if one was given."""
    answer = None
    if row.status is not None:
        answer = KeptAnswer(
            status=row.status,
            media_type=row.media_type or "",
            headers=tuple((name, value) for name, value in row.headers or ()),
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


def columns_of_answer(answer: KeptAnswer | None) -> dict[str, Any]:
    """What an answer is kept as, by attribute of its key's row; nulls where there is none."""
    if answer is None:
        return {"status": None, "media_type": None, "headers": None, "body": None}
    headers = [[name, value] for name, value in answer.headers]
    return {"status": answer.status, "media_type": answer.media_type, "headers": headers, "body": answer.body}


def columns_of_key(key: IdempotencyKey) -> dict[str, Any]:
    """What a key is kept as, by attribute of its row."""
    return {
        "user_id": key.owner,
        "key": key.key,
        "fingerprint": key.fingerprint,
        "created_at": key.created_at,
        "leased_until": key.leased_until,
        **columns_of_answer(key.answer),
    }
