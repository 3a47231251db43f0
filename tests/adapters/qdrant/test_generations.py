"""What changing the embedding model meets on a disk and on a server, and what can go wrong there."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from qdrant_client import models
from tests.contracts.generations import World, found, model_named, parts, world
from tests.contracts.indexing import ANN, Index, a_source, opened_embedded
from tests.support.qdrant_server import QdrantServer

from adapters.memory.embedder import HashEmbedder
from adapters.qdrant.conditions import Where
from adapters.qdrant.points import Point
from adapters.qdrant.provenance import check_provenance
from adapters.qdrant.remote import RemotePoints, Server, connected
from adapters.qdrant.store import QdrantStore, over
from domain.errors import IndexUnavailable, StartRefused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from adapters.qdrant.points import Points
    from application.ports.embedder import EmbeddingModel


@pytest.fixture(params=["edge", "http"])
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with world(request, tmp_path) as empty:
        yield empty


@pytest.fixture(params=["edge"])
async def disk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with world(request, tmp_path) as empty:
        yield empty


@pytest.fixture(params=["http"])
async def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with world(request, tmp_path) as empty:
        yield empty


def at(stores: World) -> Server:
    assert stores.server is not None
    return stores.server


async def points_of(stores: World) -> Points:
    """The current collection, opened beside everything else."""
    shelf = stores.shelf()
    name = await shelf.current()
    assert name is not None
    points = await shelf.take(name, dimension=None)
    await shelf.close()
    return points


async def record(stores: World, *without: str, **changes: object) -> None:
    """Change what the current collection says of the model that made it."""
    points = await points_of(stores)
    records, _ = await points.scroll(Where(), limit=10)
    [kept] = [each for each in records if each.payload["kind"] == "provenance"]
    payload = {key: value for key, value in {**kept.payload, **changes}.items() if key not in without}
    await points.upsert([Point(kept.id, payload)])
    await points.close()


async def of_an_earlier_version(server: Server, model: EmbeddingModel, text: str) -> None:
    """A collection of the alias's own name, with a source."""
    points = await RemotePoints.open(server, dimension=model.dimension)
    await check_provenance(points, model)
    await put(over(points, model_named("first")), text)
    await points.close()


async def put(store: QdrantStore, text: str) -> None:
    index = Index(source_index=store.source_index, retriever=store.retriever, embedder=model_named("first"))
    await index.put(a_source(), [text])


async def test_a_start_with_another_model_loads_the_one_that_is_recorded(stores: World) -> None:
    await stores.end(await stores.start("first"))
    stores.loaded.clear()

    process = await stores.start("second")

    assert stores.loaded == ["second", "first"]
    assert process.current().embedder.model == model_named("first").model


async def test_where_only_an_id_is_recorded_the_model_is_loaded_by_that(stores: World) -> None:
    await stores.end(await stores.start("first"))
    await record(stores, "name")

    process = await stores.start("second")

    assert stores.loaded[-1] == "memory/hash"
    assert process.current().embedder.model == model_named("first").model


async def test_where_only_the_id_of_the_bundled_model_is_recorded_the_bundled_one_is_loaded(stores: World) -> None:
    await stores.end(await stores.start("first"))
    await record(stores, "name", model="bundled/all-MiniLM-L6-v2-int8")

    with pytest.raises(StartRefused, match=r"There is no model bundled\..*QUOTH_EMBEDDING_MODEL back to bundled,"):
        await stores.start("second")


async def test_a_model_that_can_not_be_had_is_refused_with_the_way_out_and_all_is_let_go(stores: World) -> None:
    await stores.end(await stores.start("first"))
    stores.missing.add("first")

    with pytest.raises(StartRefused, match=r"memory/hash \(64 dimensions.*no model first.*back to first, or.*--repair"):
        await stores.start("second")

    stores.missing.clear()
    assert (await stores.start("first")).current().embedder.model.dimension == 64


async def test_a_model_that_makes_other_vectors_under_the_same_name_is_refused(stores: World) -> None:
    await stores.end(await stores.start("first"))
    await record(stores, fingerprint="another")

    for configured in ("first", "second"):
        with pytest.raises(StartRefused, match=r"another\).*QUOTH_EMBEDDING_MODEL back to first, or.*--repair"):
            await stores.start(configured)


async def test_a_configured_model_that_can_not_be_had_is_refused_before_anything_is_made(stores: World) -> None:
    with pytest.raises(StartRefused, match="no model nowhere"):
        await stores.start("nowhere")

    assert await stores.shelf().names() == []


async def test_for_a_repair_the_sources_of_a_lost_model_can_be_listed_and_the_index_made_anew(stores: World) -> None:
    process = await stores.start("first")
    source, _ = await parts(process.current()).put(a_source(), ["old text"])
    await stores.end(process)
    stores.missing.add("first")

    repairing = await stores.start("second", for_repair=True)
    listed = [source async for page in repairing.current().source_index.everything() for source in page]
    following = await repairing.following()
    assert following is not None
    await parts(following).put(a_source(), ["new text"])
    await repairing.switch(following)

    assert listed == [source]
    process = await stores.restart(repairing, "second")
    assert await found(process.current(), "text") == ["new text"]


async def test_a_layout_of_another_version_is_refused_even_for_a_repair(stores: World) -> None:
    await stores.end(await stores.start("first"))
    await record(stores, layout=99)

    with pytest.raises(StartRefused, match="layout 99"):
        await stores.start("second", for_repair=True)


async def test_a_check_answers_for_the_current_one(stores: World) -> None:
    process = await stores.start("first")
    assert process in stores.running

    await stores.running[0].check()


async def test_the_first_folder_needs_no_pointer_and_later_ones_have_one(disk: World) -> None:
    process = await disk.start("first")
    first = sorted(path.name for path in disk.directory.iterdir())
    process = await disk.restart(process, "second")
    following = await process.following()
    assert following is not None

    await process.switch(following)

    assert first == ["shard"]
    assert (disk.directory / "CURRENT").read_text() == f"{following.id}\n"
    assert sorted(path.name for path in disk.directory.iterdir()) == ["CURRENT", following.id, "shard"]


async def test_an_index_of_an_earlier_version_is_current(disk: World) -> None:
    store = await opened_embedded(disk.directory, model_named("first"))
    await check_provenance(store.points, model_named("first").model)
    await put(store, "old text")
    await store.close()

    process = await disk.start("first")

    assert await found(process.current(), "text") == ["old text"]


@pytest.mark.parametrize("model", ["first", "second"])
async def test_a_second_process_is_refused_before_it_makes_anything(disk: World, model: str) -> None:
    process = await disk.restart(await disk.start("first"), "second")
    following = await process.following()
    assert following is not None
    await process.switch(following)
    before = sorted(disk.directory.rglob("*"))

    with pytest.raises(StartRefused, match=r"Another process is using the index .* QUOTH_QDRANT_URL"):
        await disk.start(model)

    assert sorted(disk.directory.rglob("*")) == before


async def test_a_switch_cut_off_before_the_pointer_has_its_name_did_not_take_place(disk: World) -> None:
    process = await disk.start("first")
    process = await disk.restart(process, "second")
    following = await process.following()
    assert following is not None
    (disk.directory / "CURRENT.new").write_text(following.id)

    process = await disk.restart(process, "second")

    assert process.current().id == "shard"
    await process.switch(following)
    assert process.current().id == following.id


@pytest.mark.parametrize("content", ["", "generation-nowhere", "../shard", "new-1234"])
async def test_a_pointer_to_what_is_not_there_is_refused(disk: World, content: str) -> None:
    await disk.end(await disk.start("first"))
    (disk.directory / "CURRENT").write_text(content)

    with pytest.raises(StartRefused, match="CURRENT names"):
        await disk.start("first")


async def test_without_its_pointer_the_folder_that_holds_sources_is_taken(disk: World) -> None:
    process = await disk.restart(await disk.start("first"), "second")
    following = await process.following()
    assert following is not None
    await parts(following).put(a_source(), ["new text"])
    await process.switch(following)
    disk.seconds += 61
    await process.retire()
    (disk.directory / "CURRENT").unlink()

    process = await disk.restart(process, "second")

    assert await found(process.current(), "text") == ["new text"]


async def test_folders_that_are_not_generations_are_left_alone(disk: World) -> None:
    await disk.end(await disk.start("first"))
    await asyncio.to_thread(shutil.copytree, disk.directory / "shard", disk.directory / "shard.bak")

    process = await disk.start("first")

    assert await process.retire() == 0
    assert (disk.directory / "shard.bak").is_dir()


async def test_a_disk_that_refuses_the_pointer_leaves_the_old_one_current(disk: World) -> None:
    process = await disk.restart(await disk.start("first"), "second")
    following = await process.following()
    assert following is not None
    (disk.directory / "CURRENT.new").mkdir()

    with pytest.raises(IndexUnavailable, match="embedded vector store failed"):
        await process.switch(following)

    assert (await process.refresh()).id == process.current().id == "shard"


async def test_the_collection_of_the_setting_is_an_alias(cluster: World) -> None:
    await cluster.start("first")
    client = connected(at(cluster))

    collections = {each.name for each in (await client.get_collections()).collections}
    aliases = {each.alias_name: each.collection_name for each in (await client.get_aliases()).aliases}

    name = f"{at(cluster).collection}-{model_named('first').model.fingerprint[:12]}"
    assert name in collections
    assert at(cluster).collection not in collections
    assert aliases[at(cluster).collection] == name
    await client.close()


async def test_a_collection_of_an_earlier_version_is_current_until_a_switch_takes_its_name(cluster: World) -> None:
    await of_an_earlier_version(at(cluster), model_named("first").model, "old text")
    process = await cluster.start("second")
    old = await found(process.current(), "text")
    following = await process.following()
    assert following is not None
    await parts(following).put(a_source(), ["new text"])

    await process.switch(following)
    cluster.seconds += 61

    assert old == ["old text"]
    assert await found((await process.refresh()), "text") == ["new text"]
    assert await process.retire() == 0
    process = await cluster.restart(process, "second")
    assert process.current().id == following.id
    assert await found(process.current(), "text") == ["new text"]


@pytest.mark.parametrize("configured", ["first", "second"])
async def test_cut_off_between_the_old_collection_and_its_alias_the_new_one_is_found(
    cluster: World, configured: str
) -> None:
    await of_an_earlier_version(at(cluster), model_named("first").model, "old text")
    process = await cluster.start("second")
    following = await process.following()
    assert following is not None
    await parts(following).put(a_source(), ["new text"])
    client = connected(at(cluster))
    await client.delete_collection(at(cluster).collection)
    await client.close()

    refreshed = await process.refresh()
    other = await cluster.start(configured)

    assert refreshed.id == other.current().id == following.id
    assert await found(other.current(), "text") == ["new text"]


async def test_an_index_that_is_gone_is_unavailable_and_not_made_anew(cluster: World) -> None:
    process = await cluster.start("first")
    client = connected(at(cluster))
    await client.delete_collection(process.current().id)
    await client.close()

    with pytest.raises(IndexUnavailable, match="no index any more"):
        await process.refresh()
    with pytest.raises(IndexUnavailable):
        await cluster.running[0].check()


async def test_collections_of_others_are_left_alone(cluster: World) -> None:
    process = await cluster.start("first")
    client = connected(at(cluster))
    beside = replace(at(cluster), collection=f"{at(cluster).collection}-staging")
    await client.create_collection(f"{at(cluster).collection}-abcdef012345", {})
    other = World(directory=cluster.directory, server=beside)
    await other.end(await other.start("second"))

    retired = await process.retire()
    cluster.seconds += 1000
    retired += await process.retire()

    assert retired == 0
    assert await client.collection_exists(f"{at(cluster).collection}-abcdef012345")
    assert await client.collection_exists(beside.collection)
    await client.close()


async def test_what_an_alias_leads_to_is_not_deleted(cluster: World) -> None:
    process = await cluster.restart(await cluster.start("first"), "second")
    following = await process.following()
    assert following is not None
    client = connected(at(cluster))
    alias = models.CreateAlias(collection_name=following.id, alias_name=f"{at(cluster).collection}-{uuid.uuid4()}")
    await client.update_collection_aliases([models.CreateAliasOperation(create_alias=alias)])
    shelf = cluster.shelf()

    assert not await shelf.remove(following.id)
    assert not await shelf.remove(at(cluster).collection)  # the alias, not what stands behind it

    assert await client.collection_exists(following.id)
    assert await client.collection_exists(process.current().id)
    await shelf.close()
    await client.close()


async def test_what_another_process_took_for_a_leftover_is_made_again(cluster: World) -> None:
    process = await cluster.restart(await cluster.start("first"), "second")
    assert await process.following() is not None
    of_old_configuration = await cluster.start("first")
    await of_old_configuration.retire()
    cluster.seconds += 61
    assert await of_old_configuration.retire() == 1

    following = await process.following()

    assert following is not None
    await parts(following).put(a_source(), ["new text"])
    assert await found(following, "text") == ["new text"]


async def test_a_process_that_can_not_load_the_new_model_goes_on_with_the_old_one(cluster: World) -> None:
    other, process = await cluster.start("first"), await cluster.start("second")
    await parts(other.current()).put(a_source(), ["old text"])
    following = await process.following()
    assert following is not None
    await process.switch(following)
    cluster.missing.add("second")

    with pytest.raises(IndexUnavailable, match="no model second"):
        await other.refresh()

    assert await found(other.current(), "text") == ["old text"]


async def test_many_who_refresh_at_once_load_the_new_model_once(cluster: World) -> None:
    other, process = await cluster.start("first"), await cluster.start("second")
    following = await process.following()
    assert following is not None
    await process.switch(following)
    cluster.loaded.clear()

    await asyncio.gather(*(other.refresh() for _ in range(10)))

    assert cluster.loaded == ["second"]


async def test_a_server_that_is_away_during_a_switch_has_the_old_one_when_it_is_back(tmp_path: Path) -> None:
    with QdrantServer(tmp_path / "qdrant") as server:
        stores = World(directory=tmp_path, server=Server(url=server.url, timeout_seconds=2))
        process = await stores.restart(await stores.start("first"), "second")
        old = process.current().id
        following = await process.following()
        assert following is not None
        await parts(following).put(a_source(), ["new text"])

        server.stop()
        with pytest.raises(IndexUnavailable, match="can't be reached"):
            await process.switch(following)
        with pytest.raises(IndexUnavailable, match="can't be reached"):
            await process.refresh()
        server.start()

        assert (await process.refresh()).id == process.current().id == old
        await process.switch(following)
        assert await found(await process.refresh(), "text") == ["new text"]
        await stores.end(process)


async def test_a_start_without_a_server_is_unavailable(tmp_path: Path) -> None:
    with QdrantServer() as server:
        url = server.url

    with pytest.raises(IndexUnavailable, match="can't be reached"):
        await World(directory=tmp_path, server=Server(url=url)).start("first")


async def test_two_models_of_one_fingerprint_are_told_apart(cluster: World) -> None:
    process = await cluster.start("first")
    wrong = HashEmbedder(dimension=16, fingerprint=model_named("first").model.fingerprint)
    points = await points_of(cluster)

    with pytest.raises(StartRefused, match="16 dimensions"):
        await check_provenance(points, wrong.model)

    assert (await process.current().source_index.passage_counts()) == {}
    assert await process.current().source_index.find([], owner=ANN) == []
    await points.close()
