"""The tables. Constraint and index names are fixed: errors are told apart by them, and migrations name them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from advanced_alchemy.base import CommonTableAttributes
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.database.types import JSON, NUMBER, WORDS, RandomId, UtcNow, UtcTime

_EMPTY_OBJECT = sa.text("'{}'")
_EMPTY_LIST = sa.text("'[]'")


class Base(CommonTableAttributes, DeclarativeBase):
    """Our own base: advanced-alchemy's brings a JSON type that SQLAlchemy 2.1 does not load."""

    metadata: ClassVar[sa.MetaData] = sa.MetaData(
        naming_convention={"pk": "pk_%(table_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s"}
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcTime(),
        UUID: sa.Uuid(),
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class ConversationRow(Base):
    """A conversation. The message on show is checked at commit: it may be added after the row that names it."""

    __tablename__ = "conversations"
    __table_args__ = (
        sa.UniqueConstraint("id", "user_id", name="uq_conversations_id_user_id"),
        sa.ForeignKeyConstraint(
            ["id", "active_message_id"],
            ["messages.conversation_id", "messages.id"],
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

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=RandomId())
    user_id: Mapped[str] = mapped_column(sa.String(255))
    title: Mapped[str] = mapped_column(sa.String(255))
    space: Mapped[str] = mapped_column(sa.String(50), server_default="default")
    created_at: Mapped[datetime] = mapped_column(server_default=UtcNow())
    updated_at: Mapped[datetime] = mapped_column(server_default=UtcNow())
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=_EMPTY_OBJECT)
    active_message_id: Mapped[UUID | None]


class MessageRow(Base):
    """A message. A parent is one of the same conversation, and a message's owner is its conversation's.

    The parent's key does not cascade: the conversation's does, and SQLite follows no chain deeper than 1,000.
    """

    __tablename__ = "messages"
    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "id", name="uq_messages_conversation_id_id"),
        sa.ForeignKeyConstraint(
            ["conversation_id", "user_id"],
            ["conversations.id", "conversations.user_id"],
            name="fk_messages_conversation",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id", "parent_id"],
            ["messages.conversation_id", "messages.id"],
            name="fk_messages_parent",
        ),
        sa.CheckConstraint("role IN ('user', 'assistant', 'system')", name="role"),
        sa.CheckConstraint("parent_id <> id", name="parent"),
        sa.Index("idx_messages_conversation_id", "conversation_id", "user_id"),
        sa.Index("idx_messages_created_at", "user_id", "created_at"),
        sa.Index("idx_messages_parent_id", "conversation_id", "parent_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=RandomId())
    conversation_id: Mapped[UUID]
    user_id: Mapped[str] = mapped_column(sa.String(255))
    parent_id: Mapped[UUID | None]
    role: Mapped[str] = mapped_column(sa.String(10))
    content: Mapped[str] = mapped_column(sa.Text())
    created_at: Mapped[datetime] = mapped_column(server_default=UtcNow())
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=_EMPTY_OBJECT)
    sources: Mapped[list[Any]] = mapped_column(server_default=_EMPTY_LIST)


class ConversationTagRow(Base):
    """A tag of a conversation; `position` keeps their order."""

    __tablename__ = "conversation_tags"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["conversation_id", "user_id"],
            ["conversations.id", "conversations.user_id"],
            name="fk_conversation_tags_conversation",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("length(tag) BETWEEN 1 AND 50", name="tag"),
        sa.Index("idx_conversation_tags_tag", "user_id", "tag", "conversation_id"),
    )

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(sa.String(50), primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.String(255))
    position: Mapped[int] = mapped_column(sa.SmallInteger(), server_default=sa.text("0"))


class RunRow(Base):
    """A run under way; it bears its answer's id and goes with it."""

    __tablename__ = "runs"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["conversation_id", "id"],
            ["messages.conversation_id", "messages.id"],
            name="fk_runs_message",
            ondelete="CASCADE",
        ),
        sa.Index("idx_runs_conversation_id", "user_id", "conversation_id", "id"),
        sa.Index("idx_runs_leased_until", "leased_until", "user_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID]
    user_id: Mapped[str] = mapped_column(sa.String(255))
    leased_until: Mapped[datetime]


class AccessTokenRow(Base):
    """An access token, by its digest alone."""

    __tablename__ = "access_tokens"
    __table_args__ = (
        sa.UniqueConstraint("digest", name="uq_access_tokens_digest"),
        sa.Index("idx_access_tokens_user_id", "user_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=RandomId())
    user_id: Mapped[str] = mapped_column(sa.String(255))
    name: Mapped[str] = mapped_column(sa.String(255))
    digest: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(server_default=UtcNow())


class IdempotencyKeyRow(Base):
    """A key in use, and what was answered once that is known."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        sa.CheckConstraint("(status IS NULL) = (body IS NULL)", name="answer"),
        sa.Index("idx_idempotency_keys_created_at", "created_at", "user_id"),
    )

    user_id: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(server_default=UtcNow())
    leased_until: Mapped[datetime]
    status: Mapped[int | None] = mapped_column(sa.SmallInteger())
    media_type: Mapped[str | None] = mapped_column(sa.String(255))
    headers: Mapped[list[Any]] = mapped_column(server_default=_EMPTY_LIST)
    body: Mapped[bytes | None] = mapped_column(sa.LargeBinary())


class SearchTextRow(Base):
    """The words of a title (no message) or of a message, folded for searching; deleted with what they are of."""

    __tablename__ = "search_texts"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["conversation_id", "user_id"],
            ["conversations.id", "conversations.user_id"],
            name="fk_search_texts_conversation",
            ondelete="CASCADE",
        ),
        sa.Index("idx_search_texts_conversation_id", "conversation_id", "message_id", unique=True),
        sa.Index(
            "idx_search_texts_title",
            "conversation_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("message_id IS NULL"),
            postgresql_where=sa.text("message_id IS NULL"),
        ),
        sa.Index("idx_search_texts_words", "words", postgresql_using="gin").ddl_if(dialect="postgresql"),
    )

    id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=True)
    user_id: Mapped[str] = mapped_column(sa.String(255))
    conversation_id: Mapped[UUID]
    message_id: Mapped[UUID | None]
    words: Mapped[str] = mapped_column(WORDS)
