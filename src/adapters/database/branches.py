"""Walks through the tree of messages, each as one recursive statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from adapters.database.rows import MessageRow

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from domain.identity import ConversationId, MessageId, UserId

_MOST_NAMED = 200


def branch_of(
    leaf: MessageId, conversation_id: ConversationId, owner: UserId, *, limit: int | None, before: MessageId | None
) -> sa.Select[MessageRow]:
    """The messages from the leaf upwards. With `before`, those from that message upwards, it being the first and not
    counted against the limit. One more may come than asked for: nothing at all means that leaf or `before` is not
    there."""
    path = _path(leaf, conversation_id, owner, highest=limit if before is None else None)
    statement = sa.select(MessageRow).join(path, MessageRow.id == path.c.id).order_by(path.c.height)
    if before is not None:
        statement = statement.where(
            path.c.height >= sa.select(path.c.height).where(path.c.id == before).scalar_subquery()
        )
    if limit is not None:
        statement = statement.limit(limit + 1)
    return statement


def siblings_under(
    parents: Collection[MessageId | None], conversation_id: ConversationId, owner: UserId
) -> sa.Select[UUID, UUID | None, datetime]:
    """Id, parent and time of every message under one of these parents (None: of every root). Of more parents than a
    page has, those of all messages in the conversation: that is the cheaper question then. In no order: asked for one,
    SQLite goes through all messages of the owner by their times."""
    statement = sa.select(MessageRow.id, MessageRow.parent_id, MessageRow.created_at).where(
        *_in_conversation(MessageRow, conversation_id, owner)
    )
    if len(parents) > _MOST_NAMED:
        return statement
    named = MessageRow.parent_id.in_([parent for parent in parents if parent is not None])
    return statement.where(sa.or_(named, MessageRow.parent_id.is_(None)) if None in parents else named)


def siblings_of(row: MessageRow) -> sa.Select[UUID]:
    """The ids of the messages with this one's parent, oldest first."""
    return (
        sa.select(MessageRow.id)
        .where(
            MessageRow.user_id == row.user_id,
            MessageRow.conversation_id == row.conversation_id,
            MessageRow.parent_id == row.parent_id,
        )
        .order_by(MessageRow.created_at, MessageRow.id)
    )


def newest_leaf_of(message_id: MessageId, conversation_id: ConversationId, owner: UserId) -> sa.Select[UUID]:
    """The id of the leaf under a message, by way of the newest child each time."""
    start = (
        sa.select(MessageRow.id.label("id"), sa.literal(0).label("depth"))
        .where(MessageRow.id == message_id, *_in_conversation(MessageRow, conversation_id, owner))
        .cte("walk", recursive=True)
    )
    child = aliased(MessageRow)
    newest = (
        sa.select(child.id)
        .where(*_in_conversation(child, conversation_id, owner), child.parent_id == start.c.id)
        .order_by(child.created_at.desc(), child.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    walk = start.union_all(sa.select(newest, start.c.depth + 1).where(start.c.id.is_not(None)))
    return sa.select(walk.c.id).where(walk.c.id.is_not(None)).order_by(walk.c.depth.desc()).limit(1)


def _path(leaf: MessageId, conversation_id: ConversationId, owner: UserId, *, highest: int | None) -> sa.CTE:
    start = (
        sa.select(MessageRow.id.label("id"), MessageRow.parent_id.label("parent_id"), sa.literal(0).label("height"))
        .where(MessageRow.id == leaf, *_in_conversation(MessageRow, conversation_id, owner))
        .cte("path", recursive=True)
    )
    # Foreign keys say that a parent is of the same conversation. Said again here, it would lead planners to look for each
    # parent among all messages of the conversation.
    above = aliased(MessageRow)
    step = sa.select(above.id, above.parent_id, start.c.height + 1).join(start, above.id == start.c.parent_id)
    return start.union_all(step if highest is None else step.where(start.c.height < highest))


def _in_conversation(
    row: type[MessageRow], conversation_id: ConversationId, owner: UserId
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return row.user_id == owner, row.conversation_id == conversation_id
