"""Conversations as a list shows them: counted, previewed and tagged by a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from adapters.database.mapping import conversation_from
from adapters.database.rows import ConversationRow, ConversationTagRow, MessageRow, RunRow
from adapters.database.search import conditions_of
from application.ports.conversations import ConversationCursor, ConversationPage
from domain.conversation import PREVIEW_LENGTH, ConversationSummary, preview_of
from domain.identity import ConversationId, RunId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.database.transaction import Transaction
    from application.ports.conversations import ConversationQuery
    from domain.identity import UserId

# What Python takes for white space, so that a text's beginning is looked for behind all of it.
_WHITE_SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
# Enough for the preview of nearly any message: what is longer and still says too little is read whole.
_BEGINNING = 1000


class _Shown(NamedTuple):
    """What one statement says of a conversation: the message on show and the one above it by their beginnings."""

    row: ConversationRow
    messages: int
    run: UUID | None
    leaf_id: UUID | None
    leaf: str | None
    above_id: UUID | None
    above: str | None

    def ends(self) -> list[tuple[UUID, str]]:
        """The two messages, where there are any."""
        both = ((self.leaf_id, self.leaf), (self.above_id, self.above))
        return [(message, text) for message, text in both if message is not None and text is not None]


@dataclass(frozen=True, slots=True)
class ConversationList:
    """Reads conversations with what a list shows of them."""

    session: AsyncSession
    transaction: Transaction

    async def page(self, query: ConversationQuery, owner: UserId) -> ConversationPage:
        """Three statements: the total, the rows, their tags."""
        wanted = self._wanted(query, owner)
        total = await self.session.scalar(sa.select(sa.func.count()).select_from(ConversationRow).where(*wanted))
        if query.after is not None:
            wanted.append(_comes_after(query.after))
        found = await self.summaries(*wanted, owner=owner, limit=query.limit + 1, offset=query.offset)
        items = found[: query.limit]
        more = len(found) > query.limit and items
        return ConversationPage(items=items, total=total or 0, next=_place_of(items[-1]) if more else None)

    async def summaries(
        self, *conditions: sa.ColumnElement[bool], owner: UserId, limit: int | None = None, offset: int = 0
    ) -> Sequence[ConversationSummary]:
        """The owner's conversations that meet the conditions, last updated first: two statements, rarely a third."""
        found = await self.session.execute(_summaries(conditions, owner, limit, offset))
        shown = [_Shown(*row) for row in found]
        tags = await self.tags_of([each.row.id for each in shown], owner)
        previews = await self._previews({message: text for each in shown for message, text in each.ends()})
        return [
            ConversationSummary(
                conversation=conversation_from(each.row, tags.get(each.row.id, ())),
                message_count=each.messages,
                last_message_preview=previews.get(each.leaf_id) or previews.get(each.above_id),
                active_run=None if each.run is None else RunId(each.run),
            )
            for each in shown
        ]

    async def _previews(self, beginnings: dict[UUID, str]) -> dict[UUID | None, str | None]:
        """The previews of messages by their beginnings."""
        unclear = [message for message, text in beginnings.items() if _leaves_open(text)]
        whole = dict(beginnings)
        if unclear:
            statement = sa.select(MessageRow.id, MessageRow.content).where(MessageRow.id.in_(unclear))
            whole.update((message, content) for message, content in await self.session.execute(statement))
        return {message: preview_of(text) for message, text in whole.items()}

    async def tags_of(self, conversations: Sequence[UUID], owner: UserId) -> dict[UUID, tuple[str, ...]]:
        """The tags of these conversations, in their order."""
        tags = defaultdict[Any, list[str]](list)
        if conversations:
            tag = ConversationTagRow
            statement = (
                sa.select(tag.conversation_id, tag.tag)
                .where(tag.user_id == owner, tag.conversation_id.in_(conversations))
                .order_by(tag.conversation_id, tag.position)
            )
            for conversation_id, text in await self.session.execute(statement):
                tags[conversation_id].append(text)
        return {conversation_id: tuple(texts) for conversation_id, texts in tags.items()}

    def _wanted(self, query: ConversationQuery, owner: UserId) -> list[sa.ColumnElement[bool]]:
        conditions = [ConversationRow.user_id == owner]
        if query.space is not None:
            conditions.append(ConversationRow.space == query.space)
        if query.tag is not None:
            tag = ConversationTagRow
            tagged = sa.select(tag.conversation_id).where(tag.user_id == owner, tag.tag == query.tag)
            conditions.append(ConversationRow.id.in_(tagged))
        return conditions + conditions_of(self.transaction, query.search or "", owner)


def _summaries(
    conditions: Sequence[sa.ColumnElement[bool]], owner: UserId, limit: int | None, offset: int
) -> sa.Select[ConversationRow, int, UUID, UUID, str, UUID, str]:
    """The page is cut first, so that counting and previewing meet only its rows."""
    chosen = (
        sa.select(ConversationRow)
        .where(ConversationRow.user_id == owner, *conditions)
        .order_by(ConversationRow.updated_at.desc(), ConversationRow.id.desc())
        .limit(limit)
        .offset(offset or None)
        .subquery("page")
    )
    page, leaf, above = aliased(ConversationRow, chosen), aliased(MessageRow), aliased(MessageRow)
    count = (
        sa.select(sa.func.count())
        .select_from(MessageRow)
        .where(MessageRow.user_id == page.user_id, MessageRow.conversation_id == page.id)
        .scalar_subquery()
    )
    run = (
        sa.select(RunRow.id)
        .where(RunRow.user_id == page.user_id, RunRow.conversation_id == page.id)
        .order_by(RunRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(page, count, run, leaf.id, _beginning(leaf.content), above.id, _beginning(above.content))
        .outerjoin(leaf, sa.and_(leaf.user_id == page.user_id, leaf.id == page.active_message_id))
        .outerjoin(above, sa.and_(above.user_id == leaf.user_id, above.id == leaf.parent_id))
        .order_by(page.updated_at.desc(), page.id.desc())
    )


def _beginning(content: Any) -> sa.ColumnElement[str]:
    return sa.func.substr(sa.func.ltrim(content, _WHITE_SPACE), 1, _BEGINNING)


def _leaves_open(beginning: str) -> bool:
    """Whether what follows this beginning might still show in a preview."""
    return len(beginning) == _BEGINNING and len(" ".join(beginning.split())) <= PREVIEW_LENGTH


def _comes_after(cursor: ConversationCursor) -> sa.ColumnElement[bool]:
    place = sa.tuple_(ConversationRow.updated_at, ConversationRow.id)
    return place < sa.tuple_(
        sa.literal(cursor.updated_at, ConversationRow.updated_at.type), sa.literal(cursor.id, ConversationRow.id.type)
    )


def _place_of(summary: ConversationSummary) -> ConversationCursor:
    conversation = summary.conversation
    return ConversationCursor(conversation.updated_at, ConversationId(conversation.id))
