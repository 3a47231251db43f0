"""Points on a Qdrant server or cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from adapters.qdrant.conditions import refuse_to_delete_at_large
from adapters.qdrant.points import DENSE, PAYLOAD_INDEXES, SPARSE, IndexKind, Record, Scored
from adapters.qdrant.quantization import Quantization
from adapters.qdrant.remote_failures import FAILURES, address_of, start_refused, unavailable
from adapters.qdrant.remote_requests import remote_dense, remote_filter, remote_point, remote_quantization, remote_query
from domain.errors import IndexUnavailable, StartRefused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence

    from adapters.qdrant.conditions import Where
    from adapters.qdrant.points import Point, Vector

_Result = TypeVar("_Result")
_BATCH = 100
_CONFLICT = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the server is and how the collection is kept. With more than one replica, a write waits for most of them
    and a read asks most of them, so that what was committed or deleted is seen so everywhere."""

    url: str
    api_key: str | None = None
    collection: str = "quoth"
    timeout_seconds: int = 10
    shard_number: int | None = None
    replication_factor: int = 1
    quantization: Quantization = Quantization.NONE
    values_at_once: int = 10_000


class RemotePoints:
    """One collection on a server; `RemotePoints(client, server)` over a collection that exists, `open` makes it."""

    def __init__(self, client: AsyncQdrantClient, server: Server) -> None:
        self._client = client
        self._collection = server.collection
        self._values_at_once = server.values_at_once
        self._url = address_of(server.url)
        self._consistency = models.ReadConsistencyType.MAJORITY if server.replication_factor > 1 else None
        self._is_quantized = server.quantization is not Quantization.NONE

    @classmethod
    async def open(
        cls,
        server: Server,
        *,
        dimension: int | None,
        metadata: Mapping[str, str] | None = None,
        client: AsyncQdrantClient | None = None,
    ) -> RemotePoints:
        """Connect; make the collection where there is none, for vectors of this length. Raises `IndexUnavailable`, or
        `StartRefused` for a key that is refused or a collection that is not as it must be."""
        points = cls(client or connected(server), server)
        try:
            await points._prepare(server, dimension, metadata)
        except BaseException:
            await points.close()
            raise
        return points

    async def upsert(self, points: Sequence[Point]) -> None:
        """See the seam: waits until the server has it in its log and applied."""
        for begin in range(0, len(points), _BATCH):
            batch = [remote_point(point) for point in points[begin : begin + _BATCH]]
            await self._ask(self._client.upsert(self._collection, batch, wait=True))

    async def delete(self, where: Where) -> None:
        """See the seam."""
        refuse_to_delete_at_large(where)
        selector = models.FilterSelector(filter=remote_filter(where))
        await self._ask(self._client.delete(self._collection, selector, wait=True))

    async def flush(self) -> None:
        """See the seam. Nothing to do: a server looks after its own log."""

    async def retrieve(self, ids: Sequence[UUID]) -> Sequence[Record]:
        """See the seam."""
        wanted: list[models.ExtendedPointId] = [str(uid) for uid in ids]
        return _records(
            await self._ask(
                self._client.retrieve(self._collection, wanted, with_payload=True, consistency=self._consistency)
            )
        )

    async def scroll(
        self, where: Where, *, limit: int, after: UUID | None = None, fields: Sequence[str] | None = None
    ) -> tuple[Sequence[Record], UUID | None]:
        """See the seam."""
        records, following = await self._ask(
            self._client.scroll(
                self._collection,
                scroll_filter=remote_filter(where),
                limit=limit,
                offset=None if after is None else str(after),
                with_payload=True if fields is None else list(fields),
                consistency=self._consistency,
            )
        )
        return _records(records), None if following is None else UUID(str(following))

    async def newest(self, where: Where, *, limit: int) -> Sequence[Record]:
        """See the seam."""
        records, _ = await self._ask(
            self._client.scroll(
                self._collection,
                scroll_filter=remote_filter(where),
                limit=limit,
                order_by=models.OrderBy(key="updated", direction=models.Direction.DESC),
                consistency=self._consistency,
            )
        )
        return _records(records)

    async def nearest(
        self, vectors: Sequence[Vector], where: Where, *, limit: int, word_statistics: Where | None
    ) -> Sequence[Sequence[Scored]]:
        """See the seam."""
        requests = [
            remote_query(vector, where, limit, word_statistics, is_quantized=self._is_quantized) for vector in vectors
        ]
        lists = await self._ask(
            self._client.query_batch_points(self._collection, requests, consistency=self._consistency)
        )
        return [
            [Scored(UUID(str(point.id)), point.payload or {}, point.score) for point in found.points] for found in lists
        ]

    async def count(self, where: Where) -> int:
        """See the seam."""
        return (await self._ask(self._client.count(self._collection, remote_filter(where), exact=True))).count

    async def count_by(self, key: str, where: Where) -> Mapping[str, int]:
        """See the seam. Asked again for more as long as the answer is full."""
        most = self._values_at_once
        while True:
            response = await self._ask(
                self._client.facet(self._collection, key, remote_filter(where), limit=most, exact=True)
            )
            if len(response.hits) < most:
                return {str(hit.value): hit.count for hit in response.hits}
            most *= 4

    async def check(self) -> None:
        """See the seam."""
        if not await self._ask(self._client.collection_exists(self._collection)):
            raise self._gone()

    async def drop(self) -> None:
        """Delete the collection and all that is in it."""
        await self._ask(self._client.delete_collection(self._collection))

    async def close(self) -> None:
        """See the seam."""
        await self._client.close()

    async def _prepare(self, server: Server, dimension: int | None, metadata: Mapping[str, str] | None) -> None:
        try:
            if not await self._client.collection_exists(server.collection):
                if dimension is None:
                    raise self._gone()
                await self.create(server, dimension, metadata)
            collection = await self._client.get_collection(server.collection)
            _refuse_foreign(server, collection)
            for key in PAYLOAD_INDEXES.keys() - collection.payload_schema.keys():
                schema = _INDEXES[PAYLOAD_INDEXES[key]]
                await self._client.create_payload_index(server.collection, key, schema, wait=True)
        except UnexpectedResponse as error:
            raise start_refused(server.url, server.collection, error) from error
        except FAILURES as error:
            raise unavailable(self._url, error) from error

    async def create(self, server: Server, dimension: int, metadata: Mapping[str, str] | None = None) -> None:
        """Make the collection, unless another worker was quicker."""
        try:
            await self._client.create_collection(
                server.collection,
                vectors_config={DENSE: remote_dense(dimension, server.quantization)},
                sparse_vectors_config={SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)},
                shard_number=server.shard_number,
                replication_factor=server.replication_factor,
                write_consistency_factor=server.replication_factor // 2 + 1,
                quantization_config=remote_quantization(server.quantization),
                metadata=dict(metadata) if metadata else None,
            )
        except UnexpectedResponse as error:
            if error.status_code != _CONFLICT:
                raise

    async def _ask(self, request: Awaitable[_Result]) -> _Result:
        try:
            return await request
        except FAILURES as error:
            raise unavailable(self._url, error) from error

    def _gone(self) -> IndexUnavailable:
        return IndexUnavailable(f"The Qdrant server at {self._url} has no collection “{self._collection}” any more.")


def connected(server: Server) -> AsyncQdrantClient:
    """A client of this server, which has not asked it anything yet."""
    return AsyncQdrantClient(
        url=server.url,
        api_key=server.api_key,
        timeout=server.timeout_seconds,
        check_compatibility=False,  # would ask the server from the constructor, and block the event loop
    )


def _refuse_foreign(server: Server, collection: models.CollectionInfo) -> None:
    """Vectors of another length are left to the check of provenance, which can name both models."""
    parameters = collection.config.params
    dense = parameters.vectors
    if not isinstance(dense, dict) or DENSE not in dense or SPARSE not in (parameters.sparse_vectors or {}):
        raise StartRefused(
            f"The collection “{server.collection}” in Qdrant is not one of Quoth's: it lacks the vectors “{DENSE}” and "
            f"“{SPARSE}”. Give Quoth a collection of its own."
        )


def _records(records: Sequence[models.Record]) -> list[Record]:
    return [Record(UUID(str(record.id)), record.payload or {}) for record in records]


_INDEXES: dict[IndexKind, models.PayloadSchemaType | models.KeywordIndexParams] = {
    "keyword": models.PayloadSchemaType.KEYWORD,
    "tenant": models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True),
    "prefix": models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, prefix=True),
    "integer": models.PayloadSchemaType.INTEGER,
}
