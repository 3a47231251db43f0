"""What only the content store on disk has to keep to."""

from __future__ import annotations

import asyncio
import hashlib
import os
import uuid
from pathlib import Path

import pytest

from adapters.files.content_store import FileContentStore
from domain.errors import ContentUnavailable
from domain.identity import SourceId
from domain.source import ContentHash

CONTENT = ContentHash(hashlib.sha256(b"x").hexdigest())


@pytest.fixture
def source_id() -> SourceId:
    return SourceId(uuid.uuid4())


def files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


async def test_files_are_named_by_source_and_hash(tmp_path: Path, source_id: SourceId) -> None:
    store = FileContentStore(tmp_path)

    await store.put_original(source_id, CONTENT, b"x")
    await store.put_text(source_id, CONTENT, "x")
    await store.put_record(source_id, b"{}")

    names = {f"{source_id}/{CONTENT}.bin", f"{source_id}/{CONTENT}.txt", f"{source_id}/source.json"}
    assert files(tmp_path) == names


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63, f"{'a' * 64}\n", "/" + "a" * 63])
async def test_what_is_no_hash_never_becomes_a_path(tmp_path: Path, source_id: SourceId, name: str) -> None:
    store = FileContentStore(tmp_path)

    with pytest.raises(ValueError, match="SHA-256"):
        await store.put_original(source_id, ContentHash(name), b"x")

    assert files(tmp_path) == set()


async def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, source_id: SourceId) -> None:
    store = FileContentStore(tmp_path)
    # A directory in the file's place: the last step, the renaming, can't succeed.
    (tmp_path / str(source_id) / f"{CONTENT}.bin" / "in the way").mkdir(parents=True)

    with pytest.raises(ContentUnavailable, match=r"directory"):
        await store.put_original(source_id, CONTENT, b"x")

    assert files(tmp_path) == set()


async def test_what_a_killed_writer_left_is_cleared_away_and_never_shown(tmp_path: Path, source_id: SourceId) -> None:
    store = FileContentStore(tmp_path)
    abandoned, fresh = tmp_path / ".unfinished" / "abandoned", tmp_path / ".unfinished" / "fresh"
    abandoned.parent.mkdir()
    abandoned.write_bytes(b"hal")
    fresh.write_bytes(b"another process is at it")
    os.utime(abandoned, (0, 0))

    await store.put_original(source_id, CONTENT, b"x")

    assert list(await store.sources()) == [source_id]
    assert not abandoned.exists()
    assert fresh.exists()


async def test_directories_that_are_no_sources_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / str(uuid.uuid4())).mkdir()

    assert list(await FileContentStore(tmp_path).sources()) == []


async def test_writing_and_removing_at_once_breaks_neither(tmp_path: Path, source_id: SourceId) -> None:
    store = FileContentStore(tmp_path)

    async def write() -> None:
        for _ in range(25):
            await store.put_original(source_id, CONTENT, b"x")

    async def remove() -> None:
        for _ in range(25):
            await store.remove(source_id)

    await asyncio.gather(write(), remove())
    await store.put_original(source_id, CONTENT, b"x")

    assert await store.get_original(source_id, CONTENT) == b"x"


async def test_two_stores_on_one_directory_see_the_same(tmp_path: Path, source_id: SourceId) -> None:
    await FileContentStore(tmp_path).put_text(source_id, CONTENT, "x")

    assert await FileContentStore(tmp_path).get_text(source_id, CONTENT) == "x"


async def test_a_folder_that_is_none_is_an_unavailable_store_and_no_missing_content(
    tmp_path: Path, source_id: SourceId
) -> None:
    (tmp_path / "content").write_text("a file in the folder's place")
    store = FileContentStore(tmp_path / "content")

    for work in (
        store.check(),
        store.put_record(source_id, b"{}"),
        store.get_record(source_id),
        store.kept(source_id),
        store.sources(),
    ):
        with pytest.raises(ContentUnavailable, match=r"content can't be used: "):
            await work


async def test_the_check_leaves_no_file(tmp_path: Path) -> None:
    await FileContentStore(tmp_path / "content").check()

    assert files(tmp_path) == set()


async def test_a_source_whose_last_is_its_record_leaves_no_folder(tmp_path: Path, source_id: SourceId) -> None:
    store = FileContentStore(tmp_path)
    await store.put_record(source_id, b"{}")

    await store.remove_record(source_id)

    assert not (tmp_path / str(source_id)).exists()


async def test_replacing_and_reading_a_record_at_once_shows_only_whole_ones(
    tmp_path: Path, source_id: SourceId
) -> None:
    store, records = FileContentStore(tmp_path), [bytes([number]) * 5_000 for number in range(20)]
    await store.put_record(source_id, records[0])

    async def write() -> None:
        for record in records:
            await store.put_record(source_id, record)

    async def read() -> list[bytes]:
        return [await store.get_record(source_id) for _ in range(40)]

    _, seen = await asyncio.gather(write(), read())

    assert set(seen) <= set(records)
