"""The server: what goes over the wire, and what can go wrong there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest
from qdrant_client import AsyncQdrantClient, models
from tests.contracts.indexing import ANN, Index, a_source, a_version

from adapters.memory.embedder import HashEmbedder
from adapters.qdrant.conditions import Is, Where
from adapters.qdrant.points import PAYLOAD_INDEXES, Point, Points
from adapters.qdrant.quantization import Quantization
from adapters.qdrant.remote import RemotePoints, Server, connected
from adapters.qdrant.store import over
from application.ports.embedder import SparseVector
from application.ports.retriever import SearchRequest
from application.ports.source_index import SourceQuery
from domain.errors import IndexUnavailable, StartRefused

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

EMBEDDER = HashEmbedder(dimension=64)
pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
NAMED = Where((Is("source", "s"),))
EVERY_CALL: dict[str, Callable[[Points], Awaitable[object]]] = {
    "upsert": lambda points: points.upsert([Point(uuid.uuid4(), {})]),
    "delete": lambda points: points.delete(NAMED),
    "retrieve": lambda points: points.retrieve([uuid.uuid4()]),
    "scroll": lambda points: points.scroll(NAMED, limit=3),
    "newest": lambda points: points.newest(NAMED, limit=3),
    "nearest": lambda points: points.nearest([(1.0,) * 64], NAMED, limit=3, word_statistics=None),
    "count": lambda points: points.count(NAMED),
    "count_by": lambda points: points.count_by("version", NAMED),
    "check": lambda points: points.check(),
}


@dataclass(slots=True)
class Wire:
    """A server on the loopback that answers every request with the same bytes (none: it never answers)."""

    reply: bytes
    url: str = ""
    requests: list[tuple[str, dict[str, object]]] = field(default_factory=list[tuple[str, dict[str, object]]])

    open: set[asyncio.StreamWriter] = field(default_factory=set[asyncio.StreamWriter])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while line := await reader.readline():
                headers = [header async for header in _headers(reader)]
                length = next((int(h.split(b":")[1]) for h in headers if h.lower().startswith(b"content-length")), 0)
                body = await reader.readexactly(length)
                self.requests.append((line.decode().rsplit(" ", 1)[0], json.loads(body) if body else {}))
                if self.reply:
                    writer.write(self.reply)
                    await writer.drain()
                    break
        writer.close()


async def _headers(reader: asyncio.StreamReader) -> AsyncGenerator[bytes]:
    while (header := await reader.readline()) not in {b"\r\n", b""}:
        yield header


def http(status: str, body: bytes, *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", "content-type: application/json", f"content-length: {len(body)}", *headers]
    return "\r\n".join([*head, "connection: close", "", ""]).encode() + body


@contextlib.asynccontextmanager
async def wire(reply: bytes) -> AsyncGenerator[Wire]:
    stub = Wire(reply)
    server = await asyncio.start_server(stub.serve, "127.0.0.1", 0)
    stub.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield stub
    server.close()
    for writer in stub.open:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def linked(url: str) -> AsyncGenerator[RemotePoints]:
    """Points on a server that was well when we connected."""
    points = RemotePoints(AsyncQdrantClient(url=url, timeout=1, check_compatibility=False), Server(url=url))
    yield points
    await points.close()


FAULTS = {
    "an error of the server": (http("500 Internal Server Error", b'{"status":{"error":"boom"}}'), "with status 500"),
    "no room": (http("507 Insufficient Storage", b""), "with status 507"),
    "a key that is refused": (http("401 Unauthorized", b"Invalid api key"), "with status 401"),
    "a collection that is gone": (http("404 Not Found", b"{}"), "with status 404"),
    "too much at once": (http("429 Too Many Requests", b"{}", "retry-after: 3"), "slow down"),
    "a page of something else": (http("200 OK", b"<html>welcome</html>"), "not Qdrant's"),
    "bytes that are no text": (http("200 OK", b"\xff\xfe{"), "not Qdrant's"),
    "a reply without a result": (http("200 OK", b'{"status":"ok","time":0}'), "not Qdrant's"),
    "a reply of another shape": (http("200 OK", b'{"result":{"points":7}}'), "not Qdrant's"),
    "a connection that is cut": (http("200 OK", b'{"result"')[:-4], "can't be reached"),
    "not even HTTP": (b"hello\r\n\r\n", "can't be reached"),
}


@pytest.mark.parametrize("call", EVERY_CALL)
@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_goes_wrong_the_index_is_unavailable(call: str, fault: str) -> None:
    reply, said = FAULTS[fault]
    async with wire(reply) as stub, linked(stub.url) as points:
        with pytest.raises(IndexUnavailable, match=said) as caught:
            await EVERY_CALL[call](points)

    assert stub.url in caught.value.detail


@pytest.mark.parametrize("call", EVERY_CALL)
async def test_a_server_that_is_not_there_is_unavailable(call: str) -> None:
    async with wire(b"") as stub:
        url = stub.url
    async with linked(url) as points:
        with pytest.raises(IndexUnavailable, match="can't be reached"):
            await EVERY_CALL[call](points)


@pytest.mark.parametrize("call", ["nearest", "upsert"])
async def test_a_server_that_does_not_answer_is_unavailable(call: str) -> None:
    async with wire(b"") as stub, linked(stub.url) as points:
        with pytest.raises(IndexUnavailable, match="did not answer in time"):
            await EVERY_CALL[call](points)


async def test_the_ports_pass_the_failure_on() -> None:
    async with wire(FAULTS["an error of the server"][0]) as stub, linked(stub.url) as points:
        store = await over_without_check(points)
        for attempt in (
            store.source_index.get(a_source().id, owner=ANN),
            store.source_index.list(SourceQuery(), owner=ANN),
            store.source_index.save(a_source()),
            store.source_index.sweep_orphans(),
            store.retriever.search(SearchRequest(queries=("x",)), owner=ANN),
        ):
            with pytest.raises(IndexUnavailable):
                await attempt


async def over_without_check(points: Points) -> Index:
    from adapters.qdrant.retriever import QdrantRetriever
    from adapters.qdrant.source_index import QdrantSourceIndex

    return Index(
        source_index=QdrantSourceIndex(points=points, model=EMBEDDER.model),
        retriever=QdrantRetriever(points=points, embedder=EMBEDDER),
        embedder=EMBEDDER,
    )


@pytest.mark.parametrize(
    ("reply", "refusal", "said"),
    [
        (http("401 Unauthorized", b"nope"), StartRefused, "QUOTH_QDRANT_API_KEY"),
        (http("403 Forbidden", b"nope"), StartRefused, "QUOTH_QDRANT_API_KEY"),
        (http("404 Not Found", b"a web site"), StartRefused, "QUOTH_QDRANT_URL"),
        (http("503 Service Unavailable", b""), IndexUnavailable, "with status 503"),
        (http("200 OK", b"<html>"), IndexUnavailable, "not Qdrant's"),
    ],
    ids=["no key", "wrong key", "not Qdrant", "not ready", "a page"],
)
async def test_a_start_says_which_setting_is_wrong(reply: bytes, refusal: type[Exception], said: str) -> None:
    async with wire(reply) as stub:
        with pytest.raises(refusal, match=said):
            await RemotePoints.open(Server(url=stub.url, timeout_seconds=1), dimension=64)


async def test_an_address_is_shown_without_the_password_in_it() -> None:
    async with wire(http("500 Oops", b"")) as stub:
        secret = stub.url.replace("//", "//user:hunter2@")
        with pytest.raises(IndexUnavailable) as caught:
            await RemotePoints.open(Server(url=secret, timeout_seconds=1), dimension=64)

    assert "hunter2" not in caught.value.detail


async def test_a_collection_of_somebody_elses_is_refused() -> None:
    client = AsyncQdrantClient(":memory:")
    await client.create_collection("quoth", models.VectorParams(size=64, distance=models.Distance.DOT))

    with pytest.raises(StartRefused, match="not one of Quoth's"):
        await RemotePoints.open(Server(url="http://local"), dimension=64, client=client)


async def test_opening_again_finds_what_is_there() -> None:
    client = AsyncQdrantClient(":memory:")
    server = Server(url="http://local")
    first = over(await RemotePoints.open(server, dimension=64, client=client), EMBEDDER)
    await first.source_index.save(a_source())

    second = over(await RemotePoints.open(server, dimension=64, client=client), EMBEDDER)

    assert await second.source_index.get(a_source().id, owner=ANN) == a_source()
    await second.check()
    await second.close()


async def test_a_check_notices_that_the_collection_is_gone() -> None:
    points = await RemotePoints.open(Server(url="http://local"), dimension=64, client=AsyncQdrantClient(":memory:"))
    await points.drop()

    with pytest.raises(IndexUnavailable, match="no collection"):
        await points.check()
    await points.close()


async def test_more_values_than_one_request_counts_are_all_counted() -> None:
    server = Server(url="http://local", values_at_once=3)
    store = over(await RemotePoints.open(server, dimension=64, client=AsyncQdrantClient(":memory:")), EMBEDDER)
    index = Index(source_index=store.source_index, retriever=store.retriever, embedder=EMBEDDER)
    for number in range(14):
        await index.write(a_source(f"file:///{number}").received(a_version()), ["text"])

    assert len(await store.source_index.passage_counts()) == 14
    await store.close()


OK = http("200 OK", b'{"result":true,"status":"ok","time":0}')
DONE = http("200 OK", b'{"result":{"operation_id":1,"status":"completed"},"status":"ok","time":0}')


async def test_a_write_waits_until_it_is_applied() -> None:
    async with wire(DONE) as stub, linked(stub.url) as points:
        await points.upsert([Point(uuid.uuid4(), {"kind": "source"})])
        await points.delete(NAMED)

    assert [request for request, _ in stub.requests] == [
        "PUT /collections/quoth/points?wait=true",
        "POST /collections/quoth/points/delete?wait=true",
    ]


async def test_a_collection_is_made_with_the_replicas_asked_for() -> None:
    server = Server(url="", shard_number=3, replication_factor=2)
    async with wire(OK) as stub:
        client = AsyncQdrantClient(url=stub.url, timeout=1, check_compatibility=False)
        points = RemotePoints(client, server)
        await points.create(server, 64)
        await points.close()

    [(request, body)] = stub.requests
    assert request.startswith("PUT /collections/quoth")
    assert (body["shard_number"], body["replication_factor"], body["write_consistency_factor"]) == (3, 2, 2)
    assert body["vectors"] == {"dense": {"size": 64, "distance": "Cosine"}}
    assert body["sparse_vectors"] == {"bm25": {"modifier": "idf"}}


async def test_a_quantised_collection_keeps_bytes_in_memory_and_exact_vectors_on_disk(qdrant_url: str) -> None:
    server = Server(url=qdrant_url, collection=f"test-{uuid.uuid4()}", quantization=Quantization.SCALAR)
    points = await RemotePoints.open(server, dimension=64)
    client = connected(server)

    config = (await client.get_collection(server.collection)).config

    assert config.quantization_config == models.ScalarQuantization(
        scalar=models.ScalarQuantizationConfig(type=models.ScalarType.INT8, always_ram=True)
    )
    assert isinstance(config.params.vectors, dict)
    assert config.params.vectors["dense"].on_disk
    await points.drop()
    await points.close()
    await client.close()


async def test_what_quantised_vectors_found_is_ranked_by_the_exact_ones() -> None:
    server = Server(url="", quantization=Quantization.SCALAR)
    async with wire(http("200 OK", b'{"result":[],"status":"ok","time":0}')) as stub:
        points = RemotePoints(AsyncQdrantClient(url=stub.url, timeout=1, check_compatibility=False), server)
        await points.nearest([(1.0,) * 64, SparseVector((1,), (1.0,))], NAMED, limit=3, word_statistics=None)
        await points.close()

    [(_, body)] = stub.requests
    dense, sparse = cast("list[dict[str, object]]", body["searches"])
    assert dense["params"] == {"quantization": {"rescore": True}}
    assert "params" not in sparse


async def test_with_replicas_most_of_them_are_asked() -> None:
    server = Server(url="", replication_factor=3)
    async with wire(http("200 OK", b'{"result":[],"status":"ok","time":0}')) as stub:
        points = RemotePoints(AsyncQdrantClient(url=stub.url, timeout=1, check_compatibility=False), server)
        await points.retrieve([uuid.uuid4()])
        await points.close()

    assert stub.requests[0][0] == "POST /collections/quoth/points?consistency=majority"


def test_what_is_filtered_by_is_indexed() -> None:
    assert {"owner", "kind", "version", "words", "updated"} <= PAYLOAD_INDEXES.keys()


async def test_a_worker_that_comes_second_takes_the_collection_as_it_is() -> None:
    async with wire(http("409 Conflict", b'{"status":{"error":"already exists"}}')) as stub:
        points = RemotePoints(AsyncQdrantClient(url=stub.url, timeout=1, check_compatibility=False), Server(url=""))
        await points.create(Server(url=""), 64)
        await points.close()

    assert len(stub.requests) == 1
