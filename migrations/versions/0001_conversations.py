"""Conversations with their messages and tags, runs, access tokens, idempotency keys, and the full-text index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
OWNER = sa.String(255)

# A random UUID, version 4, as SQLite can make it.
SQLITE_ID = (
    "(lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2)"
    " || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || hex(randomblob(6))))"
)
SQLITE_NOW = "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"


def on_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def new_id() -> sa.TextClause:
    return sa.text("gen_random_uuid()" if on_postgres() else SQLITE_ID)


def now() -> sa.TextClause:
    return sa.text("now()" if on_postgres() else SQLITE_NOW.replace(":", r"\:"))


def upgrade() -> None:
    create_conversations()
    create_messages()
    create_tags()
    create_runs()
    create_access_tokens()
    create_idempotency_keys()
    create_search_entries()


def create_conversations() -> None:
    active_message = sa.ForeignKeyConstraint(
        ["user_id", "id", "active_message_id"],
        ["messages.user_id", "messages.conversation_id", "messages.id"],
        name="fk_conversations_active_message",
        deferrable=True,
        initially="DEFERRED",
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid(), nullable=False, server_default=new_id()),
        sa.Column("user_id", OWNER, nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("space", sa.String(50), nullable=False, server_default="default"),
        sa.Column("created_at", TIME, nullable=False, server_default=now()),
        sa.Column("updated_at", TIME, nullable=False, server_default=now()),
        sa.Column("metadata", JSON, nullable=False, server_default="{}"),
        sa.Column("active_message_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("user_id", "id", name="uq_conversations_owner"),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 255", name=op.f("ck_conversations_title")),
        sa.CheckConstraint("length(space) BETWEEN 1 AND 50", name=op.f("ck_conversations_space")),
        # PostgreSQL wants `messages` to be there first, SQLite can't add a constraint later.
        *([] if on_postgres() else [active_message]),
    )
    op.create_index("idx_conversations_space", "conversations", ["user_id", "space", "updated_at", "id"])
    op.create_index("idx_conversations_updated_at", "conversations", ["user_id", "updated_at", "id"])


def create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False, server_default=new_id()),
        sa.Column("user_id", OWNER, nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False, server_default=now()),
        sa.Column("metadata", JSON, nullable=False, server_default="{}"),
        sa.Column("sources", JSON, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
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
        sa.CheckConstraint("role IN ('user', 'assistant', 'system')", name=op.f("ck_messages_role")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_messages_parent")),
    )
    op.create_index(
        "idx_messages_conversation_id", "messages", ["user_id", "conversation_id", "parent_id", "created_at", "id"]
    )
    op.create_index("idx_messages_created_at", "messages", ["user_id", "created_at"])
    if on_postgres():
        op.create_foreign_key(
            "fk_conversations_active_message",
            "conversations",
            "messages",
            ["user_id", "id", "active_message_id"],
            ["user_id", "conversation_id", "id"],
            deferrable=True,
            initially="DEFERRED",
        )


def create_tags() -> None:
    op.create_table(
        "conversation_tags",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.String(50), nullable=False),
        sa.Column("user_id", OWNER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("conversation_id", "tag", name="pk_conversation_tags"),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name="fk_conversation_tags_conversation",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("length(tag) BETWEEN 1 AND 50", name=op.f("ck_conversation_tags_tag")),
    )
    op.create_index("idx_conversation_tags_tag", "conversation_tags", ["user_id", "tag", "conversation_id"])
    op.create_index("idx_conversation_tags_conversation_id", "conversation_tags", ["user_id", "conversation_id"])


def create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", OWNER, nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("leased_until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id", "id"],
            ["messages.user_id", "messages.conversation_id", "messages.id"],
            name="fk_runs_message",
            ondelete="CASCADE",
        ),
    )
    op.create_index("idx_runs_conversation_id", "runs", ["user_id", "conversation_id", "id"])
    op.create_index("idx_runs_leased_until", "runs", ["leased_until", "user_id"])


def create_access_tokens() -> None:
    op.create_table(
        "access_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", OWNER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False, server_default=now()),
        sa.PrimaryKeyConstraint("id", name="pk_access_tokens"),
        sa.UniqueConstraint("digest", name="uq_access_tokens_digest"),
    )
    op.create_index("idx_access_tokens_created_at", "access_tokens", ["created_at", "user_id"])


def create_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", OWNER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("leased_until", TIME, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("headers", JSON, nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_idempotency_keys"),
    )
    op.create_index("idx_idempotency_keys_created_at", "idempotency_keys", ["created_at", "user_id"])


def create_search_entries() -> None:
    op.create_table(
        "search_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("user_id", OWNER, nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_entries"),
        sa.UniqueConstraint("subject_id", name="uq_search_entries_subject"),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name="fk_search_entries_conversation",
            ondelete="CASCADE",
        ),
    )
    op.create_index("idx_search_entries_conversation_id", "search_entries", ["user_id", "conversation_id"])
    if on_postgres():
        # Without a list of pending entries: what a search costs does not depend on when the table was last vacuumed.
        op.execute("CREATE INDEX idx_search_entries_words ON search_entries USING gin (words) WITH (fastupdate = off)")
        return
    # Words are cut and folded already: the ascii tokenizer parts them at blanks and leaves all else alone.
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5("
        "words, content='search_entries', content_rowid='id', tokenize='ascii', detail='none', prefix='1 2 3')"
    )
    add = "INSERT INTO search_index (rowid, words) VALUES (new.id, new.words);"
    remove = "INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', old.id, old.words);"
    for name, event, steps in (
        ("search_entries_added", "INSERT", add),
        ("search_entries_removed", "DELETE", remove),
        ("search_entries_changed", "UPDATE OF words", remove + add),
    ):
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON search_entries BEGIN {steps} END")


def downgrade() -> None:
    if on_postgres():
        op.drop_constraint("fk_conversations_active_message", "conversations", type_="foreignkey")
    else:
        op.execute("DROP TABLE search_index")
    for table in (
        "search_entries",
        "idempotency_keys",
        "access_tokens",
        "runs",
        "conversation_tags",
        "messages",
        "conversations",
    ):
        op.drop_table(table)
