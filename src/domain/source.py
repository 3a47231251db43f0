"""Sources and their passages: what people drop in, and what answers rest on.

A source is identified by its owner and URL. Its content comes in versions; `current` is the version that searches
see, `pending` the one being read. Setting `current` in one write is what makes a replacement one step.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from domain.errors import Problem
from domain.identity import PassageId, SourceId, UserId, VersionId

# The SHA-256 of a version's original bytes, 64 hexadecimal digits.
ContentHash = NewType("ContentHash", str)

_SOURCES = uuid.UUID("6f6b9c1e-3d5a-5b53-9a0e-2f8f3c0d7a11")


class SourceType(StrEnum):
    """Where a source came from: a file, a fetched web page, or text pushed by a program."""

    DOCUMENT = "document"
    WEBPAGE = "webpage"
    API = "api"


class SourceStatus(StrEnum):
    """What a person sees of a source's progress."""

    INDEXING = "indexing"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceVersion:
    """One state of a source's content. `name` and `media_type` are what the sender claimed: data, not truth. `title` is
    what it is to be called once it is on show; None where it has none of its own.

    `attempts` counts the tries to read it that came to no end, neither a good nor a bad one: a process died in each, or
    is at it now.
    """

    id: VersionId
    content: ContentHash
    size: int
    name: str
    media_type: str | None
    added_at: datetime
    title: str | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document, web page or pushed text of one owner. `passages` counts those of the current version."""

    id: SourceId
    owner: UserId
    url: str
    title: str
    type: SourceType
    created_at: datetime
    last_updated: datetime
    passages: int = 0
    current: SourceVersion | None = None
    pending: SourceVersion | None = None
    problem: Problem | None = None

    @property
    def status(self) -> SourceStatus:
        """`indexing` while a version is being read, `ready` while one can be searched, else `failed`."""
        if self.pending is not None:
            return SourceStatus.INDEXING
        return SourceStatus.READY if self.current is not None else SourceStatus.FAILED

    @property
    def size(self) -> int:
        """Bytes of the original content: of the version on show, else of the one being read."""
        version = self.current or self.pending
        return version.size if version else 0

    @property
    def versions(self) -> tuple[SourceVersion, ...]:
        """The versions that it names: the one on show, and the one being read."""
        return tuple(version for version in (self.current, self.pending) if version is not None)

    @property
    def contents(self) -> frozenset[ContentHash]:
        """The content that those rest on."""
        return frozenset(version.content for version in self.versions)

    def received(self, version: SourceVersion) -> Source:
        """With new content on its way; what was searchable stays so."""
        return replace(self, pending=version, problem=None)

    def indexed(self, *, title: str, passages: int, at: datetime) -> Source:
        """With the pending version made current."""
        current = self.pending and replace(self.pending, attempts=0)
        return replace(
            self, title=title, current=current, pending=None, passages=passages, last_updated=at, problem=None
        )

    def attempted(self, attempts: int) -> Source:
        """With so many tries at the pending version counted."""
        return replace(self, pending=self.pending and replace(self.pending, attempts=attempts))

    def to_be_read_again(self) -> Source:
        """With nothing on show, and its newest version to be read: for an index that lost its passages."""
        version = self.pending or self.current
        return replace(self, current=None, pending=version and replace(version, attempts=0), passages=0, problem=None)

    def rejected(self, problem: Problem, *, at: datetime) -> Source:
        """With the pending version given up, saying why; an earlier version stays as it was."""
        return replace(self, pending=None, problem=problem, last_updated=self.last_updated if self.current else at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of one version's extracted text.

    `start` and `end` are offsets into that text in characters (Unicode code points), end exclusive, and
    `text == extracted[start:end]`. `page` counts from 1; `section` is the path of headings, joined by " › ".
    """

    id: PassageId
    source_id: SourceId
    version_id: VersionId
    owner: UserId
    ordinal: int
    text: str
    start: int
    end: int
    page: int | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that a search found, with what is shown of its source. A higher `score` is better."""

    passage: Passage
    url: str
    title: str
    type: SourceType
    score: float


def source_id_for(owner: UserId, url: str) -> SourceId:
    """The id of this owner's source at this URL: a name-based UUID (RFC 9562, version 5), so adding is repeatable."""
    return SourceId(uuid.uuid5(_SOURCES, f"{owner}\n{url}"))


def passage_id_for(version_id: VersionId, ordinal: int) -> PassageId:
    """The id of a version's passage: writing the same version twice writes the same points."""
    return PassageId(uuid.uuid5(version_id, str(ordinal)))
