"""Whoever holds one of these works with the current generation, and with one generation a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.generations import World, parts
from tests.contracts.indexing import ANN, a_source

from adapters.memory.generations import MemoryShelf
from adapters.switching.current import CurrentEmbedder, CurrentRetriever, CurrentSourceIndex
from application.ports.embedder import Embedder
from application.ports.retriever import Retriever, SearchRequest

if TYPE_CHECKING:
    from pathlib import Path

    from application.ports.generations import Generation, Generations
    from application.ports.source_index import SourceIndex


@pytest.fixture
async def generations(tmp_path: Path) -> Generations:
    """The old one is current and has a source; `following` is empty."""
    stores = World(directory=tmp_path, in_memory=MemoryShelf())
    first = await stores.start("first")
    await parts(first.current()).put(a_source(), ["old text"])
    return await stores.start("second")


async def the_next(generations: Generations) -> Generation:
    following = await generations.following()
    assert following is not None
    return following


async def test_after_a_switch_everything_is_the_new_ones(generations: Generations) -> None:
    index: SourceIndex = CurrentSourceIndex(generations)
    retriever: Retriever = CurrentRetriever(generations)
    embedder: Embedder = CurrentEmbedder(generations)
    request = SearchRequest(queries=("text",))
    before = await index.find([str(a_source().id)], owner=ANN), await retriever.search(request, owner=ANN)
    dimension = len((await embedder.embed_query("text")).dense)

    await generations.switch(await the_next(generations))

    assert (len(before[0]), len(before[1]), dimension) == (1, 1, 64)
    assert list(await index.unfinished()) == []
    assert [source async for page in index.everything() for source in page] == []
    assert list(await retriever.search(request, owner=ANN)) == []
    assert embedder.model.dimension == len((await embedder.embed_query("text")).dense) == 32
    assert [len(embedding.dense) for embedding in await embedder.embed_passages(["a", "b"])] == [32, 32]


async def test_tokens_are_counted_as_the_current_model_does(generations: Generations) -> None:
    embedder = CurrentEmbedder(generations)

    assert embedder.count_tokens("three little words") == 3
    assert list(embedder.token_offsets("two words")) == [(0, 3), (4, 9)]


async def test_all_pages_are_of_the_generation_that_was_current_at_the_first(generations: Generations) -> None:
    pages = CurrentSourceIndex(generations).everything()

    await generations.switch(await the_next(generations))

    assert [source.url for source in [source async for page in pages for source in page]] == [a_source().url]
