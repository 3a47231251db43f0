"""The content store as plain files: `<root>/<source id>/<sha-256>.bin` and `.txt`, and `source.json` for the record."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import re
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from application.ports.content_store import KeptContent
from domain.errors import ContentMissing, ContentUnavailable
from domain.identity import SourceId
from domain.source import ContentHash

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HASH = re.compile(r"[0-9a-f]{64}")
_RECORD = "source.json"
_PROBE = b"can this be read and written?"
_UNFINISHED = ".unfinished"
_ABANDONED_AFTER = 3600.0  # seconds; no write takes this long, so what is older was left by a killed process
_ATTEMPTS = 5
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


class FileContentStore:
    """Keeps content under one directory, which may be shared by several processes on one machine.

    A file appears under its name only when it is whole and on the disk. No name that comes from outside becomes a
    path: directories are named by UUID, files by hash.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put_original(self, source_id: SourceId, content: ContentHash, data: bytes) -> None:
        await self._apart(self._write, source_id, _file_name(content, ".bin"), data)

    async def get_original(self, source_id: SourceId, content: ContentHash) -> bytes:
        return await self._apart(self._read, source_id, _file_name(content, ".bin"))

    async def put_text(self, source_id: SourceId, content: ContentHash, text: str) -> None:
        # Bytes, not text mode: no newline may be translated, or offsets would move.
        await self._apart(self._write, source_id, _file_name(content, ".txt"), text.encode())

    async def get_text(self, source_id: SourceId, content: ContentHash) -> str:
        return (await self._apart(self._read, source_id, _file_name(content, ".txt"))).decode()

    async def put_record(self, source_id: SourceId, record: bytes) -> None:
        await self._apart(self._write, source_id, _RECORD, record)

    async def get_record(self, source_id: SourceId) -> bytes:
        return await self._apart(self._read, source_id, _RECORD)

    async def remove_record(self, source_id: SourceId) -> None:
        await self._apart(self._remove, source_id, _is_record)

    async def remove(self, source_id: SourceId, *, keep: frozenset[ContentHash] = frozenset()) -> None:
        await self._apart(
            self._remove, source_id, lambda path: path.stem not in keep and not (keep and _is_record(path))
        )

    async def kept(self, source_id: SourceId) -> KeptContent:
        return await self._apart(self._kept, source_id)

    async def sources(self) -> Sequence[SourceId]:
        return await self._apart(self._sources)

    async def check(self) -> None:
        await self._apart(self._check)

    async def _apart(
        self, work: Callable[_Parameters, _Result], *args: _Parameters.args, **named: _Parameters.kwargs
    ) -> _Result:
        """In a thread; a disk that is full, gone or refuses is an unavailable store."""
        try:
            return await asyncio.to_thread(work, *args, **named)
        except OSError as error:
            what = error.strerror or type(error).__name__
            raise ContentUnavailable(f"The content store in {self._root} can't be used: {what}.") from error

    def _write(self, source_id: SourceId, name: str, data: bytes) -> None:
        directory = self._directory(source_id)
        if _holds(directory / name, data):
            return
        unfinished = self._write_unfinished(data)
        try:
            _move(unfinished, directory, name)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def _write_unfinished(self, data: bytes) -> Path:
        """A synced file beside the sources' directories: in them, a removal under way might take it away."""
        directory = self._root / _UNFINISHED
        directory.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(directory)
        path = directory / uuid.uuid4().hex
        try:
            with path.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def _read(self, source_id: SourceId, name: str) -> bytes:
        try:
            return (self._directory(source_id) / name).read_bytes()
        except FileNotFoundError:
            raise ContentMissing(f"Nothing is stored as {name} of source {source_id}.") from None

    def _remove(self, source_id: SourceId, is_to_go: Callable[[Path], bool]) -> None:
        directory = self._directory(source_id)
        with contextlib.suppress(FileNotFoundError):
            # The record first: while there is one, what it names is there too.
            for path in sorted(directory.iterdir(), key=_is_record, reverse=True):
                if is_to_go(path):
                    path.unlink(missing_ok=True)
            _sync_directory(directory)
        # It stays where something is kept, or where a writer was quicker.
        with contextlib.suppress(OSError):
            directory.rmdir()
            _sync_directory(self._root)

    def _kept(self, source_id: SourceId) -> KeptContent:
        try:
            names = {path.name for path in self._directory(source_id).iterdir()}
        except FileNotFoundError:
            names = set[str]()
        return KeptContent(originals=_hashes(names, ".bin"), texts=_hashes(names, ".txt"), has_record=_RECORD in names)

    def _check(self) -> None:
        probe = self._write_unfinished(_PROBE)
        try:
            if probe.read_bytes() != _PROBE:
                raise OSError(errno.EIO, "what was written did not come back")
        finally:
            probe.unlink(missing_ok=True)
        any(self._root.iterdir())

    def _sources(self) -> list[SourceId]:
        try:
            directories = sorted(path for path in self._root.iterdir() if path.is_dir())
        except FileNotFoundError:
            return []
        found: list[SourceId] = []
        for directory in directories:
            with contextlib.suppress(ValueError, FileNotFoundError):
                source_id = SourceId(uuid.UUID(directory.name))
                if directory.name == str(source_id) and any(directory.iterdir()):
                    found.append(source_id)
        return found

    def _directory(self, source_id: SourceId) -> Path:
        return self._root / str(uuid.UUID(str(source_id)))


def _file_name(content: ContentHash, suffix: str) -> str:
    if not _HASH.fullmatch(content):
        raise ValueError(f"Not a SHA-256 in lower-case hexadecimal digits: {content!r}")
    return f"{content}{suffix}"


def _is_record(path: Path) -> bool:
    return path.name == _RECORD


def _hashes(names: set[str], suffix: str) -> frozenset[ContentHash]:
    stems = (name.removesuffix(suffix) for name in names if name.endswith(suffix))
    return frozenset(ContentHash(stem) for stem in stems if _HASH.fullmatch(stem))


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False


def _move(unfinished: Path, directory: Path, name: str) -> None:
    for attempt in range(_ATTEMPTS):
        if not directory.exists():
            directory.mkdir(parents=True, exist_ok=True)
            _sync_directory(directory.parent)
        try:
            unfinished.replace(directory / name)
            _sync_directory(directory)
        except FileNotFoundError:
            # A removal took the empty directory away between the two lines.
            if attempt + 1 == _ATTEMPTS:
                raise
        else:
            return


def _remove_abandoned(directory: Path) -> None:
    oldest = time.time() - _ABANDONED_AFTER
    for path in list(directory.iterdir()):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def _sync_directory(directory: Path) -> None:
    """Makes new and removed names in it survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
