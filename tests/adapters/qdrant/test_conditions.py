"""No selector ever deletes at large, whichever engine it reaches."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from tests.contracts.indexing import ANN, a_source, opened_store, passages_of, quick_directory

from adapters.memory.embedder import HashEmbedder
from adapters.qdrant.conditions import AnyOf, AtMost, Ids, Is, Where, refuse_to_delete_at_large
from adapters.qdrant.payload import PASSAGE
from domain.identity import VersionId

if TYPE_CHECKING:
    from pathlib import Path

OWNER = Is("owner", "ann")
AT_LARGE = [
    Where(),
    Where(()),
    Where((PASSAGE,)),
    Where((PASSAGE, OWNER)),
    Where((PASSAGE, AnyOf("version", frozenset()))),
    Where((Ids(frozenset()),)),
    Where((PASSAGE, OWNER, Is("source", ""))),
    Where((), (Is("version", "v"),)),
    Where((PASSAGE, OWNER), (Is("version", "v"),)),
    Where((PASSAGE, Is("source", "s")), (AnyOf("version", frozenset()),)),
]


@pytest.mark.parametrize("where", AT_LARGE)
def test_a_selector_that_names_nothing_is_refused(where: Where) -> None:
    with pytest.raises(ValueError, match="nothing was deleted"):
        refuse_to_delete_at_large(where)


@pytest.mark.parametrize(
    "where",
    [
        Where((PASSAGE, OWNER, Is("source", "s"))),
        Where((PASSAGE, AnyOf("version", frozenset({"v"})))),
        Where((Ids(frozenset({uuid.uuid4()})),)),
        Where((PASSAGE, OWNER, Is("source", "s")), (Is("version", "v"),)),
        Where((Is("version", "v"), AtMost("updated", 3))),
    ],
)
def test_a_selector_that_names_what_it_means_is_let_through(where: Where) -> None:
    refuse_to_delete_at_large(where)


@pytest.mark.parametrize("engine", ["edge", "client"])
async def test_no_engine_deletes_at_large(engine: str, tmp_path: Path) -> None:
    embedder = HashEmbedder(dimension=64)
    with quick_directory(tmp_path) as directory:
        store = await opened_store(engine, directory, embedder)
        try:
            passages = passages_of(a_source(), VersionId(uuid.uuid4()), ["one", "two"])
            await store.source_index.write_passages(passages, await embedder.embed_passages(["one", "two"]))
            before = await store.points.count(Where())

            for where in AT_LARGE:
                with pytest.raises(ValueError, match="nothing was deleted"):
                    await store.points.delete(where)

            assert await store.points.count(Where()) == before
            assert len(await store.source_index.passages(a_source().id, passages[0].version_id, owner=ANN)) == 2
        finally:
            await store.close()
