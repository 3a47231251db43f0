"""An instance to back up, without a server."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import shutil
import sqlite3
import tarfile
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from adapters.backup.making import Backup, back_up
from adapters.backup.restoring import Restored, restore
from adapters.files.content_store import FileContentStore
from domain.identity import SourceId
from domain.source import ContentHash

if TYPE_CHECKING:
    from pathlib import Path

SCHEMAS = frozenset({"0001"})


@dataclass(slots=True)
class Instance:
    """A data folder."""

    folder: Path
    store: FileContentStore = field(init=False)

    def __post_init__(self) -> None:
        self.store = FileContentStore(self.folder / "content")

    @property
    def database(self) -> Path:
        return self.folder / "quoth.sqlite3"

    def add_conversation(self, title: str) -> None:
        with contextlib.closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(
                "INSERT INTO conversations (id, user_id, title) VALUES (?, 'local', ?)", (uuid.uuid4().hex, title)
            )

    def titles(self) -> set[str]:
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            return {title for (title,) in connection.execute("SELECT title FROM conversations")}

    def add_source(self, text: str, *, pending: str | None = None, recorded: bool = True) -> SourceId:
        source_id = SourceId(uuid.uuid4())
        asyncio.run(self._add(source_id, text, pending, recorded=recorded))
        return source_id

    async def _add(self, source_id: SourceId, text: str, pending: str | None, *, recorded: bool) -> None:
        for each in (text, pending):
            if each is not None:
                await self.store.put_original(source_id, hash_of(each), each.encode())
        await self.store.put_text(source_id, hash_of(text), text)
        if recorded:
            await self.store.put_record(source_id, record_of(text, pending))

    def files(self) -> dict[str, bytes]:
        content = self.folder / "content"
        return {str(path.relative_to(content)): path.read_bytes() for path in content.rglob("*") if path.is_file()}


def hash_of(text: str) -> ContentHash:
    return ContentHash(hashlib.sha256(text.encode()).hexdigest())


def record_of(current: str | None, pending: str | None = None) -> bytes:
    versions = {
        name: None if text is None else {"content": hash_of(text), "number": 1}
        for name, text in (("current", current), ("pending", pending))
    }
    return json.dumps({"format": 1, "title": "A source", **versions}).encode()


def back_up_to(target: Path, instance: Instance, *, replace: bool = False) -> Backup:
    return back_up(
        database=instance.database, content=instance.folder / "content", target=target, quoth="0.1.0", replace=replace
    )


def restore_from(archive: Path, folder: Path) -> Restored:
    return restore(archive=archive, data_dir=folder, known_schemas=SCHEMAS)


def read_members(archive: Path) -> dict[str, bytes]:
    """As another program reads them, in order."""
    found: dict[str, bytes] = {}
    with tarfile.open(archive) as tape:
        for member in tape:
            file = tape.extractfile(member)
            assert file is not None
            found[member.name] = file.read()
    return found


@pytest.fixture
def instance(tmp_path: Path, sqlite_template: Path) -> Instance:
    """With a schema and nothing else."""
    (tmp_path / "data").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "data" / "quoth.sqlite3")
    return Instance(tmp_path / "data")


@pytest.fixture
def restored(tmp_path: Path) -> Instance:
    """Where there is nothing yet."""
    return Instance(tmp_path / "restored")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "backup.tar"
