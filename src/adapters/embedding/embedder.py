"""The embedder: fastembed's dense vectors and BM25's sparse ones."""

from __future__ import annotations

import hashlib
import re
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from adapters.embedding import bm25
from adapters.embedding.models import BUNDLED, load_model
from adapters.embedding.similarity import unrelated_similarity
from adapters.embedding.worker import Urgency, Worker
from application.ports.embedder import Embedding, EmbeddingModel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from tokenizers import Encoding

    from adapters.embedding.models import LoadedModel

_SURROGATES = re.compile("[\ud800-\udfff]")
_LONGEST_QUERY = 8_000  # characters: far more than any model reads


class FastembedEmbedder:
    """Works in one thread of its own, on one text at a time and on queries first: none waits for a long ingest.

    Ready to answer once it is made: a model's first run, which takes longest, is over by then.
    """

    def __init__(self, model: LoadedModel) -> None:
        self._loaded = model
        self._worker = Worker("embedding")
        specials = model.tokenizer.num_special_tokens_to_add(is_pair=False)
        self._model = EmbeddingModel(
            id=model.id,
            dimension=model.dimension,
            fingerprint=_fingerprint(model),
            max_tokens=model.window - self.count_tokens(model.prefixes.passage),
            unrelated_similarity=unrelated_similarity(model),
        )
        self._room = self._model.max_tokens - specials

    @classmethod
    def load(cls, model: str = BUNDLED, *, cache: Path, threads: int = 1) -> FastembedEmbedder:
        """With a model by its name. `cache` is where downloaded models are kept; `StartRefused` where the model can't
        be had."""
        return cls(load_model(model, cache=cache, threads=threads))

    @property
    def model(self) -> EmbeddingModel:
        return self._model

    def count_tokens(self, text: str) -> int:
        return len(self._encoded(text).ids)

    def token_offsets(self, text: str) -> Sequence[tuple[int, int]]:
        return self._encoded(text).offsets

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Embedding]:
        """One at a time: on a processor, batches measured slower, took more memory and made queries wait longer."""
        return [await self._worker.run(partial(self._passage, text), Urgency.PASSAGE) for text in texts]

    async def embed_query(self, text: str) -> Embedding:
        return await self._worker.run(partial(self._query, text[:_LONGEST_QUERY]), Urgency.QUERY)

    def close(self) -> None:
        """End the thread; what was asked for before is still done."""
        self._worker.close()

    def _encoded(self, text: str) -> Encoding:
        return self._loaded.tokenizer.encode(_encodable(text), add_special_tokens=False)

    def _passage(self, text: str) -> Embedding:
        tokens = self.count_tokens(text)
        if tokens > self._room:
            raise ValueError(f"A passage has {tokens} tokens; the model reads {self._room}.")
        (vector,) = self._loaded.dense.passage_embed([self._loaded.prefixes.passage + _encodable(text)])
        return Embedding(dense=_unit(vector), sparse=bm25.passage_vector(_encodable(text)))

    def _query(self, text: str) -> Embedding:
        (vector,) = self._loaded.dense.query_embed(self._loaded.prefixes.query + _encodable(text))
        return Embedding(dense=_unit(vector), sparse=bm25.query_vector(_encodable(text)))


def _encodable(text: str) -> str:
    """The same number of characters, without the halves of pairs that are no characters and have no UTF-8."""
    return _SURROGATES.sub("\ufffd", text)


def _unit(vector: NDArray[np.generic]) -> tuple[float, ...]:
    """Of length 1, whatever the model makes: some of fastembed's are not normalised."""
    wide = vector.astype(np.float64)
    length = float(np.linalg.norm(wide))
    if not np.isfinite(length) or length == 0:
        raise ValueError("The embedding model made a vector that has no direction.")
    return tuple((wide / length).tolist())


def _fingerprint(model: LoadedModel) -> str:
    parts = (model.id, model.weights, model.prefixes.query, model.prefixes.passage, str(model.window), bm25.VERSION)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
