"""What a restore refuses, and that it leaves nothing then."""

from __future__ import annotations

import fcntl
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING

import pytest
from tests.adapters.backup.conftest import Instance, back_up_to, read_members, restore_from

from adapters.backup.errors import BackupFailed, BackupRefused
from adapters.backup.restoring import restore

if TYPE_CHECKING:
    from pathlib import Path

ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def made(instance: Instance, archive: Path) -> Path:
    """A sound archive."""
    instance.add_conversation("Claims")
    instance.add_source("Claims are paid within ten days.")
    back_up_to(archive, instance)
    return archive


def member(name: str, data: bytes = b"x", **attributes: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info, data


def write_members(archive: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    with tarfile.open(archive, "w", format=tarfile.USTAR_FORMAT) as tape:
        for info, data in members:
            tape.addfile(info, io.BytesIO(data))


def with_member(archive: Path, added: tuple[tarfile.TarInfo, bytes], *, first: bool = True) -> None:
    """The same archive with something more in it."""
    own = [member(name, data) for name, data in read_members(archive).items()]
    write_members(archive, [added, *own] if first else [*own, added])


def with_manifest(archive: Path, changes: dict[str, object] | None) -> None:
    """The same archive that says something else of itself, or nothing."""
    own = read_members(archive)
    manifest = {} if changes is None else {**json.loads(own["backup.json"]), **changes}
    own["backup.json"] = json.dumps(manifest).encode()
    write_members(archive, [member(name, data) for name, data in own.items()])


def assert_refused(archive: Path, folder: Path, said: str) -> None:
    with pytest.raises(BackupFailed, match=said):
        restore_from(archive, folder)
    assert not folder.exists()


@pytest.mark.parametrize(
    "hostile",
    [
        member("../outside"),
        member("/etc/outside"),
        member(f"content/{ID}/../../../outside"),
        member(f"content/{ID}/source.json/x"),
        member(f"content/{ID}/notes.txt"),
        member(f"content/{ID.replace('-', '')}/source.json"),
        member("content/.unfinished/x"),
        member("index/x"),
        member("quoth.sqlite3-wal"),
        member(f"content/{ID}/source.json", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member(f"content/{ID}/source.json", b"", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
        member(f"content/{ID}/source.json", b"", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
        member(f"content/{ID}/source.json", b"", type=tarfile.FIFOTYPE),
        member("content", b"", type=tarfile.DIRTYPE),
        member("./././@LongLink", b"quoth.sqlite3\0", type=tarfile.GNUTYPE_LONGNAME),
        member("./PaxHeaders/x", b"19 path=quoth.sqlite3\n", type=tarfile.XHDTYPE),
        member("quoth.sqlite3", b"x", type=tarfile.GNUTYPE_SPARSE),
        member("content/\udcff", b"x"),
    ],
    ids=lambda hostile: f"{hostile[0].type!r}-{hostile[0].name!r}",
)
def test_nothing_but_what_a_backup_holds_comes_out_of_an_archive(
    made: Path, restored: Instance, hostile: tuple[tarfile.TarInfo, bytes]
) -> None:
    before = set(made.parent.iterdir())
    with_member(made, hostile)

    assert_refused(made, restored.folder, r"no backup holds|damaged")

    assert set(made.parent.iterdir()) == before


def test_a_file_that_the_list_does_not_name_is_refused(made: Path, restored: Instance) -> None:
    with_member(made, member(f"content/{ID}/source.json"))

    assert_refused(made, restored.folder, "not what its backup.json lists")


def test_a_file_that_is_there_twice_is_refused(made: Path, restored: Instance) -> None:
    with_member(made, member("quoth.sqlite3"))

    assert_refused(made, restored.folder, "where no backup holds it")


def test_what_comes_after_the_list_is_refused(made: Path, restored: Instance) -> None:
    with_member(made, member(f"content/{ID}/source.json"), first=False)

    assert_refused(made, restored.folder, "where no backup holds it")


def test_what_is_cut_off_anywhere_is_refused(made: Path, restored: Instance) -> None:
    whole = made.read_bytes()

    for length in (0, 100, 512, 5_000, len(whole) // 2, whole.rindex(b"}"), len(whole.rstrip(b"\0")) + 1):
        made.write_bytes(whole[:length])
        assert_refused(made, restored.folder, "cut off")


def test_a_compressed_archive_that_is_cut_off_or_damaged_is_refused(made: Path, restored: Instance) -> None:
    whole = gzip.compress(made.read_bytes())

    for data in (whole[:-4], whole[: len(whole) // 2], whole[:3], whole[:-8] + bytes(8)):
        made.write_bytes(data)
        assert_refused(made, restored.folder, "damaged or cut off")


def test_one_changed_byte_anywhere_is_found(made: Path, restored: Instance) -> None:
    whole = made.read_bytes()
    places = [whole.index(b"Claims are paid"), whole.index(b'"current"'), 512 + 5_000]

    for place in places:
        made.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert_refused(made, restored.folder, "damaged")


@pytest.mark.parametrize("data", [b"", b"Not an archive at all." * 100, b"\x1f\x8bnot really", os.urandom(3_000)])
def test_what_is_no_archive_is_refused(archive: Path, restored: Instance, data: bytes) -> None:
    archive.write_bytes(data)

    assert_refused(archive, restored.folder, "can't be restored")


def test_an_archive_of_a_later_format_is_refused(made: Path, restored: Instance) -> None:
    with_manifest(made, {"format": 2, "quoth": "9.9"})

    assert_refused(made, restored.folder, r"made by Quoth 9\.9, which is later than this one")


def test_a_database_of_a_later_schema_is_refused(made: Path, restored: Instance) -> None:
    with pytest.raises(BackupFailed, match=r"revision 0001\) this version does not know"):
        restore(archive=made, data_dir=restored.folder, known_schemas={"0000"})

    assert not restored.folder.exists()


@pytest.mark.parametrize(
    "changes",
    [None, {"format": "one"}, {"members": []}, {"members": {"quoth.sqlite3": 1}}, {"conversations": None}],
    ids=str,
)
def test_a_list_that_makes_no_sense_is_refused(
    made: Path, restored: Instance, changes: dict[str, object] | None
) -> None:
    with_manifest(made, changes)

    assert_refused(made, restored.folder, r"backup\.json can't be read")


@pytest.mark.parametrize("name", ["quoth.sqlite3", "content", "index", "quoth.sqlite3-wal"])
def test_a_folder_that_holds_something_of_quoth_is_left_alone(made: Path, restored: Instance, name: str) -> None:
    (restored.folder / name).mkdir(parents=True)

    with pytest.raises(BackupRefused, match=f"{name} exists"):
        restore_from(made, restored.folder)

    assert [path.name for path in restored.folder.iterdir()] == [name]


def test_what_else_is_in_the_folder_stays(made: Path, restored: Instance) -> None:
    (restored.folder / "models").mkdir(parents=True)
    (restored.folder / ".env").write_text("QUOTH_MODEL=x")

    restore_from(made, restored.folder)

    assert {path.name for path in restored.folder.iterdir()} == {"models", ".env", "content", "quoth.sqlite3"}


def test_a_new_folder_is_its_owners_alone(made: Path, restored: Instance) -> None:
    restore_from(made, restored.folder)

    assert restored.folder.stat().st_mode & 0o777 == 0o700


# A restore that is killed when it has unpacked everything and asks whether it knows the schema.
KILLED = """
import os, signal, sys
from pathlib import Path
from adapters.backup.restoring import restore

class Killed(frozenset):
    def __contains__(self, schema):
        os.kill(os.getpid(), signal.SIGKILL)

restore(archive=Path(sys.argv[1]), data_dir=Path(sys.argv[2]), known_schemas=Killed())
"""


def test_a_killed_restore_leaves_nothing_visible_and_the_next_one_clears_it_away(
    made: Path, restored: Instance, instance: Instance
) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(made), str(restored.folder)], check=False)
    [left] = restored.folder.iterdir()
    unpacked = {path.name for path in left.iterdir()}

    restore_from(made, restored.folder)

    assert killed.returncode == -signal.SIGKILL
    assert left.name.startswith(".quoth-restoring-")
    assert unpacked == {"content", "quoth.sqlite3"}
    assert {path.name for path in restored.folder.iterdir()} == {"content", "quoth.sqlite3"}
    assert restored.files() == instance.files()


def test_a_restore_that_was_killed_between_its_last_steps_is_taken_back(
    made: Path, restored: Instance, instance: Instance
) -> None:
    restore_from(made, restored.folder)
    staging = restored.folder / ".quoth-restoring-killed"
    staging.mkdir()
    (staging / "checked").touch()
    restored.database.rename(staging / "quoth.sqlite3")

    restore_from(made, restored.folder)

    assert {path.name for path in restored.folder.iterdir()} == {"content", "quoth.sqlite3"}
    assert restored.files() == instance.files()


def test_a_restore_at_work_is_not_disturbed(made: Path, restored: Instance) -> None:
    staging = restored.folder / ".quoth-restoring-other"
    staging.mkdir(parents=True)
    descriptor = os.open(staging, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        restore_from(made, restored.folder)
    finally:
        os.close(descriptor)

    assert staging.exists()
