"""The embedded engine: one process, one directory, whatever happens to either."""

from __future__ import annotations

import asyncio
import shutil
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.contracts.indexing import ANN, BOB, Index, a_source, a_version, opened_embedded, quick_directory

from adapters.memory.embedder import HashEmbedder
from adapters.qdrant.conditions import Where
from adapters.qdrant.edge import EdgePoints
from adapters.qdrant.store import QdrantStore, over
from application.ports.retriever import SearchRequest
from domain.errors import IndexUnavailable, StartRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

EMBEDDER = HashEmbedder(dimension=64)


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    with quick_directory(tmp_path) as quick:
        yield quick / "index"


def parts(store: QdrantStore) -> Index:
    return Index(source_index=store.source_index, retriever=store.retriever, embedder=EMBEDDER)


async def found(store: QdrantStore, query: str) -> list[str]:
    hits = await store.retriever.search(SearchRequest(queries=(query,)), owner=ANN)
    return [hit.passage.text for hit in hits]


async def test_everything_is_there_after_closing_and_opening_again(directory: Path) -> None:
    store = await opened_embedded(directory, EMBEDDER)
    source, passages = await parts(store).put(a_source(), ["one thing", "another thing"])
    await store.close()

    store = await opened_embedded(directory, EMBEDDER)

    assert await store.source_index.get(source.id, owner=ANN) == source
    assert source.current is not None
    assert list(await store.source_index.passages(source.id, source.current.id, owner=ANN)) == passages
    assert await found(store, "another") == ["another thing", "one thing"]
    await store.close()


async def test_a_second_opener_is_refused_with_the_way_out(directory: Path) -> None:
    store = await opened_embedded(directory, EMBEDDER)

    with pytest.raises(StartRefused, match=r"Another process is using the index .* QUOTH_QDRANT_URL"):
        await opened_embedded(directory, EMBEDDER)

    await store.check()
    await store.close()


async def test_a_damaged_index_is_refused_and_left_alone(directory: Path) -> None:
    await (await opened_embedded(directory, EMBEDDER)).close()
    config = directory / "shard" / "edge_config.json"
    config.write_text("{")

    with pytest.raises(StartRefused, match="can't be opened"):
        await opened_embedded(directory, EMBEDDER)

    assert config.read_text() == "{"


async def test_a_directory_that_can_not_be_made_is_refused(directory: Path) -> None:
    (directory.parent / "a file").touch()

    with pytest.raises(StartRefused, match="can't be opened"):
        await opened_embedded(directory.parent / "a file" / "index", EMBEDDER)


async def test_what_a_killed_first_start_left_is_cleared_away(directory: Path) -> None:
    (directory / "new-1234" / "wal").mkdir(parents=True)

    await (await opened_embedded(directory, EMBEDDER)).close()

    assert not await asyncio.to_thread((directory / "new-1234").exists)


async def test_once_closed_it_is_unavailable_and_closing_again_is_nothing(directory: Path) -> None:
    store = await opened_embedded(directory, EMBEDDER)
    await store.close()
    await store.close()

    with pytest.raises(IndexUnavailable):
        await store.check()
    with pytest.raises(IndexUnavailable):
        await store.retriever.search(SearchRequest(queries=("x",)), owner=ANN)


async def test_a_failure_of_the_engine_is_named_and_a_mistake_of_ours_is_not_hidden(directory: Path) -> None:
    store = await opened_embedded(directory, EMBEDDER)

    with pytest.raises(IndexUnavailable, match="embedded vector store failed"):
        await store.points.nearest([(1.0, 2.0)], Where(), limit=3, word_statistics=None)
    with pytest.raises(TypeError):
        await store.points.scroll(Where(), limit="three")  # type: ignore[arg-type]  # the mistake

    await store.close()


async def test_the_engine_works_in_one_thread_that_is_not_the_event_loops(directory: Path) -> None:
    before = set(threading.enumerate())
    store = await opened_embedded(directory, EMBEDDER)
    await asyncio.gather(*(store.check() for _ in range(20)))

    started = [thread for thread in threading.enumerate() if thread not in before]
    await store.close()

    assert [thread.name for thread in started] == ["qdrant-edge_0"]
    assert not started[0].is_alive()


async def test_searches_get_their_turn_during_a_long_write(directory: Path) -> None:
    store = await opened_embedded(directory, EMBEDDER)
    await parts(store).put(a_source("file:///small"), ["needle"])
    pending = a_source("file:///big").received(a_version())
    order: list[str] = []

    async def write() -> None:
        await parts(store).write(pending, [f"hay {number}" for number in range(3000)])
        order.append("written")

    async def look() -> None:
        await found(store, "needle")
        order.append("found")

    await asyncio.gather(write(), look())

    assert order == ["found", "written"]
    await store.close()


async def test_what_was_saved_survives_a_power_cut(directory: Path, tmp_path: Path) -> None:
    """The log is on the disk when `save` returns, the engine's segments need not be: put back as they were at the
    last checkpoint, they are brought up to date from the log."""
    store = await opened_embedded(directory, EMBEDDER)
    checkpoint = tmp_path / "after"
    shutil.copytree(directory, checkpoint)
    source, _ = await parts(store).put(a_source(), ["one thing"])
    gone, _ = await parts(store).put(a_source("file:///gone"), ["deleted thing"])
    await store.source_index.delete(gone.id, owner=ANN)
    shutil.rmtree(checkpoint / "shard" / "wal")
    shutil.copytree(directory / "shard" / "wal", checkpoint / "shard" / "wal")
    await store.close()

    after = await opened_embedded(checkpoint, EMBEDDER)

    assert await after.source_index.get(source.id, owner=ANN) == source
    assert await found(after, "thing") == ["one thing"]
    assert await after.source_index.sweep_orphans() == 1
    await after.close()


async def test_past_a_checkpoint_all_is_there(directory: Path) -> None:
    store = over(await EdgePoints.open(directory, dimension=64, checkpoint=50), EMBEDDER)

    source, passages = await parts(store).put(a_source(), [f"text {number}" for number in range(120)])

    assert source.current is not None
    assert list(await store.source_index.passages(source.id, source.current.id, owner=ANN)) == passages
    await store.close()


async def test_compacting_changes_nothing_that_is_found(directory: Path) -> None:
    store = await opened_embedded(directory, EMBEDDER)
    assert isinstance(store.points, EdgePoints)
    source, _ = await parts(store).put(a_source(), [f"old {number}" for number in range(300)])
    source, _ = await parts(store).put(source, ["new fee", "new price"])
    await store.source_index.sweep_orphans()

    await store.points.compact()

    assert await found(store, "new fee") == ["new fee", "new price"]
    await store.close()


async def test_every_owners_sources_and_passages_can_be_counted(directory: Path) -> None:
    store = await opened_embedded(directory, EMBEDDER)
    first, _ = await parts(store).put(a_source(), ["a", "b"])
    second, _ = await parts(store).put(a_source(owner=BOB), ["c"])

    everything = [source async for page in store.source_index.everything() for source in page]
    counts = await store.source_index.passage_counts()

    assert sorted(everything, key=lambda source: source.owner) == [first, second]
    assert first.current is not None
    assert second.current is not None
    assert counts == {first.current.id: 2, second.current.id: 1}
    await store.close()


async def test_more_versions_than_one_request_counts_are_all_counted(directory: Path) -> None:
    store = over(await EdgePoints.open(directory, dimension=64, values_at_once=3), EMBEDDER)
    for number in range(14):
        await parts(store).write(a_source(f"file:///{number}").received(a_version()), ["text"])

    assert len(await store.source_index.passage_counts()) == 14
    assert await store.source_index.sweep_orphans() == 14
    await store.close()


CHILD = """
import asyncio, os, signal, sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from tests.contracts.indexing import Index, a_source, a_version, opened_embedded
from adapters.memory.embedder import HashEmbedder

async def main(directory, step):
    embedder = HashEmbedder(dimension=64)
    store = await opened_embedded(Path(directory), embedder)
    index = Index(source_index=store.source_index, retriever=store.retriever, embedder=embedder)
    source, _ = await index.put(a_source(), ["old one", "old two"])
    def reached(name):
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)
    pending = source.received(a_version())
    await store.source_index.save(pending)
    reached("pending")
    await index.write(pending, [f"new {number}" for number in range(150)])
    reached("written")
    await store.source_index.save(pending.indexed(title="Handbook", passages=150, at=source.last_updated))
    reached("saved")
    await store.source_index.sweep(source.id, owner=source.owner, keep=pending.pending.id)
    reached("swept")
    await store.source_index.delete(source.id, owner=source.owner)
    reached("deleted")

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("step", "shown", "unfinished", "orphans"),
    [
        ("pending", "old", 1, 0),
        ("written", "old", 1, 0),
        ("saved", "new", 0, 2),
        ("swept", "new", 0, 0),
        ("deleted", None, 0, 150),
    ],
)
async def test_a_process_that_is_killed_leaves_the_old_or_the_new(
    directory: Path, step: str, shown: str | None, unfinished: int, orphans: int
) -> None:
    root = Path(__file__).parents[3]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        CHILD,
        str(directory),
        step,
        env={"PYTHONPATH": f"{root}:{root / 'src'}"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    assert process.returncode == -9, errors.decode()

    store = await opened_embedded(directory, EMBEDDER)

    assert {text.split()[0] for text in await found(store, "old new")} == ({shown} if shown else set())
    assert len(await store.source_index.unfinished()) == unfinished
    assert await store.source_index.sweep_orphans() == orphans
    assert {text.split()[0] for text in await found(store, "old new")} == ({shown} if shown else set())
    await store.close()
