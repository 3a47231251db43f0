"""Sources and passages as payloads of points, and back."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, cast
from uuid import UUID

from adapters.qdrant.conditions import Is, Where
from adapters.qdrant.points import Payload, Point
from domain.errors import Problem
from domain.identity import PassageId, SourceId, UserId, VersionId
from domain.lookup import lookup_words
from domain.source import ContentHash, Passage, Source, SourceType, SourceVersion

if TYPE_CHECKING:
    from adapters.qdrant.points import Record, Scored
    from application.ports.embedder import Embedding

SOURCE = Is("kind", "source")
PASSAGE = Is("kind", "passage")
UNFINISHED = Is("stage", "unfinished")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TERMS = 2**32


def sources_of(owner: UserId) -> Where:
    """The entries of this owner."""
    return Where((SOURCE, Is("owner", owner)))


def passages_of(owner: UserId) -> Where:
    """The passages of this owner, of whatever version."""
    return Where((PASSAGE, Is("owner", owner)))


def source_point(source: Source) -> Point:
    """The entry: no vectors, so that it is no search's hit; the words that it is looked up by."""
    payload: Payload = {
        "kind": "source",
        "owner": source.owner,
        "url": source.url,
        "title": source.title,
        "type": source.type.value,
        "words": sorted(lookup_words(source.title, source.url)),
        "created": in_microseconds(source.created_at),
        "updated": in_microseconds(source.last_updated),
        "passages": source.passages,
        "stage": UNFINISHED.value if source.pending else "settled",
        "current": _from_version(source.current),
        "pending": _from_version(source.pending),
        "problem": source.problem and {"code": source.problem.code, "detail": source.problem.detail},
    }
    return Point(source.id, payload)


def source_from(record: Record) -> Source:
    """The entry's source."""
    payload = record.payload
    problem = cast("dict[str, str] | None", payload.get("problem"))
    return Source(
        id=SourceId(record.id),
        owner=UserId(str(payload["owner"])),
        url=str(payload["url"]),
        title=str(payload["title"]),
        type=SourceType(str(payload["type"])),
        created_at=_from_microseconds(payload["created"]),
        last_updated=_from_microseconds(payload["updated"]),
        passages=_integer(payload["passages"]),
        current=_version(payload.get("current")),
        pending=_version(payload.get("pending")),
        problem=Problem(code=problem["code"], detail=problem["detail"]) if problem else None,
    )


def passage_point(passage: Passage, embedding: Embedding) -> Point:
    """The passage with its vectors."""
    payload: Payload = {
        "kind": "passage",
        "owner": passage.owner,
        "source": str(passage.source_id),
        "version": str(passage.version_id),
        "ordinal": passage.ordinal,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "section": passage.section,
    }
    return Point(passage.id, payload, embedding)


def passage_from(record: Record | Scored) -> Passage:
    """The point's passage."""
    payload = record.payload
    page, section = payload.get("page"), payload.get("section")
    return Passage(
        id=PassageId(record.id),
        source_id=SourceId(UUID(str(payload["source"]))),
        version_id=VersionId(UUID(str(payload["version"]))),
        owner=UserId(str(payload["owner"])),
        ordinal=_integer(payload["ordinal"]),
        text=str(payload["text"]),
        start=_integer(payload["start"]),
        end=_integer(payload["end"]),
        page=None if page is None else _integer(page),
        section=None if section is None else str(section),
    )


def version_in(record: Record, field: Literal["current", "pending"]) -> str | None:
    """The id of the version that an entry names so."""
    version = cast("dict[str, str] | None", record.payload.get(field))
    return version["id"] if version else None


def in_microseconds(moment: datetime) -> int:
    """Exact, unlike a float: the list's order and its cursors hang on it."""
    return (moment - _EPOCH) // _MICROSECOND


def check_embedding(embedding: Embedding, dimension: int) -> None:
    """Raise `ValueError` for vectors that an engine would refuse, or worse, accept."""
    indices, values = embedding.sparse.indices, embedding.sparse.values
    if len(embedding.dense) != dimension:
        raise ValueError(f"A vector has {len(embedding.dense)} dimensions, not {dimension}.")
    if not all(map(math.isfinite, embedding.dense)) or not all(map(math.isfinite, values)):
        raise ValueError("A vector is not finite.")
    if len(indices) != len(values) or len(set(indices)) != len(indices):
        raise ValueError("A sparse vector repeats a term, or has not one weight for each.")
    if any(not 0 <= index < _TERMS for index in indices):
        raise ValueError("A sparse vector has a term beyond 32 bits.")


def _from_microseconds(value: object) -> datetime:
    return _EPOCH + _integer(value) * _MICROSECOND


def _integer(value: object) -> int:
    return int(cast("int", value))


def _from_version(version: SourceVersion | None) -> Payload | None:
    if version is None:
        return None
    return {
        "id": str(version.id),
        "content": version.content,
        "size": version.size,
        "name": version.name,
        "media_type": version.media_type,
        "added": in_microseconds(version.added_at),
        "title": version.title,
        "attempts": version.attempts,
    }


def _version(value: object) -> SourceVersion | None:
    if value is None:
        return None
    payload = cast("Payload", value)
    media_type, title = payload.get("media_type"), payload.get("title")
    return SourceVersion(
        id=VersionId(UUID(str(payload["id"]))),
        content=ContentHash(str(payload["content"])),
        size=_integer(payload["size"]),
        name=str(payload["name"]),
        media_type=None if media_type is None else str(media_type),
        added_at=_from_microseconds(payload["added"]),
        title=None if title is None else str(title),
        attempts=_integer(payload.get("attempts", 0)),
    )
