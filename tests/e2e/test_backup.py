"""Backup and restore of the embedded instance, with the real server and the real command line."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import tarfile
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.server import Server, quoth, running, upload

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    import httpx

SUBJECTS = ("Claims", "Trains", "Bicycles", "Kitchens", "Contracts")


def handbook(subject: str, version: int = 1) -> bytes:
    return f"# {subject}\n\n{subject} are dealt with within {version} days by the office.\n".encode()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    with running(data) as made:
        yield made


def ask(client: httpx.Client, question: str) -> str:
    """The id of the conversation that the answer is in."""
    answer = client.post("/chat", json={"message": question})
    assert answer.is_success, answer.text
    conversation: str = answer.json()["conversation_id"]
    return conversation


def conversations_in(folder: Path) -> dict[str, int]:
    """How many messages each has; the database is sound."""
    with contextlib.closing(sqlite3.connect(folder / "quoth.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = connection.execute("SELECT conversation_id, count(*) FROM messages GROUP BY 1").fetchall()
        return {str(name).replace("-", ""): count for name, count in rows}


def sources_in(folder: Path) -> dict[str, dict[str, Any]]:
    """The records of the sources, each of which has the originals that it names, and the text of its current version."""
    found: dict[str, dict[str, Any]] = {}
    for place in (folder / "content").glob("*-*"):
        record = json.loads((place / "source.json").read_bytes())
        for version in filter(None, (record["current"], record["pending"])):
            original = (place / f"{version['content']}.bin").read_bytes()
            assert hashlib.sha256(original).hexdigest() == version["content"]
        if record["current"]:
            assert (place / f"{record['current']['content']}.txt").read_text()
        found[place.name] = record
    return found


@contextlib.contextmanager
def going_on(*works: Callable[[httpx.Client], object], server: Server) -> Generator[list[int]]:
    """Each work over and over again, in a thread and with a client of its own; how often each was done."""
    stop, done, failures = threading.Event(), [0] * len(works), list[BaseException]()

    def repeat(number: int, work: Callable[[httpx.Client], object]) -> None:
        try:
            with server.client() as client:
                while not stop.is_set():
                    work(client)
                    done[number] += 1
        except BaseException as error:  # noqa: BLE001  # the test fails with it below
            failures.append(error)

    threads = [threading.Thread(target=repeat, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    try:
        yield done
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []


def test_a_backup_beside_a_busy_server_holds_all_that_was_there_before(
    server: Server, data: Path, tmp_path: Path
) -> None:
    archive, restored = tmp_path / "backup.tar.gz", tmp_path / "restored"
    numbers = iter(range(2, 1_000_000))
    with server.client() as client:
        kept = {upload(client, f"{subject}.md", handbook(subject))["id"] for subject in SUBJECTS}
        replaced = upload(client, "Replaced.md", handbook("Replaced"))["id"]
        conversations = {ask(client, f"When are {subject} dealt with?").replace("-", "") for subject in SUBJECTS}

    def add_and_remove(client: httpx.Client) -> None:
        source = upload(client, "Removed.md", handbook("Removed", next(numbers)))
        assert client.delete(f"/sources/{source['id']}").is_success

    with going_on(
        lambda client: ask(client, "When are Claims dealt with?"),
        lambda client: upload(client, "Replaced.md", handbook("Replaced", next(numbers))),
        add_and_remove,
        server=server,
    ) as done:
        wait_until(lambda: min(done) > 0)
        before = list(done)
        made = quoth(data, "backup", str(archive))
        wait_until(lambda: all(now > then for now, then in zip(done, before, strict=True)))

    back = quoth(tmp_path, "--data-dir", str(restored), "restore", str(archive))

    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("backed up ")
    assert back.returncode == 0, back.stderr
    assert {path.name for path in restored.iterdir()} == {"quoth.sqlite3", "content"}
    found = conversations_in(restored)
    assert conversations <= found.keys()
    assert all(found[each] == 2 for each in conversations)
    assert {*kept, replaced} <= sources_in(restored).keys()


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_backup_without_a_server_says_what_it_holds(server: Server, data: Path, tmp_path: Path) -> None:
    with server.client() as client:
        for subject in SUBJECTS:
            upload(client, f"{subject}.md", handbook(subject))
        ask(client, "When are Claims dealt with?")
    server.stop()

    made = quoth(data, "backup", "../backup.tar")
    back = quoth(tmp_path, "restore", "backup.tar", settings={"QUOTH_DATA_DIR": str(tmp_path / "restored")})

    size = (tmp_path / "backup.tar").stat().st_size / 1000
    assert made.stdout == f"backed up 1 conversation and 5 sources to ../backup.tar ({size:.1f} kB)\n"
    assert made.stderr == ""
    assert back.stdout.startswith("restored  1 conversation and 5 sources of 20")
    assert sources_in(tmp_path / "restored") == sources_in(data)
    assert conversations_in(tmp_path / "restored") == conversations_in(data)


def test_a_server_starts_on_what_was_restored_shows_its_conversations_and_finds_its_passages(
    server: Server, data: Path, tmp_path: Path
) -> None:
    def found(client: httpx.Client) -> list[dict[str, Any]]:
        hits: list[dict[str, Any]] = client.post("/search", json={"query": "When are Claims dealt with?"}).json()
        return [{key: hit[key] for key in ("source_id", "text", "start", "end")} for hit in hits]

    with server.client() as client:
        upload(client, "Claims.md", handbook("Claims"))
        passages = found(client)
        conversation = ask(client, "When are Claims dealt with?")
        messages = client.get(f"/conversations/{conversation}/messages").json()
    quoth(data, "backup", str(tmp_path / "backup.tar"))

    quoth(tmp_path, "--data-dir", str(tmp_path / "restored"), "restore", "backup.tar")

    with running(tmp_path / "restored") as other, other.client() as client:
        assert client.get(f"/conversations/{conversation}/messages").json() == messages
        wait_until(lambda: found(client) == passages)
    assert passages
    assert quoth(tmp_path / "restored", "doctor").returncode == 0


def test_neither_an_archive_nor_an_instance_is_overwritten(server: Server, data: Path, tmp_path: Path) -> None:
    server.stop()
    first = quoth(data, "backup", str(tmp_path / "backup.tar"))
    again = quoth(data, "backup", str(tmp_path / "backup.tar"))
    forced = quoth(data, "backup", str(tmp_path / "backup.tar"), "--force")
    onto_itself = quoth(data, "restore", str(tmp_path / "backup.tar"))

    assert (first.returncode, again.returncode, forced.returncode, onto_itself.returncode) == (0, 2, 0, 2)
    assert again.stderr == f"quoth: {tmp_path / 'backup.tar'} exists; --force replaces it.\n"
    assert onto_itself.stderr.startswith(f"quoth: {data / 'quoth.sqlite3'} exists: restore into another folder")


def test_what_is_damaged_or_hostile_leaves_nothing_behind(server: Server, data: Path, tmp_path: Path) -> None:
    server.stop()
    archive, restored = tmp_path / "backup.tar", tmp_path / "restored"
    quoth(data, "backup", str(archive))
    whole = archive.read_bytes()
    damaged = bytearray(whole)
    damaged[10_000] ^= 1
    link = tarfile.TarInfo("content")
    link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)

    for content in (bytes(damaged), whole[:-20_000], whole[:1_000], link.tobuf() + whole, b"no archive"):
        archive.write_bytes(content)
        refused = quoth(tmp_path, "--data-dir", str(restored), "restore", str(archive))
        assert refused.returncode == 1
        assert refused.stderr.startswith(f"quoth: {archive} can't be restored. ")
        assert refused.stderr.count("\n") == 1
        assert not restored.exists()


@pytest.mark.parametrize(
    "settings",
    [
        {"QUOTH_DATABASE_URL": "postgresql+asyncpg://127.0.0.1/quoth"},
        {"QUOTH_QDRANT_URL": "http://127.0.0.1:6333"},
        {"QUOTH_CONTENT_URL": "s3://bucket/folder"},
    ],
    ids=lambda settings: next(iter(settings)),
)
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_what_is_kept_on_servers_is_left_to_their_own_tools(
    data: Path, tmp_path: Path, command: str, settings: dict[str, str]
) -> None:
    file = tmp_path / "backup.tar"
    if command == "restore":
        file.write_bytes(b"")

    refused = quoth(data, command, str(file), settings=settings)

    assert refused.returncode == 2
    assert next(iter(settings)) in refused.stderr
    assert "docs/operating.md" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_database_and_content_elsewhere_on_the_machine_are_backed_up_too(data: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    settings = {
        "QUOTH_DATABASE_URL": f"sqlite+aiosqlite:///{elsewhere / 'mine.db'}",
        "QUOTH_CONTENT_URL": (elsewhere / "files").as_uri(),
    }
    with running(data, settings) as server, server.client() as client:
        upload(client, "Claims.md", handbook("Claims"))
        conversation = ask(client, "When are Claims dealt with?")

    made = quoth(data, "backup", str(tmp_path / "backup.tar"), settings=settings)
    quoth(tmp_path, "--data-dir", str(tmp_path / "restored"), "restore", "backup.tar")

    assert made.returncode == 0, made.stderr
    assert conversations_in(tmp_path / "restored") == {conversation.replace("-", ""): 2}
    assert len(sources_in(tmp_path / "restored")) == 1
