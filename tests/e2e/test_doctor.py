"""Each disagreement between the stores, as a crash, a restored backup or a hand causes it: found, and put right."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from tests.support.server import quoth, running, upload

from domain.identity import LOCAL_USER, PassageId, SourceId, VersionId
from entrypoints.settings import Settings
from entrypoints.wiring.production import production

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from entrypoints.wiring.production import Service

TEXTS = {"claims.md": "Claims are paid within ten days.", "leave.md": "Leave is thirty days a year."}
QUESTION = "When are claims paid?"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    with running(folder) as server, server.client() as client:
        for name, text in TEXTS.items():
            upload(client, name, text.encode())
        client.post("/chat", json={"message": QUESTION})
        server.stop()
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """A copy, to be damaged."""
    return shutil.copytree(filled, tmp_path / "data")


def in_stores(folder: Path, deed: Callable[[Service], Awaitable[None]]) -> None:
    async def work() -> None:
        async with production(replace(Settings(), data_dir=folder)) as service:
            await deed(service)

    asyncio.run(work())


def source_folder(folder: Path, title: str) -> Path:
    [found] = [path.parent for path in (folder / "content").rglob("source.json") if title in path.read_text("utf-8")]
    return found


def passages_without_source(folder: Path) -> None:
    async def deed(service: Service) -> None:
        index = service.adapters.source_index
        async for page in index.everything():
            for source in page:
                assert source.current is not None
                passages = await index.passages(source.id, source.current.id, owner=source.owner)
                nobody, never = SourceId(UUID(int=7)), VersionId(UUID(int=8))
                strange = [
                    replace(each, id=PassageId(uuid4()), source_id=nobody, version_id=never, text="Boo.")
                    for each in passages
                ]
                embedder = service.adapters.generations.current().embedder
                await index.write_passages(strange, await embedder.embed_passages([each.text for each in strange]))

    in_stores(folder, deed)


def source_without_passages(folder: Path) -> None:
    async def deed(service: Service) -> None:
        async for page in service.adapters.source_index.everything():
            for source in page:
                await service.adapters.source_index.sweep(source.id, owner=source.owner, keep=None)

    in_stores(folder, deed)


def half_replaced(folder: Path) -> None:
    """Two versions of passages at once, one of which no entry names."""

    async def deed(service: Service) -> None:
        index = service.adapters.source_index
        async for page in index.everything():
            for source in page:
                assert source.current is not None
                passages = await index.passages(source.id, source.current.id, owner=source.owner)
                version = VersionId(UUID(int=9))
                other = [replace(each, id=PassageId(uuid4()), version_id=version, text="Half.") for each in passages]
                embedder = service.adapters.generations.current().embedder
                await index.write_passages(other, await embedder.embed_passages([each.text for each in other]))

    in_stores(folder, deed)


def orphaned_content(folder: Path) -> None:
    original = source_folder(folder, "claims.md")
    orphan = original.with_name(str(uuid4()))
    shutil.copytree(original, orphan)
    (orphan / "source.json").unlink()


def lost_entry(folder: Path) -> None:
    async def deed(service: Service) -> None:
        async for page in service.adapters.source_index.everything():
            for source in page:
                await service.adapters.source_index.delete(source.id, owner=LOCAL_USER)

    in_stores(folder, deed)


def lost_index(folder: Path) -> None:
    shutil.rmtree(folder / "index")


def damaged_index(folder: Path) -> None:
    for file in (folder / "index").rglob("*"):
        if file.is_file():
            file.write_bytes(b"\x00" * 100)


def lost_text(folder: Path) -> None:
    for file in source_folder(folder, "claims.md").iterdir():
        if "text" in file.name or file.suffix == ".txt":
            file.unlink()


def reference_to_nothing(folder: Path) -> None:
    with sqlite3.connect(folder / "quoth.sqlite3") as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM messages WHERE parent_id IS NULL")
    connection.close()


def unfindable_text(folder: Path) -> None:
    with sqlite3.connect(folder / "quoth.sqlite3") as connection:
        [table] = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE name LIKE '%search%' AND type = 'table'"
            )
            if name.endswith("entries")
        ]
        connection.execute(f"DELETE FROM {table}")  # a table's own name
    connection.close()


def answer_that_nobody_writes(folder: Path) -> None:
    with sqlite3.connect(folder / "quoth.sqlite3") as connection:
        connection.execute(
            "UPDATE messages SET metadata = json_set(metadata, '$.status', 'answering') WHERE role = 'assistant'"
        )
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        passages_without_source,
        source_without_passages,
        half_replaced,
        orphaned_content,
        lost_entry,
        lost_index,
        damaged_index,
        lost_text,
        reference_to_nothing,
        unfindable_text,
        answer_that_nobody_writes,
    ],
    ids=lambda damage: damage.__name__,
)
def test_a_fault_is_found_and_put_right(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder)

    found = quoth(folder, "doctor")
    repaired = quoth(folder, "doctor", "--repair")  # says what is left

    assert found.returncode == 1, found.stdout
    assert "--repair" in found.stdout
    assert repaired.returncode == 0, repaired.stdout
    with running(folder) as server, server.client() as client:
        hits = client.post("/search", json={"query": QUESTION}).json()
        assert {hit["text"] for hit in hits} == set(TEXTS.values())
        for source in client.get("/sources").json():
            assert client.get(f"/sources/{source['id']}/text").text == TEXTS[source["title"]]
        [conversation] = client.get("/conversations").json()
        messages = client.get(f"/conversations/{conversation['id']}").json()["messages"]
        assert all(message["metadata"].get("status") != "answering" for message in messages)


def test_a_lost_original_is_told_and_its_source_still_answers(folder: Path) -> None:
    """What nobody can bring back is said, and is not dropped in silence."""
    for file in source_folder(folder, "claims.md").iterdir():
        if file.name != "source.json" and "text" not in file.name and file.suffix != ".txt":
            file.unlink()

    found = quoth(folder, "doctor")
    quoth(folder, "doctor", "--repair")

    assert found.returncode == 1
    assert "original" in found.stdout
    with running(folder) as server, server.client() as client:
        [claims] = [source for source in client.get("/sources").json() if source["title"] == "claims.md"]
        assert claims["problem"] is not None


def test_beside_a_running_server_it_tells_the_servers_health_and_leaves_the_stores_alone(folder: Path) -> None:
    with running(folder) as server:
        beside = quoth(folder, "doctor")
        repair = quoth(folder, "doctor", "--repair")
        assert server.process.poll() is None

    assert (beside.returncode, repair.returncode) == (0, 1)
    assert "vector_store" in beside.stdout
    assert server.address in beside.stdout
    assert "stop it" in repair.stdout
