"""An embedder without a model: texts that share words get vectors that are close."""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from typing import TYPE_CHECKING

from application.ports.embedder import Embedding, EmbeddingModel, SparseVector

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"\w+|[^\w\s]")
_K1 = 1.2
_B = 0.75
_AVERAGE_LENGTH = 100


class HashEmbedder:
    """Each word is hashed to one of `dimension` signed axes (dense) and to a term of its own (sparse): the same text
    gives the same vectors in every process."""

    def __init__(self, *, dimension: int = 256, max_tokens: int = 256, fingerprint: str = "hash-1") -> None:
        self._model = EmbeddingModel(
            id="memory/hash", dimension=dimension, fingerprint=fingerprint, max_tokens=max_tokens
        )

    @property
    def model(self) -> EmbeddingModel:
        return self._model

    def count_tokens(self, text: str) -> int:
        return sum(1 for _ in _WORD.finditer(text))

    def token_offsets(self, text: str) -> Sequence[tuple[int, int]]:
        return [match.span() for match in _WORD.finditer(text)]

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Embedding]:
        for text in texts:
            if self.count_tokens(text) + 2 > self._model.max_tokens:
                raise ValueError(f"A passage has more than the {self._model.max_tokens} tokens that the model reads.")
        return [self._embedding(text, query=False) for text in texts]

    async def embed_query(self, text: str) -> Embedding:
        return self._embedding(text, query=True)

    def _embedding(self, text: str, *, query: bool) -> Embedding:
        counts = Counter(zlib.crc32(word.encode()) for word in _words(text))
        axes = [0.0] * self._model.dimension
        for term, count in counts.items():
            axes[term // 2 % len(axes)] += count if term % 2 else -count
        length = math.hypot(*axes)
        if length == 0:
            axes[0] = length = 1.0
        saturation = _K1 * (1 - _B + _B * counts.total() / _AVERAGE_LENGTH)
        weights = [1.0 if query else count * (_K1 + 1) / (count + saturation) for count in counts.values()]
        return Embedding(
            dense=tuple(axis / length for axis in axes),
            sparse=SparseVector(indices=tuple(counts), values=tuple(weights)),
        )


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.casefold()) if word[0].isalnum()]
