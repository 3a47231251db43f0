"""Points in Qdrant's own engine, in this process and in a directory of its own."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import qdrant_edge as edge

from adapters.qdrant.conditions import refuse_to_delete_at_large
from adapters.qdrant.edge_requests import edge_filter, edge_point, edge_query
from adapters.qdrant.edge_shard import FIRST, log_of, opened_shard, sync_log
from adapters.qdrant.points import Record, Scored
from domain.errors import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from adapters.qdrant.conditions import Where
    from adapters.qdrant.points import Point, Vector

_Result = TypeVar("_Result")
# The engine holds the interpreter's lock while it works: small batches let the event loop breathe in between.
_BATCH = 100


class EdgePoints:
    """Every call runs in one thread, in the order in which it came: the engine is not asynchronous, and a long write
    is cut into calls between which searches get their turn."""

    def __init__(
        self, shard: edge.EdgeShard, log: Path, thread: ThreadPoolExecutor, *, checkpoint: int, values_at_once: int
    ) -> None:
        self._shard = shard
        self._log = log
        self._thread = thread
        self._checkpoint = checkpoint
        self._values_at_once = values_at_once
        self._written = 0
        self._is_closed = False

    @classmethod
    async def open(
        cls,
        directory: Path,
        *,
        name: str = FIRST,
        dimension: int | None,
        checkpoint: int = 5_000,
        values_at_once: int = 10_000,
    ) -> EdgePoints:
        """Open the collection of this name in this directory, which one process at a time may do; make it for vectors
        of this length where there is none. After `checkpoint` points the engine flushes, so that a start after a crash
        has little of the log to read. Raises `StartRefused` with the way out."""
        folder = directory / name
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="qdrant-edge")
        try:
            shard = await asyncio.get_running_loop().run_in_executor(thread, opened_shard, folder, dimension)
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return cls(shard, log_of(folder), thread, checkpoint=checkpoint, values_at_once=values_at_once)

    async def upsert(self, points: Sequence[Point]) -> None:
        """See the seam: the engine's log is written before this returns."""
        for begin in range(0, len(points), _BATCH):
            batch = [edge_point(point) for point in points[begin : begin + _BATCH]]
            await self._run(partial(self._shard.update, edge.UpdateOperation.upsert_points(batch)))
            self._written += len(batch)

    async def delete(self, where: Where) -> None:
        """See the seam."""
        refuse_to_delete_at_large(where)
        selector = edge_filter(where)
        await self._run(partial(self._shard.update, edge.UpdateOperation.delete_points_by_filter(selector)))

    async def flush(self) -> None:
        """See the seam. The engine's own flush holds the interpreter's lock for as long as the disk takes, a quarter of
        a second where it is busy; what it is there for is to keep the log short. The log alone brings everything back,
        and syncing that stops nobody."""
        if self._written >= self._checkpoint:
            self._written = 0
            await self._run(self._shard.flush)
        await self._run(partial(sync_log, self._log))

    async def retrieve(self, ids: Sequence[UUID]) -> Sequence[Record]:
        """See the seam."""
        wanted: list[int | UUID | str] = list(ids)
        return _records(await self._run(partial(self._shard.retrieve, wanted, with_payload=True, with_vector=False)))

    async def scroll(
        self, where: Where, *, limit: int, after: UUID | None = None, fields: Sequence[str] | None = None
    ) -> tuple[Sequence[Record], UUID | None]:
        """See the seam."""
        request = edge.ScrollRequest(
            offset=after,
            limit=limit,
            filter=edge_filter(where),
            with_payload=True if fields is None else list(fields),
            with_vector=False,
        )
        records, following = await self._run(partial(self._shard.scroll, request))
        return _records(records), None if following is None else _uuid(following)

    async def newest(self, where: Where, *, limit: int) -> Sequence[Record]:
        """See the seam."""
        request = edge.ScrollRequest(
            limit=limit,
            filter=edge_filter(where),
            with_payload=True,
            with_vector=False,
            order_by=edge.OrderBy("updated", edge.Direction.Desc),
        )
        records, _ = await self._run(partial(self._shard.scroll, request))
        return _records(records)

    async def nearest(
        self, vectors: Sequence[Vector], where: Where, *, limit: int, word_statistics: Where | None
    ) -> Sequence[Sequence[Scored]]:
        """See the seam."""
        queries = [edge_query(vector, where, limit, word_statistics) for vector in vectors]
        lists = await self._run(partial(self._shard.query_batch, edge.QueryBatchRequest(queries)))
        return [[Scored(_uuid(point.id), point.payload or {}, point.score) for point in points] for points in lists]

    async def count(self, where: Where) -> int:
        """See the seam."""
        request = edge.CountRequest(exact=True, filter=edge_filter(where))
        return await self._run(partial(self._shard.count, request))

    async def count_by(self, key: str, where: Where) -> Mapping[str, int]:
        """See the seam. Asked again for more as long as the answer is full."""
        most = self._values_at_once
        while True:
            request = edge.FacetRequest(key, limit=most, exact=True, filter=edge_filter(where))
            response = await self._run(partial(self._shard.facet, request))
            if len(response) < most:
                return {str(hit.value): hit.count for hit in response.hits}
            most *= 4

    async def check(self) -> None:
        """See the seam."""
        await self._run(self._shard.info)

    async def compact(self) -> bool:
        """Merge segments, drop what was deleted, build the vector index. Stops the whole process for seconds to
        minutes: for a maintenance command, never for a server at work. Whether there was anything to do."""
        return await self._run(self._shard.optimize)

    async def close(self) -> None:
        """See the seam. Closing twice is closing once."""
        if self._is_closed:
            return
        self._is_closed = True
        await asyncio.get_running_loop().run_in_executor(self._thread, self._shard.close)
        self._thread.shutdown(wait=True)

    async def _run(self, call: Callable[[], _Result]) -> _Result:
        if self._is_closed:
            raise IndexUnavailable("The vector store has been closed.")
        return await asyncio.get_running_loop().run_in_executor(self._thread, _translated, call)


def _translated(call: Callable[[], _Result]) -> _Result:
    """The engine raises plain `Exception`, and a panic of its own outside that; our own mistakes stay as they are."""
    try:
        return call()
    except (TypeError, ValueError):
        raise
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise IndexUnavailable(f"The embedded vector store failed: {error}") from error
        raise


def _records(records: Sequence[edge.Record]) -> list[Record]:
    return [Record(_uuid(record.id), record.payload or {}) for record in records]


def _uuid(point_id: int | UUID | str) -> UUID:
    return point_id if isinstance(point_id, UUID) else UUID(str(point_id))
