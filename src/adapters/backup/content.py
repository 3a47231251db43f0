"""The content's part of a backup: the files of each source as its record names them at one moment."""

from __future__ import annotations

import contextlib
import json
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from adapters.backup.manifest import HASH, RECORD

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_ATTEMPTS, _ATTEMPTS_AT_DAMAGE = 40, 3
_PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSource:
    """A source's record and its files, open: they stay readable as they are, whatever becomes of their names."""

    record: bytes
    files: dict[str, IO[bytes]]
    is_whole: bool
    """Whether every original that the record names is there."""


def source_folders(content: Path) -> Iterator[Path]:
    """The folders of sources, in order."""
    with contextlib.suppress(FileNotFoundError):
        for folder in sorted(content.iterdir()):
            with contextlib.suppress(ValueError):
                if str(uuid.UUID(folder.name)) == folder.name and folder.is_dir():
                    yield folder


@contextlib.contextmanager
def opened(folder: Path) -> Generator[OpenSource | None]:
    """The source's files as one record names them, or None for a source that has no record (any more). While it is
    being replaced it is looked at again."""
    with contextlib.ExitStack() as stack:
        for attempt in range(_ATTEMPTS):
            record = _record(folder)
            if record is None:
                break
            hashes = _named(record)
            names = [f"{each}{suffix}" for each in hashes or () for suffix in (".bin", ".txt")]
            files = {name: file for name in names if (file := _open(folder / name, stack)) is not None}
            is_whole = hashes is not None and all(f"{each}.bin" in files for each in hashes)
            is_settled = _record(folder) == record and (is_whole or attempt + 1 >= _ATTEMPTS_AT_DAMAGE)
            if is_settled or attempt + 1 == _ATTEMPTS:
                yield OpenSource(record=record, files=files, is_whole=is_whole)
                return
            stack.close()
            time.sleep(_PAUSE_SECONDS)
        yield None


def _record(folder: Path) -> bytes | None:
    try:
        return (folder / RECORD).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _named(record: bytes) -> list[str] | None:
    """The hashes of the versions that a record names, or None if it can't be read; what else is in it does not matter
    here."""
    try:
        found: Any = json.loads(record)
        versions = [each for each in (found.get("current"), found.get("pending")) if each is not None]
        hashes = [str(version["content"]) for version in versions]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return [each for each in dict.fromkeys(hashes) if HASH.fullmatch(each)]


def _open(path: Path, stack: contextlib.ExitStack) -> IO[bytes] | None:
    try:
        return stack.enter_context(path.open("rb"))
    except FileNotFoundError:
        return None
