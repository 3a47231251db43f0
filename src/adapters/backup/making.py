"""Making a backup, beside a running server or without one."""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import hashlib
import io
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from adapters.backup.content import opened, source_folders
from adapters.backup.database import contents, copy_database
from adapters.backup.errors import BackupFailed, BackupRefused
from adapters.backup.manifest import CONTENT, DATABASE, MANIFEST, MOST_MEMBERS, RECORD, Manifest, Member
from adapters.backup.tape import TapeWriter, pieces_of
from adapters.backup.workspace import abandoned, sync_folder, workspace

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_UNFINISHED = ".unfinished-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What was backed up. `incomplete` are sources of which the store itself lacks an original, `unrecorded` those that
    are left out because they have no record: being added just now, or by a version that kept none."""

    conversations: int
    sources: int
    size: int
    incomplete: tuple[str, ...]
    unrecorded: tuple[str, ...]


def back_up(*, database: Path, content: Path, target: Path, quoth: str, replace: bool) -> Backup:
    """Write the archive `target` (compressed, if its name ends in `.gz`): it is whole under its name, or not there.

    The database first: so every source that a conversation of the copy quotes, and that still exists, is there too.
    """
    if not database.is_file():
        raise BackupRefused(f"There is nothing to back up: {database} does not exist.")
    if target.exists() and not replace:
        raise BackupRefused(f"{target} exists; --force replaces it.")
    if not target.parent.is_dir():
        raise BackupRefused(f"{target.parent} is no folder.")
    prefix = f".{target.name}{_UNFINISHED}"
    try:
        for _ in abandoned(target.parent, prefix):
            pass
        with workspace(target.parent, prefix) as folder:
            path = folder / "archive"
            path.touch(mode=0o600)
            with path.open("wb") as file, _compressed(file, target) as tape:
                backup = _write(_Archive(TapeWriter(tape)), database, content, folder, quoth)
            size = path.stat().st_size
            _sync(path)
            _name(path, target, replace=replace)
    except OSError as error:
        raise BackupFailed(f"{target} could not be written: {error.strerror or error}.") from error
    return dataclasses.replace(backup, size=size)


@dataclass(slots=True)
class _Archive:
    """The tape, and what is on it so far."""

    tape: TapeWriter
    members: dict[str, Member] = field(default_factory=dict[str, Member])

    def add(self, name: str, file: IO[bytes], size: int) -> None:
        digest = hashlib.sha256()

        def pieces() -> Iterator[bytes]:
            for piece in pieces_of(file, size):
                digest.update(piece)
                yield piece

        if len(self.members) >= MOST_MEMBERS:
            raise BackupFailed(f"There are more than {MOST_MEMBERS:,} files to back up.")
        self.tape.add(name, size, pieces())
        self.members[name] = Member(size=size, sha256=digest.hexdigest())


def _write(archive: _Archive, database: Path, content: Path, folder: Path, quoth: str) -> Backup:
    schema, conversations = _write_database(archive, database, folder)
    incomplete, unrecorded = list[str](), list[Path]()
    for source in source_folders(content):
        _write_source(archive, source, incomplete, unrecorded)
    # What was being added while the others were copied may have its record by now.
    left_out = list[Path]()
    for source in unrecorded:
        _write_source(archive, source, incomplete, left_out)
    sources = sum(name.endswith(f"/{RECORD}") for name in archive.members)
    manifest = Manifest(
        quoth=quoth,
        schema=schema,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        conversations=conversations,
        sources=sources,
        members=archive.members,
    ).to_json()
    archive.tape.add(MANIFEST, len(manifest), iter([manifest]))
    archive.tape.close()
    return Backup(
        conversations=conversations,
        sources=sources,
        size=0,
        incomplete=tuple(incomplete),
        unrecorded=tuple(source.name for source in left_out if _holds_anything(source)),
    )


def _write_database(archive: _Archive, database: Path, folder: Path) -> tuple[str, int]:
    copy = folder / DATABASE
    copy_database(database, copy)
    found = contents(copy)
    with copy.open("rb") as file:
        archive.add(DATABASE, file, os.fstat(file.fileno()).st_size)
    copy.unlink()
    return found.schema, found.conversations


def _write_source(archive: _Archive, folder: Path, incomplete: list[str], unrecorded: list[Path]) -> None:
    with opened(folder) as source:
        if source is None:
            unrecorded.append(folder)
            return
        place = f"{CONTENT}/{folder.name}"
        for name, file in source.files.items():
            archive.add(f"{place}/{name}", file, os.fstat(file.fileno()).st_size)
        archive.add(f"{place}/{RECORD}", io.BytesIO(source.record), len(source.record))
        if not source.is_whole:
            incomplete.append(folder.name)


def _holds_anything(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _compressed(file: IO[bytes], target: Path) -> Generator[IO[bytes]]:
    if target.name.endswith(".gz"):
        with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0) as tape:
            yield cast("IO[bytes]", tape)
    else:
        yield file


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _name(path: Path, target: Path, *, replace: bool) -> None:
    if replace:
        path.replace(target)
    else:
        try:
            os.link(path, target)  # which, unlike a renaming, replaces nothing
        except FileExistsError:
            raise BackupFailed(f"{target} has been made by somebody else meanwhile.") from None
        except OSError:  # a file system without links
            path.rename(target)
    sync_folder(target.parent)
