"""Text to vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """Which vectors these are. Vectors of models that differ in any field must not be mixed in one collection.

    `fingerprint` is a SHA-256 over the weights where they can be read, and over what else shapes the vectors
    (prefixes, the sparse tokenizer's version). `max_tokens` is what one text may have, special tokens included.
    `unrelated_similarity` is the cosine of a query and a passage that have nothing to do with each other, which with
    some models is far from 0.
    """

    id: str
    dimension: int
    fingerprint: str
    max_tokens: int
    unrelated_similarity: float = 0.0


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Term ids (unsigned 32 bit, no repeats) and their weights, without the inverse document frequency: the store
    that holds the whole collection applies that."""

    indices: Sequence[int]
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Embedding:
    """A text as a dense vector of unit length and as a sparse one for BM25."""

    dense: Sequence[float]
    sparse: SparseVector


class Embedder(Protocol):
    """Embeds texts away from the event loop; safe to call concurrently. Nothing is cut silently: a passage longer
    than `model.max_tokens` is a programming error of the splitter (a query may be cut)."""

    @property
    def model(self) -> EmbeddingModel: ...

    def count_tokens(self, text: str) -> int:
        """How many tokens the model makes of this text, without special tokens and without a limit."""
        ...

    def token_offsets(self, text: str) -> Sequence[tuple[int, int]]:
        """The character range of each token, in order, so that a splitter can count while it cuts."""
        ...

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Embedding]:
        """One embedding a text, in the same order."""
        ...

    async def embed_query(self, text: str) -> Embedding:
        """The embedding to search with; its sparse weights are those of a query."""
        ...
