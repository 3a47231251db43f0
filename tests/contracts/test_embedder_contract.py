"""What every embedder promises."""

from __future__ import annotations

import asyncio
import math
from itertools import pairwise

import pytest
from tests.embedders import embedder_named

from application.ports.embedder import Embedder, Embedding, SparseVector

TEXTS = [
    "The ferry to the island leaves at nine.",
    "Invoices are paid within thirty days.",
    "Die Fähre zur Insel fährt um neun Uhr ab.",
    "フェリーは九時に出ます。",
    "E4012: checksum mismatch",
    "☃",
    "word " * 150,
]


@pytest.fixture(params=["memory", "fastembed"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return embedder_named(request.param)


def cosine(one: Embedding, other: Embedding) -> float:
    return sum(a * b for a, b in zip(one.dense, other.dense, strict=True))


def overlap(query: SparseVector, passage: SparseVector) -> float:
    weights = dict(zip(passage.indices, passage.values, strict=True))
    return sum(value * weights.get(index, 0) for index, value in zip(query.indices, query.values, strict=True))


async def test_there_is_one_embedding_a_text_in_the_same_order(embedder: Embedder) -> None:
    together = await embedder.embed_passages(TEXTS)
    apart = [(await embedder.embed_passages([text]))[0] for text in TEXTS]

    assert [one.sparse for one in together] == [one.sparse for one in apart]
    assert all(cosine(one, other) > 0.999 for one, other in zip(together, apart, strict=True))


async def test_no_texts_have_no_embeddings(embedder: Embedder) -> None:
    assert list(await embedder.embed_passages([])) == []


@pytest.mark.parametrize("text", [*TEXTS, "", " \n", "\x00", "\ud800 half a character", "a" * 500, "é" * 40])
async def test_a_dense_vector_has_the_models_length_and_unit_norm(embedder: Embedder, text: str) -> None:
    (passage,) = await embedder.embed_passages([text])
    query = await embedder.embed_query(text)

    for vector in (passage.dense, query.dense):
        assert len(vector) == embedder.model.dimension
        assert math.isclose(math.hypot(*vector), 1, abs_tol=1e-5)


@pytest.mark.parametrize("text", TEXTS)
async def test_sparse_terms_are_unsigned_without_repeats_and_have_positive_weights(
    embedder: Embedder, text: str
) -> None:
    (passage,) = await embedder.embed_passages([text])
    query = await embedder.embed_query(text)

    for sparse in (passage.sparse, query.sparse):
        assert len(sparse.indices) == len(sparse.values) == len(set(sparse.indices))
        assert all(0 <= index < 2**32 for index in sparse.indices)
        assert all(value > 0 for value in sparse.values)


async def test_a_text_without_words_has_no_terms(embedder: Embedder) -> None:
    (passage,) = await embedder.embed_passages(["-- ☃ --"])

    assert list(passage.sparse.indices) == []


async def test_a_query_is_nearest_to_the_passage_that_says_the_same(embedder: Embedder) -> None:
    query = await embedder.embed_query("when does the ferry to the island leave")
    passages = await embedder.embed_passages(TEXTS)

    assert max(passages, key=lambda passage: cosine(query, passage)) is passages[0]
    assert max(passages, key=lambda passage: overlap(query.sparse, passage.sparse)) is passages[0]


async def test_an_identifier_is_found_by_its_letters(embedder: Embedder) -> None:
    query = await embedder.embed_query("what does e4012 mean?")
    passages = await embedder.embed_passages(TEXTS)

    assert [overlap(query.sparse, passage.sparse) > 0 for passage in passages].index(True) == 4


async def test_token_offsets_count_and_follow_the_text(embedder: Embedder) -> None:
    for text in TEXTS:
        offsets = list(embedder.token_offsets(text))

        assert len(offsets) == embedder.count_tokens(text)
        assert all(0 <= start < end <= len(text) for start, end in offsets)
        assert all(one[0] <= other[0] for one, other in pairwise(offsets))


async def test_tokens_are_counted_beyond_what_the_model_reads(embedder: Embedder) -> None:
    assert embedder.count_tokens("word " * 5000) == 5000


async def test_a_passage_that_is_too_long_is_refused(embedder: Embedder) -> None:
    with pytest.raises(ValueError, match="tokens"):
        await embedder.embed_passages(["short", "word " * embedder.model.max_tokens])


async def test_a_query_may_be_too_long(embedder: Embedder) -> None:
    query = await embedder.embed_query("word " * 50_000)

    assert len(query.dense) == embedder.model.dimension


async def test_it_serves_many_at_once(embedder: Embedder) -> None:
    alone = [await embedder.embed_query(text) for text in TEXTS]

    together = await asyncio.gather(*(embedder.embed_query(text) for text in TEXTS * 3))

    assert all(cosine(one, other) > 0.999 for one, other in zip(together, alone * 3, strict=True))


async def test_an_embedding_can_be_cancelled_and_the_next_still_comes(embedder: Embedder) -> None:
    long = asyncio.create_task(_embed(embedder, ["word " * 150] * 500))
    await asyncio.sleep(0)

    long.cancel()

    await asyncio.gather(long, return_exceptions=True)
    assert len((await embedder.embed_query("still there?")).dense) == embedder.model.dimension


async def _embed(embedder: Embedder, texts: list[str]) -> None:
    await embedder.embed_passages(texts)
