"""How fast the embedded index searches and lists, against the least that an exact search must do, measured in the same
run: one product of the query with all vectors, and the best hundred of it. `python benchmarks/search.py --help`."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

from adapters.qdrant.store import open_embedded
from application.ports.embedder import Embedding, EmbeddingModel, SparseVector
from application.ports.retriever import SearchRequest
from application.ports.source_index import SourceQuery
from domain.identity import LOCAL_USER, VersionId
from domain.source import (
    ContentHash,
    Passage,
    Source,
    SourceType,
    SourceVersion,
    passage_id_for,
    source_id_for,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from adapters.qdrant.store import QdrantStore

DIMENSION = 384
VOCABULARY = 20_000
WORDS = 60
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class MadeUp:
    """Vectors of the shape that an embedding model makes, drawn at random; a query is one of them as well."""

    def __init__(self) -> None:
        self.model = EmbeddingModel(id="benchmark", dimension=DIMENSION, fingerprint="random", max_tokens=256)
        self._random = np.random.default_rng(1)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def token_offsets(self, text: str) -> Sequence[tuple[int, int]]:
        return [(0, len(text))]

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Embedding]:
        return [self._one(WORDS) for _ in texts]

    async def embed_query(self, text: str) -> Embedding:  # noqa: ARG002 - made up, whatever is asked
        return self._one(8)

    def _one(self, words: int) -> Embedding:
        dense = self._random.standard_normal(DIMENSION)
        # Few words are common and most are rare, as in any language.
        terms = np.unique(self._random.zipf(1.3, size=words) % VOCABULARY)
        weights = self._random.uniform(0.5, 2.0, size=len(terms))
        return Embedding(
            dense=tuple((dense / np.linalg.norm(dense)).tolist()),
            sparse=SparseVector(tuple(terms.tolist()), tuple(weights.tolist())),
        )


@dataclass(frozen=True, slots=True)
class Sizes:
    sources: int
    passages: int
    searches: int


def a_source(number: int) -> Source:
    url = f"file:///reports/{number}.pdf"
    moment = NOW + timedelta(minutes=number)
    return Source(
        id=source_id_for(LOCAL_USER, url),
        owner=LOCAL_USER,
        url=url,
        title=f"Report {number} on the harbour",
        type=SourceType.DOCUMENT,
        created_at=moment,
        last_updated=moment,
    )


def passages_of(source: Source, version: SourceVersion, count: int) -> list[Passage]:
    text = "The harbour master counted the ships by hand, and kept the count in a ledger of its own. " * 8
    return [
        Passage(
            id=passage_id_for(version.id, ordinal),
            source_id=source.id,
            version_id=version.id,
            owner=source.owner,
            ordinal=ordinal,
            text=text,
            start=ordinal * len(text),
            end=(ordinal + 1) * len(text),
        )
        for ordinal in range(count)
    ]


async def fill(store: QdrantStore, embedder: MadeUp, sizes: Sizes) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Take in all sources as the service does, and say how long that took; the dense vectors, for the limit."""
    rows: list[Sequence[float]] = []
    spent = 0.0
    for number in range(sizes.sources):
        version = SourceVersion(
            id=VersionId(UUID(int=number + 1)),
            content=ContentHash("0" * 64),
            size=1,
            name="report.pdf",
            media_type=None,
            added_at=NOW,
        )
        pending = a_source(number).received(version)
        passages = passages_of(pending, version, sizes.passages)
        embeddings = await embedder.embed_passages([passage.text for passage in passages])
        rows.extend(embedding.dense for embedding in embeddings)
        begun = time.perf_counter()
        await store.source_index.save(pending)
        await store.source_index.write_passages(passages, embeddings)
        await store.source_index.save(
            pending.indexed(title=pending.title, passages=len(passages), at=pending.last_updated)
        )
        await store.source_index.sweep(pending.id, owner=pending.owner, keep=version.id)
        spent += time.perf_counter() - begun
    print(
        f"write           {len(rows) / spent:8.0f} passages/s, {sizes.sources / spent:.0f} sources/s (commits included)"
    )
    return np.asarray(rows, dtype=np.float32)


async def compare(name: str, call: Callable[[], Awaitable[object]], limit: Callable[[], object], times: int) -> None:
    """The call and the limit by turns, so that a busy machine slows both."""
    calls, limits = list[float](), list[float]()
    for _ in range(times):
        begun = time.perf_counter()
        limit()
        between = time.perf_counter()
        await call()
        calls.append(1000 * (time.perf_counter() - between))
        limits.append(1000 * (between - begun))
    calls.sort()
    median, floor = statistics.median(calls), statistics.median(limits)
    print(
        f"{name:15} {median:8.2f} ms median {calls[int(0.95 * len(calls))]:8.2f} ms p95   "
        f"{median / floor:5.1f} x the limit of {floor:.2f} ms"
    )


async def measure(sizes: Sizes, directory: Path) -> None:
    embedder = MadeUp()
    store = await open_embedded(directory, embedder)
    try:
        vectors = await fill(store, embedder, sizes)
        query = np.asarray((await embedder.embed_query("")).dense, dtype=np.float32)

        def limit() -> object:
            scores = vectors @ query
            return np.argpartition(scores, -min(100, len(scores)))[-100:]

        def search(**restriction: object) -> Awaitable[object]:
            request = SearchRequest(queries=("ships",), **restriction)  # type: ignore[arg-type]  # as named below
            return store.retriever.search(request, owner=LOCAL_USER)

        some = frozenset(a_source(number).id for number in range(0, sizes.sources, max(1, sizes.sources // 5)))
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "search": search,
            "search in five": lambda: search(sources=some),
            "search a type": lambda: search(type=SourceType.DOCUMENT),
            "list sources": lambda: store.source_index.list(SourceQuery(), owner=LOCAL_USER),
            "list as typed": lambda: store.source_index.list(SourceQuery(search="harb rep"), owner=LOCAL_USER),
            "find by URL": lambda: store.source_index.find([a_source(0).url], owner=LOCAL_USER),
        }
        for name, call in calls.items():
            await compare(name, call, limit, sizes.searches)
    finally:
        await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--passages", type=int, default=20, help="a source")
    parser.add_argument("--searches", type=int, default=50)
    parser.add_argument("--directory", type=Path, help="where to put the index; a temporary folder by default")
    arguments = parser.parse_args()
    sizes = Sizes(arguments.sources, arguments.passages, arguments.searches)
    print(f"{sizes.sources} sources of {sizes.passages} passages, {DIMENSION} dimensions")
    with tempfile.TemporaryDirectory(dir=arguments.directory) as directory:
        asyncio.run(measure(sizes, Path(directory)))


if __name__ == "__main__":
    main()
