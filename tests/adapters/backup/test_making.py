"""What a backup holds, and what making one leaves alone."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import json
import sqlite3
import threading
import uuid
from typing import TYPE_CHECKING

import pytest
from tests.adapters.backup.conftest import Instance, back_up_to, hash_of, read_members, record_of, restore_from

from adapters.backup.errors import BackupFailed, BackupRefused
from domain.identity import SourceId

if TYPE_CHECKING:
    from pathlib import Path


def test_any_tar_program_reads_an_archive(instance: Instance, archive: Path) -> None:
    source_id = instance.add_source("Claims are paid within ten days.")

    back_up_to(archive, instance)

    contents = read_members(archive)
    manifest = json.loads(contents.pop("backup.json"))
    place = f"content/{source_id}"
    content = hash_of("Claims are paid within ten days.")
    assert list(contents) == [
        "quoth.sqlite3",
        f"{place}/{content}.bin",
        f"{place}/{content}.txt",
        f"{place}/source.json",
    ]
    assert (manifest["format"], manifest["quoth"], manifest["schema"]) == (1, "0.1.0", "0001")
    assert manifest["members"] == {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in contents.items()
    }


@pytest.mark.parametrize("name", ["backup.tar", "backup.tar.gz"])
def test_what_was_backed_up_comes_back_byte_for_byte(
    instance: Instance, restored: Instance, tmp_path: Path, name: str
) -> None:
    instance.add_conversation("Claims")
    instance.add_source("Claims are paid within ten days.")
    instance.add_source("The old words.", pending="The new words.")
    instance.add_source("")

    made = back_up_to(tmp_path / name, instance)
    back = restore_from(tmp_path / name, restored.folder)

    assert (made.conversations, made.sources) == (back.conversations, back.sources) == (1, 3)
    assert made.size == (tmp_path / name).stat().st_size
    assert restored.titles() == {"Claims"}
    assert restored.files() == instance.files()


def test_an_instance_without_sources_is_an_instance_too(instance: Instance, restored: Instance, archive: Path) -> None:
    back_up_to(archive, instance)

    restore_from(archive, restored.folder)

    assert restored.titles() == set()
    assert (restored.folder / "content").is_dir()


def test_the_full_text_index_still_fits_its_entries(instance: Instance, restored: Instance, archive: Path) -> None:
    for number in range(20):
        instance.add_conversation(f"Conversation {number}")
    with contextlib.closing(sqlite3.connect(instance.database)) as connection, connection:
        connection.execute(
            "INSERT INTO search_entries (subject_id, user_id, conversation_id, words)"
            " SELECT id, user_id, id, title FROM conversations"
        )
        connection.execute("DELETE FROM search_entries WHERE words LIKE '%7%'")

    back_up_to(archive, instance)
    restore_from(archive, restored.folder)

    with contextlib.closing(sqlite3.connect(restored.database)) as connection, connection:
        connection.execute("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_was_deleted_is_not_in_a_backup(instance: Instance, archive: Path) -> None:
    instance.add_conversation("A secret that was deleted")
    with contextlib.closing(sqlite3.connect(instance.database)) as connection, connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("DELETE FROM conversations")

    back_up_to(archive, instance)

    assert b"A secret that was deleted" not in archive.read_bytes()


def test_only_what_the_record_names_is_taken(instance: Instance, archive: Path) -> None:
    source_id = instance.add_source("The words.")
    folder = instance.folder / "content" / str(source_id)
    (folder / f"{hash_of('replaced long ago')}.bin").write_bytes(b"replaced long ago")
    (instance.folder / "content" / ".unfinished").mkdir(exist_ok=True)
    (instance.folder / "content" / ".unfinished" / "half").write_bytes(b"hal")
    (instance.folder / "index").mkdir()
    (instance.folder / "index" / "large").write_bytes(b"made anew")

    back_up_to(archive, instance)

    assert len(read_members(archive)) == 5


def test_a_source_without_a_record_is_left_out_and_named(instance: Instance, archive: Path) -> None:
    instance.add_source("With a record.")
    without = instance.add_source("Without one.", recorded=False)

    made = back_up_to(archive, instance)

    assert (made.sources, made.unrecorded) == (1, (str(without),))
    assert not any(str(without) in name for name in read_members(archive))


def test_a_source_that_had_lost_its_original_is_named(instance: Instance, restored: Instance, archive: Path) -> None:
    source_id = instance.add_source("The words.")
    (instance.folder / "content" / str(source_id) / f"{hash_of('The words.')}.bin").unlink()

    made = back_up_to(archive, instance)
    restore_from(archive, restored.folder)

    assert made.incomplete == (str(source_id),)
    assert restored.files() == instance.files()


@pytest.mark.parametrize(
    "record",
    [b"", b"{", b"[]", b"null", b'{"current": 3}', b'{"current": {"content": 3}}', b"\xff", b"[" * 100_000],
)
def test_a_record_that_says_nothing_is_kept_as_it_is(
    instance: Instance, restored: Instance, archive: Path, record: bytes
) -> None:
    source_id = instance.add_source("The words.")
    (instance.folder / "content" / str(source_id) / "source.json").write_bytes(record)

    back_up_to(archive, instance)
    restore_from(archive, restored.folder)

    assert restored.files() == {f"{source_id}/source.json": record}


def test_a_record_can_not_name_a_file_elsewhere(instance: Instance, archive: Path) -> None:
    source_id = instance.add_source("The words.")
    (instance.folder / "secret.bin").write_bytes(b"secret")
    (instance.folder / "content" / str(source_id) / "source.json").write_bytes(
        json.dumps({"current": {"content": "../../secret"}}).encode()
    )

    back_up_to(archive, instance)

    assert b"secret" not in archive.read_bytes().replace(b"../../secret", b"")


async def replace_and_remove(instance: Instance, changing: list[SourceId], stop: threading.Event) -> None:
    """In the order in which the service does it."""
    for number in itertools.count(1):
        if stop.is_set():
            return
        old, new = f"Version {number - 1}.", f"Version {number}."
        for source_id in changing:
            is_new = source_id == changing[-1]
            await instance.store.put_original(source_id, hash_of(new), new.encode())
            await instance.store.put_record(source_id, record_of(None if is_new else old, new))
            await instance.store.put_text(source_id, hash_of(new), new)
            await instance.store.put_record(source_id, record_of(new))
            await instance.store.remove(source_id, keep=frozenset({hash_of(new)}))
        await instance.store.remove_record(changing[-1])
        await instance.store.remove(changing[-1])


def assert_whole(files: dict[str, bytes], source_id: str) -> None:
    record = json.loads(files[f"{source_id}/source.json"])
    for version in filter(None, (record["current"], record["pending"])):
        content = version["content"]
        assert hashlib.sha256(files[f"{source_id}/{content}.bin"]).hexdigest() == content
    if record["current"]:
        assert f"{source_id}/{record['current']['content']}.txt" in files


def test_while_sources_are_replaced_and_removed_each_is_whole_or_left_out(
    instance: Instance, tmp_path: Path, archive: Path
) -> None:
    kept = [instance.add_source(f"Kept {number}.") for number in range(20)]
    changing = [*(instance.add_source("Version 0.") for _ in range(3)), SourceId(uuid.uuid4())]
    stop = threading.Event()
    churning = threading.Thread(target=lambda: asyncio.run(replace_and_remove(instance, changing, stop)))
    churning.start()

    try:
        made = [back_up_to(tmp_path / f"{number}.tar", instance) for number in range(8)]
    finally:
        stop.set()
        churning.join()

    assert {each.incomplete for each in made} == {()}
    for number, each in enumerate(made):
        back = Instance(tmp_path / f"restored {number}")
        restore_from(tmp_path / f"{number}.tar", back.folder)
        files = back.files()
        sources = {name.partition("/")[0] for name in files}
        assert len(sources) == each.sources
        assert sources >= {str(source_id) for source_id in kept + changing[:-1]}
        for source_id in sources:
            assert_whole(files, source_id)


def test_a_writer_does_not_wait_for_a_backup(instance: Instance, archive: Path) -> None:
    with contextlib.closing(sqlite3.connect(instance.database, timeout=0)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO conversations (id, user_id, title) VALUES ('a', 'local', 'Uncommitted')")

        made = back_up_to(archive, instance)
        writer.execute("COMMIT")

    assert made.conversations == 0
    assert instance.titles() == {"Uncommitted"}


def test_an_existing_file_is_only_replaced_when_it_is_asked_for(instance: Instance, archive: Path) -> None:
    archive.write_bytes(b"mine")

    with pytest.raises(BackupRefused, match="--force"):
        back_up_to(archive, instance)
    assert archive.read_bytes() == b"mine"

    back_up_to(archive, instance, replace=True)
    assert list(read_members(archive)) == ["quoth.sqlite3", "backup.json"]


def test_where_there_is_nothing_there_is_nothing_to_back_up(restored: Instance, archive: Path) -> None:
    with pytest.raises(BackupRefused, match="nothing to back up"):
        back_up_to(archive, restored)


def test_a_folder_that_is_missing_is_named(instance: Instance, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="missing is no folder"):
        back_up_to(tmp_path / "missing" / "backup.tar", instance)


def test_a_backup_that_fails_leaves_nothing(instance: Instance, archive: Path) -> None:
    instance.database.write_bytes(b"SQLite format 3\x00 and then nothing that makes sense" * 100)
    before = set(archive.parent.iterdir())

    with pytest.raises(BackupFailed, match=r"quoth\.sqlite3"):
        back_up_to(archive, instance)

    assert set(archive.parent.iterdir()) == before


def test_an_archive_is_its_owners_alone(instance: Instance, archive: Path) -> None:
    back_up_to(archive, instance)

    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in archive.parent.iterdir() if path.name.startswith(".backup")] == []


def test_what_a_killed_backup_left_is_cleared_away_by_the_next(
    instance: Instance, archive: Path, tmp_path: Path
) -> None:
    mine = archive.with_name(".backup.tar.unfinished-killed")
    another = archive.with_name(".another.tar.unfinished-killed")
    for folder in (mine, another):
        folder.mkdir()
        (folder / "archive").write_bytes(b"hal")

    back_up_to(archive, instance)

    assert not mine.exists()
    assert another.exists()
