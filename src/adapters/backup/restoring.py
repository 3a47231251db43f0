"""Making an instance of a backup: everything is checked before anything becomes visible."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from adapters.backup.database import contents
from adapters.backup.errors import BackupFailed, BackupRefused
from adapters.backup.manifest import (
    CONTENT,
    DATABASE,
    MANIFEST,
    MOST_BYTES,
    MOST_MEMBERS,
    Manifest,
    Member,
    is_member,
    parse,
)
from adapters.backup.tape import members
from adapters.backup.workspace import abandoned, sync_folder, workspace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_GZIP = b"\x1f\x8b"
_OF_QUOTH = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", CONTENT, "index")
_CHECKED = "checked"
_STAGING = ".quoth-restoring-"
_ROOM_TO_LEAVE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What is there now. `created` is when the backup was made, in ISO 8601."""

    conversations: int
    sources: int
    created: str


def restore(*, archive: Path, data_dir: Path, known_schemas: Collection[str]) -> Restored:
    """Fill a data folder that holds nothing of Quoth's from an archive. All is unpacked and checked in a hidden folder
    in it; then the content takes its place, and after it the database. What a process leaves that is killed, the next
    restore takes away."""
    is_new = not data_dir.exists()
    try:
        _clear(data_dir)
        _refuse_what_is_there(data_dir)
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with archive.open("rb") as file, workspace(data_dir, _STAGING) as staging:
            manifest = _unpack(file, staging)
            _check_database(staging / DATABASE, manifest, known_schemas)
            (staging / _CHECKED).touch()
            os.sync()
            _refuse_what_is_there(data_dir)
            for name in (CONTENT, DATABASE):
                (staging / name).rename(data_dir / name)
                sync_folder(data_dir)
    except (BackupFailed, OSError, EOFError, zlib.error) as error:
        if is_new:
            with contextlib.suppress(OSError):
                data_dir.rmdir()
        raise BackupFailed(f"{archive} can't be restored. {_reason(error)}") from error
    return Restored(conversations=manifest.conversations, sources=manifest.sources, created=manifest.created)


def _reason(error: Exception) -> str:
    if isinstance(error, BackupFailed):
        return str(error)
    if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
        return f"{error.strerror or error}."
    return f"It is damaged or cut off: {error}."


def _refuse_what_is_there(data_dir: Path) -> None:
    for name in _OF_QUOTH:
        if (data_dir / name).exists():
            raise BackupRefused(f"{data_dir / name} exists: restore into another folder, or move this one away.")


def _unpack(file: IO[bytes], staging: Path) -> Manifest:
    found: dict[str, Member] = {}
    manifest: Manifest | None = None
    for name, size, pieces in members(_uncompressed(file)):
        if manifest is not None or name in found:
            raise BackupFailed(f"It holds {name!r} where no backup holds it.")
        if len(found) > MOST_MEMBERS or (name == MANIFEST and size > MOST_BYTES):
            raise BackupFailed("It holds more than any backup.")
        if name == MANIFEST:
            manifest = parse(b"".join(pieces))
        elif is_member(name):
            found[name] = _write(staging / name, size, pieces)
        else:
            raise BackupFailed(f"It holds something that no backup holds: {name!r}.")
    if manifest is None or DATABASE not in found:
        raise BackupFailed("It is no backup of Quoth's, or not a whole one.")
    (staging / CONTENT).mkdir(exist_ok=True)
    _compare(found, manifest.members)
    return manifest


def _write(path: Path, size: int, pieces: Iterator[bytes]) -> Member:
    path.parent.mkdir(parents=True, exist_ok=True)
    if size > shutil.disk_usage(path.parent).free - _ROOM_TO_LEAVE:
        raise BackupFailed("There is not enough room on the disk for what it holds.")
    digest = hashlib.sha256()
    with path.open("xb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
    return Member(size=size, sha256=digest.hexdigest())


def _compare(found: dict[str, Member], expected: dict[str, Member]) -> None:
    if found.keys() != expected.keys():
        [name, *_] = sorted(found.keys() ^ expected.keys())
        raise BackupFailed(f"What it holds is not what its {MANIFEST} lists: {name!r}.")
    for name, member in found.items():
        if member != expected[name]:
            raise BackupFailed(f"It is damaged: {name} is not what was backed up.")


def _check_database(database: Path, manifest: Manifest, known_schemas: Collection[str]) -> None:
    schema = contents(database).schema
    if schema not in known_schemas:
        raise BackupFailed(
            f"It was made by Quoth {manifest.quoth}, whose schema (revision {schema}) this version does not know: restore "
            "it with that version or a later one."
        )


def _clear(data_dir: Path) -> None:
    """Take away what killed restores left. Content without a database was killed between the last two steps."""
    for staging in abandoned(data_dir, _STAGING):
        is_half = (staging / _CHECKED).exists() and (staging / DATABASE).exists() and not (staging / CONTENT).exists()
        if is_half and not (data_dir / DATABASE).exists() and (data_dir / CONTENT).exists():
            (data_dir / CONTENT).rename(staging / CONTENT)


def _uncompressed(file: IO[bytes]) -> IO[bytes]:
    start = file.read(len(_GZIP))
    file.seek(0)
    return cast("IO[bytes]", gzip.GzipFile(fileobj=file, mode="rb")) if start == _GZIP else file
