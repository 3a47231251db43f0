"""The stand-in for a server answers as Qdrant does where Quoth relies on it."""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING

import pytest
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse
from tests.support.qdrant_server import QdrantServer

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

VECTORS = {"dense": models.VectorParams(size=2, distance=models.Distance.COSINE)}


@pytest.fixture
def client(qdrant_url: str) -> Iterator[QdrantClient]:
    with connected(qdrant_url) as connection:
        yield connection


@pytest.fixture
def name() -> str:
    return f"test-{uuid.uuid4()}"


@contextlib.contextmanager
def connected(url: str) -> Generator[QdrantClient]:
    connection = QdrantClient(url=url, check_compatibility=False)
    yield connection
    connection.close()


@contextlib.contextmanager
def refused(status: int) -> Generator[None]:
    with pytest.raises(UnexpectedResponse) as refusal:
        yield
    assert refusal.value.status_code == status


def a_point(**payload: object) -> models.PointStruct:
    return models.PointStruct(id=str(uuid.uuid4()), vector={"dense": [1.0, 0.0]}, payload=payload)


def test_a_collection_that_is_not_there_is_not_found(client: QdrantClient, name: str) -> None:
    assert not client.collection_exists(name)
    with refused(404):
        client.get_collection(name)
    with refused(404):
        client.count(name)
    with refused(404):
        client.upsert(name, [a_point()])


def test_a_collection_is_made_once(client: QdrantClient, name: str) -> None:
    client.create_collection(name, VECTORS)

    with refused(409):
        client.create_collection(name, VECTORS)


def test_ordering_and_counting_by_a_field_take_an_index(client: QdrantClient, name: str) -> None:
    client.create_collection(name, VECTORS)
    client.upsert(name, [a_point(moment=1, colour="red"), a_point(moment=2, colour="red")])

    with refused(400):
        client.scroll(name, order_by="moment")
    with refused(400):
        client.facet(name, "colour")
    client.create_payload_index(name, "moment", models.PayloadSchemaType.INTEGER)
    client.create_payload_index(name, "colour", models.PayloadSchemaType.KEYWORD)

    records, _ = client.scroll(name, order_by=models.OrderBy(key="moment", direction=models.Direction.DESC))
    assert [record.payload for record in records] == [{"moment": 2, "colour": "red"}, {"moment": 1, "colour": "red"}]
    assert [(hit.value, hit.count) for hit in client.facet(name, "colour").hits] == [("red", 2)]
    assert client.get_collection(name).payload_schema.keys() == {"moment", "colour"}


def test_a_vector_of_the_wrong_length_is_refused_with_all_that_came_with_it(client: QdrantClient, name: str) -> None:
    client.create_collection(name, VECTORS)
    wrong = models.PointStruct(id=1, vector={"dense": [1.0]}, payload={})

    with refused(400):
        client.upsert(name, [a_point(), wrong])

    assert client.count(name).count == 0


def test_an_alias_is_a_name_wherever_a_collection_is_named(client: QdrantClient, name: str) -> None:
    client.create_collection(f"{name}-1", VECTORS)
    client.create_collection(f"{name}-2", VECTORS)
    client.update_collection_aliases([_created(name, f"{name}-1")])

    client.upsert(name, [a_point()])
    client.update_collection_aliases([_deleted(name), _created(name, f"{name}-2")])

    assert client.collection_exists(name)
    assert client.count(name).count == 0
    assert client.count(f"{name}-1").count == 1
    with refused(400):
        client.create_collection(name, VECTORS)


def test_an_alias_can_not_have_the_name_of_a_collection_nor_name_nothing(client: QdrantClient, name: str) -> None:
    client.create_collection(name, VECTORS)

    with refused(400):
        client.update_collection_aliases([_created(name, name)])
    with refused(400):
        client.update_collection_aliases([_created(f"{name}-alias", f"{name}-nothing")])


def test_an_alias_goes_with_its_collection(client: QdrantClient, name: str) -> None:
    client.create_collection(f"{name}-1", VECTORS)
    client.update_collection_aliases([_created(name, f"{name}-1")])

    client.delete_collection(f"{name}-1")

    assert not client.collection_exists(name)


def test_what_is_kept_in_a_folder_outlives_the_process(tmp_path: Path) -> None:
    with QdrantServer(tmp_path / "qdrant") as server, connected(server.url) as client:
        client.create_collection("kept", VECTORS)
        client.create_payload_index("kept", "moment", models.PayloadSchemaType.INTEGER)
        client.upsert("kept", [a_point(moment=3)])

        server.stop()
        server.start()

        records, _ = client.scroll("kept", order_by="moment")
        assert [record.payload for record in records] == [{"moment": 3}]


def _created(alias: str, collection: str) -> models.CreateAliasOperation:
    return models.CreateAliasOperation(create_alias=models.CreateAlias(alias_name=alias, collection_name=collection))


def _deleted(alias: str) -> models.DeleteAliasOperation:
    return models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias))
