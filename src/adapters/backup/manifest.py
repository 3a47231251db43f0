"""What an archive says of itself: its last member, `backup.json`."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from adapters.backup.errors import BackupFailed

FORMAT = 1
MANIFEST, DATABASE, CONTENT = "backup.json", "quoth.sqlite3", "content"
RECORD = "source.json"
HASH = re.compile(r"[0-9a-f]{64}")
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MEMBER = re.compile(rf"{DATABASE}|{CONTENT}/{_UUID}/(?:source\.json|[0-9a-f]{{64}}\.(?:bin|txt))")
# What is made and what is taken: far beyond what an instance on one machine holds.
MOST_MEMBERS = 1_000_000
MOST_BYTES = MOST_MEMBERS * 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of the archive."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`created` is in ISO 8601; `members` are all files but this one."""

    quoth: str
    schema: str
    created: str
    conversations: int
    sources: int
    members: dict[str, Member]

    def to_json(self) -> bytes:
        """With the number of the format."""
        return json.dumps({"format": FORMAT, **asdict(self)}, separators=(",", ":")).encode() + b"\n"


def is_member(name: str) -> bool:
    """Whether a file of this name may be in an archive, beside the manifest."""
    return _MEMBER.fullmatch(name) is not None


def parse(data: bytes) -> Manifest:
    """Raises `BackupFailed` for what is none, or one of a later format."""
    try:
        found: dict[str, Any] = json.loads(data)
        made_by, number = str(found["quoth"]), int(found["format"])
        if number > FORMAT:
            raise BackupFailed(f"It was made by Quoth {made_by}, which is later than this one: restore it with that.")
        members = {str(name): _member(each) for name, each in found["members"].items()}
        return Manifest(
            quoth=made_by,
            schema=str(found["schema"]),
            created=str(found["created"]),
            conversations=int(found["conversations"]),
            sources=int(found["sources"]),
            members=members,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BackupFailed(f"Its {MANIFEST} can't be read.") from None


def _member(found: Any) -> Member:
    return Member(size=int(found["size"]), sha256=str(found["sha256"]))
