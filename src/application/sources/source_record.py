"""A source's entry as bytes, to be kept beside its content: what a lost index is made anew from."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.errors import Problem
from domain.identity import SourceId, UserId, VersionId
from domain.source import ContentHash, Source, SourceType, SourceVersion


def record_of(source: Source) -> bytes:
    """JSON with the fields of `Source` by their names."""
    return json.dumps(asdict(source), default=str, ensure_ascii=False, indent=1).encode()


def source_from_record(record: bytes) -> Source:
    """The source of a record. Raises `ValueError` for bytes that are none."""
    try:
        fields: dict[str, Any] = json.loads(record)
        problem = fields["problem"]
        return Source(
            id=SourceId(UUID(fields["id"])),
            owner=UserId(str(fields["owner"])),
            url=str(fields["url"]),
            title=str(fields["title"]),
            type=SourceType(fields["type"]),
            created_at=datetime.fromisoformat(fields["created_at"]),
            last_updated=datetime.fromisoformat(fields["last_updated"]),
            passages=int(fields["passages"]),
            current=_version(fields["current"]),
            pending=_version(fields["pending"]),
            problem=None if problem is None else Problem(code=str(problem["code"]), detail=str(problem["detail"])),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"Not the record of a source: {type(error).__name__}") from error


def _version(fields: dict[str, Any] | None) -> SourceVersion | None:
    if fields is None:
        return None
    media_type, title = fields["media_type"], fields.get("title")
    return SourceVersion(
        id=VersionId(UUID(fields["id"])),
        content=ContentHash(str(fields["content"])),
        size=int(fields["size"]),
        name=str(fields["name"]),
        media_type=None if media_type is None else str(media_type),
        added_at=datetime.fromisoformat(fields["added_at"]),
        title=None if title is None else str(title),
        attempts=int(fields.get("attempts", 0)),
    )
