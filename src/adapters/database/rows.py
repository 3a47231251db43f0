"""The tables. Whose a row is stands in each of them and leads their keys, so that the keys keep owners apart.

Names of constraints and indexes are fixed: errors are told apart by them. What only one database knows (the full-text
index over `search_entries` on SQLite and its triggers) is made by the migrations alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.database.types import JSON_DOCUMENT, ROW_NUMBER, WORDS, NewId, Now, UtcDateTime

_NAMES = {"ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s"}


class Base(DeclarativeBase):
    """Our own base: advanced-alchemy's brings a JSON type that SQLAlchemy 2.1 does not load."""

    __abstract__ = True
    metadata = sa.MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime(), UUID: sa.Uuid()}


class ConversationRow(Base):
    """A conversation. `active_message_id` may be set before its message is there: it is checked at the commit."""

    __tablename__ = "conversations"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "id", name="uq_conversations_owner"),
        sa.ForeignKeyConstraint(
            ["user_id", "id", "active_message_id"],
            ["messages.user_id", "messages.conversation_id", "messages.id"],
            name="fk_conversations_active_message",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 255", name="title"),
        sa.CheckConstraint("length(space) BETWEEN 1 AND 50", name="space"),
        sa.Index("idx_conversations_space", "user_id", "space", "updated_at", "id"),
        sa.Index("idx_conversations_updated_at", "user_id", "updated_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=NewId())
    user_id: Mapped[str] = mapped_column(sa.String(255))
    title: Mapped[str] = mapped_column(sa.String(255))
    space: Mapped[str] = mapped_column(sa.String(50), server_default=sa.text("'default'"))
    created_at: Mapped[datetime] = mapped_column(server_default=Now())
    updated_at: Mapped[datetime] = mapped_column(server_default=Now())
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", JSON_DOCUMENT, server_default=sa.text("'{}'"))
    active_message_id: Mapped[UUID | None]


class MessageRow(Base):
    """A message. Its keys say that conversation and parent are of the same owner, the parent of the same conversation.

    The parent's key does not cascade: the conversation's does, and SQLite follows no chain deeper than 1,000.
    """

    __tablename__ = "messages"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "conversation_id", "id", name="uq_messages_place"),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name="fk_messages_conversation",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id", "parent_id"],
            ["messages.user_id", "messages.conversation_id", "messages.id"],
            name="fk_messages_parent",
        ),
        sa.CheckConstraint("role IN ('user', 'assistant', 'system')", name="role"),
        sa.CheckConstraint("parent_id <> id", name="parent"),
        sa.Index("idx_messages_conversation_id", "user_id", "conversation_id", "parent_id", "created_at", "id"),
        sa.Index("idx_messages_created_at", "user_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=NewId())
    user_id: Mapped[str] = mapped_column(sa.String(255))
    conversation_id: Mapped[UUID]
    parent_id: Mapped[UUID | None]
    role: Mapped[str] = mapped_column(sa.String(10))
    content: Mapped[str] = mapped_column(sa.Text())
    created_at: Mapped[datetime] = mapped_column(server_default=Now())
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", JSON_DOCUMENT, server_default=sa.text("'{}'"))
    sources: Mapped[list[Any]] = mapped_column(JSON_DOCUMENT, server_default=sa.text("'[]'"))


class ConversationTagRow(Base):
    """A tag of a conversation, at its place among the tags."""

    __tablename__ = "conversation_tags"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name="fk_conversation_tags_conversation",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("length(tag) BETWEEN 1 AND 50", name="tag"),
        sa.Index("idx_conversation_tags_tag", "user_id", "tag", "conversation_id"),
        sa.Index("idx_conversation_tags_conversation_id", "user_id", "conversation_id"),
    )

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(sa.String(50), primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.String(255))
    position: Mapped[int] = mapped_column(sa.Integer(), server_default=sa.text("0"))


class SearchEntryRow(Base):
    """The words of one title (`subject_id` is the conversation's) or message, folded, each once."""

    __tablename__ = "search_entries"
    __table_args__ = (
        sa.UniqueConstraint("subject_id", name="uq_search_entries_subject"),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name="fk_search_entries_conversation",
            ondelete="CASCADE",
        ),
        sa.Index("idx_search_entries_conversation_id", "user_id", "conversation_id"),
    )

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.String(255))
    conversation_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    words: Mapped[str] = mapped_column(WORDS)


class RunRow(Base):
    """A run under way; it bears its answer's id."""

    __tablename__ = "runs"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id", "id"],
            ["messages.user_id", "messages.conversation_id", "messages.id"],
            name="fk_runs_message",
            ondelete="CASCADE",
        ),
        sa.Index("idx_runs_conversation_id", "user_id", "conversation_id", "id"),
        sa.Index("idx_runs_leased_until", "leased_until", "user_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.String(255))
    conversation_id: Mapped[UUID]
    leased_until: Mapped[datetime]


class AccessTokenRow(Base):
    """An access token's digest."""

    __tablename__ = "access_tokens"
    __table_args__ = (
        sa.UniqueConstraint("digest", name="uq_access_tokens_digest"),
        sa.Index("idx_access_tokens_created_at", "created_at", "user_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.String(255))
    name: Mapped[str] = mapped_column(sa.Text())
    digest: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(server_default=Now())


class IdempotencyKeyRow(Base):
    """A key in use, and the answer once it was given (`status` is null until then)."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (sa.Index("idx_idempotency_keys_created_at", "created_at", "user_id"),)

    user_id: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    key: Mapped[str] = mapped_column(sa.Text(), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
    leased_until: Mapped[datetime]
    status: Mapped[int | None] = mapped_column(sa.Integer())
    media_type: Mapped[str | None] = mapped_column(sa.Text())
    headers: Mapped[list[Any] | None] = mapped_column(JSON_DOCUMENT)
    body: Mapped[bytes | None] = mapped_column(sa.LargeBinary())
