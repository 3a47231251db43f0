"""Reading sources' entries: by id, and as the list that people page through."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from adapters.qdrant.conditions import AtMost, Equals, Is, Prefix
from adapters.qdrant.payload import in_microseconds, source_from, sources_of
from adapters.qdrant.points import everything_of
from application.ports.source_index import SourceCursor, SourcePage
from domain.lookup import typed_words

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from adapters.qdrant.conditions import Where
    from adapters.qdrant.points import Points, Record
    from application.ports.source_index import SourceQuery
    from domain.identity import UserId


async def entries_by_id(points: Points, ids: Collection[UUID], *, owner: UserId) -> dict[UUID, Record]:
    """Those of these entries that exist and are this owner's, in one request."""
    records = await points.retrieve(list(ids)) if ids else ()
    return {record.id: record for record in records if _is_entry_of(record, owner)}


async def list_sources(points: Points, query: SourceQuery, *, owner: UserId) -> SourcePage:
    """A page, last updated first, and how many there are in all."""
    where = _matching(query, owner)
    total, rows = await asyncio.gather(
        points.count(where), _rows(points, where, query.after, query.offset + query.limit + 1)
    )
    items = [source_from(row) for row in rows[query.offset : query.offset + query.limit]]
    more = bool(items) and len(rows) > query.offset + len(items)
    following = SourceCursor(items[-1].last_updated, items[-1].id) if more else None
    return SourcePage(items=items, total=total, next=following)


def _matching(query: SourceQuery, owner: UserId) -> Where:
    where = sources_of(owner).also(*(Prefix("words", word) for word in sorted(typed_words(query.search or ""))))
    return where if query.type is None else where.also(Is("type", query.type.value))


async def _rows(points: Points, where: Where, after: SourceCursor | None, wanted: int) -> list[Record]:
    """At least `wanted` rows from after the cursor, where there are so many. The engines order by the time alone, so
    that rows of one moment are always fetched together and put in the order of their ids here."""
    rows: list[Record] = []
    if after is not None:
        moment = in_microseconds(after.last_updated)
        same = await everything_of(points, where.also(Equals("updated", moment)))
        rows = [record for record in same if record.id < after.id]
        where = where.also(AtMost("updated", moment - 1))
    if len(rows) < wanted:
        newest = await points.newest(where, limit=wanted)
        if len(newest) == wanted:
            newest = await _with_whole_last_moment(points, where, newest)
        rows.extend(newest)
    return sorted(rows, key=lambda record: (_updated(record), record.id.int), reverse=True)


async def _with_whole_last_moment(points: Points, where: Where, newest: Collection[Record]) -> list[Record]:
    last = min(_updated(record) for record in newest)
    same = await everything_of(points, where.also(Equals("updated", last)))
    return [*(record for record in newest if _updated(record) != last), *same]


def _is_entry_of(record: Record, owner: UserId) -> bool:
    return record.payload.get("kind") == "source" and record.payload.get("owner") == owner


def _updated(record: Record) -> int:
    updated = record.payload["updated"]
    assert isinstance(updated, int)
    return updated
