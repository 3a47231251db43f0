"""A stand-in for a Qdrant server: enough of its REST API for tests that need one, over the client's local mode.

It is not Qdrant. Searches are exact and slow, one request is answered after the other, and replicas, shards and
quantisation are noted and do nothing. What it refuses is what Quoth relies on being refused. With
`QUOTH_TEST_QDRANT_URL` the contracts run on a real server too.

    python -m tests.support.qdrant_server --port 6333 [--path FOLDER]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Awaitable, Callable, Generator, Mapping, MutableMapping
from pathlib import Path
from typing import Any, Self, TypeVar, cast

import uvicorn
from pydantic import BaseModel, TypeAdapter, ValidationError
from qdrant_client import QdrantClient
from qdrant_client.http import models

_ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 60.0
_Parsed = TypeVar("_Parsed")


class RefusedError(Exception):
    """A request that Qdrant would refuse with this status."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Collections:
    """What the server does, a method a route: the collection's name and the request's body in, the result out.
    `schemas` are the payload indexes and `configs` the requests that made the collections: local mode keeps neither."""

    def __init__(self, folder: Path | None) -> None:
        self._client = QdrantClient(path=str(folder)) if folder else QdrantClient(":memory:")
        self._notes = folder / "notes.json" if folder else None
        self.schemas: dict[str, dict[str, Any]] = {}
        self.configs: dict[str, dict[str, Any]] = {}
        if self._notes is not None and self._notes.exists():
            self.schemas, self.configs = json.loads(self._notes.read_text())

    def version(self, _name: str, _body: object) -> object:
        return {"title": "qdrant - vector search engine (a stand-in)", "version": "1.20.0"}

    def list_all(self, _name: str, _body: object) -> object:
        return self._client.get_collections()

    def exists(self, name: str, _body: object) -> object:
        return models.CollectionExistence(exists=self._client.collection_exists(name))

    def create(self, name: str, body: object) -> object:
        request = _parsed(models.CreateCollection, body)
        if name in self.configs:
            raise RefusedError(409, f"Wrong input: Collection `{name}` already exists!")
        vectors = request.vectors or {}
        self._client.create_collection(
            name, vectors, sparse_vectors_config=request.sparse_vectors, metadata=request.metadata
        )
        self.configs[name] = request.model_dump(mode="json", exclude_none=True)
        self.schemas[name] = {}
        self._note()
        return True

    def info(self, name: str, _body: object) -> object:
        real = self._real(name)
        info = self._client.get_collection(real).model_dump(mode="json")
        info["config"]["params"].update(
            {key: self.configs[real][key] for key in _KEPT if key in self.configs[real]},
        )
        info["config"]["quantization_config"] = self.configs[real].get("quantization_config")
        info["payload_schema"] = {
            field: {
                "data_type": _data_type(schema),
                "params": schema if isinstance(schema, dict) else None,
                "points": 0,
            }
            for field, schema in self.schemas[real].items()
        }
        return info

    def delete(self, name: str, _body: object) -> object:
        existed = self._client.delete_collection(name)
        self.configs.pop(name, None)
        self.schemas.pop(name, None)
        self._note()
        return existed

    def index(self, name: str, body: object) -> object:
        request = _parsed(models.CreateFieldIndex, body)
        schema: Any = request.model_dump(mode="json", exclude_none=True)["field_schema"]
        self.schemas[self._real(name)][request.field_name] = schema
        self._note()
        return _done()

    def change_aliases(self, _name: str, body: object) -> object:
        return self._client.update_collection_aliases(_parsed(models.ChangeAliasesOperation, body).actions)

    def aliases(self, _name: str, _body: object) -> object:
        return self._client.get_aliases()

    def aliases_of(self, name: str, _body: object) -> object:
        return self._client.get_collection_aliases(self._real(name))

    def upsert(self, name: str, body: object) -> object:
        points = _parsed(models.PointsList, body).points
        self._check_dimensions(self._real(name), points)
        return self._client.upsert(self._real(name), points)

    def delete_points(self, name: str, body: object) -> object:
        selector: Any = TypeAdapter[Any](models.PointsSelector).validate_python(body)
        return self._client.delete(self._real(name), selector)

    def set_payload(self, name: str, body: object) -> object:
        request = _parsed(models.SetPayload, body)
        points = models.PointIdsList(points=request.points) if request.points else request.filter
        if points is None:
            raise RefusedError(400, "Bad request: Either points or filter must be specified")
        return self._client.set_payload(self._real(name), request.payload, points, request.key)

    def retrieve(self, name: str, body: object) -> object:
        request = _parsed(models.PointRequest, body)
        return self._client.retrieve(
            self._real(name), request.ids, request.with_payload is not False, request.with_vector or False
        )

    def scroll(self, name: str, body: object) -> object:
        request = _parsed(models.ScrollRequest, body)
        real = self._real(name)
        if request.order_by is not None:
            key = request.order_by if isinstance(request.order_by, str) else request.order_by.key
            self._require_index(real, key, f"No range index for `order_by` key: `{key}`. Please create one.")
        records, following = self._client.scroll(
            real,
            scroll_filter=request.filter,
            limit=request.limit or 10,
            order_by=request.order_by,
            offset=request.offset,
            with_payload=True if request.with_payload is None else request.with_payload,
            with_vectors=request.with_vector or False,
        )
        return {"points": records, "next_page_offset": following}

    def query(self, name: str, body: object) -> object:
        return self._query(name, _parsed(models.QueryRequest, body))

    def query_batch(self, name: str, body: object) -> object:
        return [self._query(name, request) for request in _parsed(models.QueryRequestBatch, body).searches]

    def count(self, name: str, body: object) -> object:
        request = _parsed(models.CountRequest, body)
        return self._client.count(self._real(name), request.filter, exact=True)

    def facet(self, name: str, body: object) -> object:
        request = _parsed(models.FacetRequest, body)
        real = self._real(name)
        self._require_index(
            real, request.key, f"No appropriate index for faceting: `{request.key}`. Please create one."
        )
        return self._client.facet(real, request.key, request.filter, limit=request.limit or 10, exact=True)

    def close(self) -> None:
        self._client.close()

    def _query(self, name: str, request: models.QueryRequest) -> object:
        [found] = self._client.query_batch_points(self._real(name), [request])
        return found

    def _real(self, name: str) -> str:
        """The collection that a name or an alias means."""
        found = {each.alias_name: each.collection_name for each in self._client.get_aliases().aliases}.get(name, name)
        if found not in self.configs:
            raise RefusedError(404, f"Not found: Collection `{name}` doesn't exist!")
        return found

    def _require_index(self, real: str, key: str, reason: str) -> None:
        if key not in self.schemas[real]:
            raise RefusedError(400, f"Bad request: {reason}")

    def _check_dimensions(self, real: str, points: list[models.PointStruct]) -> None:
        sizes = {name: vector["size"] for name, vector in self.configs[real]["vectors"].items()}
        for point in points:
            vectors = point.vector if isinstance(point.vector, dict) else {}
            for name, vector in vectors.items():
                if isinstance(vector, list) and len(vector) != sizes.get(name):
                    expected = sizes.get(name)
                    raise RefusedError(
                        400, f"Wrong input: Vector dimension error: expected dim: {expected}, got {len(vector)}"
                    )

    def _note(self) -> None:
        if self._notes is not None:
            self._notes.write_text(json.dumps([self.schemas, self.configs]))


_Route = Callable[[Collections, str, object], object]
_KEPT = ("shard_number", "replication_factor", "write_consistency_factor", "vectors")
_ROUTES: Mapping[tuple[str, str], _Route] = {
    ("GET", "/"): Collections.version,
    ("GET", "/collections"): Collections.list_all,
    ("GET", "/collections/{}/exists"): Collections.exists,
    ("PUT", "/collections/{}"): Collections.create,
    ("GET", "/collections/{}"): Collections.info,
    ("DELETE", "/collections/{}"): Collections.delete,
    ("PUT", "/collections/{}/index"): Collections.index,
    ("POST", "/collections/aliases"): Collections.change_aliases,
    ("GET", "/aliases"): Collections.aliases,
    ("GET", "/collections/{}/aliases"): Collections.aliases_of,
    ("PUT", "/collections/{}/points"): Collections.upsert,
    ("POST", "/collections/{}/points"): Collections.retrieve,
    ("POST", "/collections/{}/points/delete"): Collections.delete_points,
    ("POST", "/collections/{}/points/payload"): Collections.set_payload,
    ("POST", "/collections/{}/points/scroll"): Collections.scroll,
    ("POST", "/collections/{}/points/query"): Collections.query,
    ("POST", "/collections/{}/points/query/batch"): Collections.query_batch,
    ("POST", "/collections/{}/points/count"): Collections.count,
    ("POST", "/collections/{}/facet"): Collections.facet,
}
_PLACE = re.compile(r"^/collections/(?!aliases$)([^/]+)")


def answer(collections: Collections, method: str, path: str, body: bytes) -> tuple[int, bytes]:
    """The status and the envelope."""
    begun = time.perf_counter()
    envelope: Mapping[str, object]
    try:
        result = _result(collections, method, path, body)
    except RefusedError as refusal:
        status, envelope = refusal.status, {"status": {"error": str(refusal)}}
    except (ValueError, TypeError, KeyError, ValidationError) as error:
        status, envelope = 400, {"status": {"error": f"Bad request: {error}"}}
    else:
        status, envelope = 200, {"result": result, "status": "ok"}
    timed = {**envelope, "time": time.perf_counter() - begun}
    return status, json.dumps(timed, default=_encoded).encode()


def _result(collections: Collections, method: str, path: str, body: bytes) -> object:
    place = _PLACE.match(path)
    name = place[1] if place else ""
    route = _ROUTES.get((method, _PLACE.sub("/collections/{}", path)))
    if route is None:
        raise RefusedError(404, "Not found")
    return route(collections, name, json.loads(body) if body else None)


def _parsed(kind: type[_Parsed], body: object) -> _Parsed:
    return TypeAdapter(kind).validate_python(body)


def _encoded(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} has no JSON")


def _data_type(schema: object) -> object:
    return cast("dict[str, object]", schema)["type"] if isinstance(schema, dict) else schema


def _done() -> models.UpdateResult:
    return models.UpdateResult(operation_id=0, status=models.UpdateStatus.COMPLETED)


_Message = MutableMapping[str, Any]


def application(
    collections: Collections,
) -> Callable[[_Message, Callable[[], Awaitable[_Message]], Callable[[_Message], Awaitable[None]]], Awaitable[None]]:
    """As ASGI. A request is worked on in the event loop itself, and so alone."""

    async def app(
        scope: _Message, receive: Callable[[], Awaitable[_Message]], send: Callable[[_Message], Awaitable[None]]
    ) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        status, reply = answer(collections, scope["method"], scope["path"], body)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(reply)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": reply})

    return app


class QdrantServer:
    """The stand-in in a process of its own. `folder` is where it keeps everything; without one, it forgets all when it
    stops. Started again, it has the address that it had."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Return once it answers."""
        command = [sys.executable, "-m", "tests.support.qdrant_server", "--port", str(self._port)]
        folder = ["--path", str(self._folder)] if self._folder else []
        process = subprocess.Popen([*command, *folder], cwd=_ROOT, stdout=subprocess.PIPE, text=True)
        self._process = process
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            raise RuntimeError("The stand-in for Qdrant did not start.")
        self._port = int(said.rsplit(":", 1)[1])

    def stop(self) -> None:
        """As a power cut does it."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate(timeout=_PATIENCE_SECONDS)
            self._process = None


@contextlib.contextmanager
def throwaway_qdrant() -> Generator[str]:
    """The stand-in for the time of the block: its URL."""
    with QdrantServer() as server:
        yield server.url


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=6333)
    parser.add_argument("--path", type=Path)
    options = parser.parse_args()
    warnings.filterwarnings("ignore", module="qdrant_client")
    listening = socket.create_server(("127.0.0.1", options.port))
    config = uvicorn.Config(application(Collections(options.path)), log_level="warning", lifespan="off")
    sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
