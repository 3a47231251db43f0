"""Sparse vectors for BM25: how often terms occur, dampened, and by the length of the text."""

from __future__ import annotations

import zlib
from collections import Counter

from adapters.embedding.terms import passage_terms, query_terms
from application.ports.embedder import SparseVector

# Part of the model's fingerprint: to be raised with every change to what this module or `terms` makes of a text.
VERSION = "bm25-1"

_K1 = 1.2  # the usual values; others between 0.9 and 1.5 measured the same
_B = 0.75
_AVERAGE_LENGTH = 100.0  # in terms; a constant, so that a vector does not depend on what else there is


def passage_vector(text: str) -> SparseVector:
    """Terms with their weights; the store applies how rare each is."""
    counts = Counter(map(_term_id, passage_terms(text)))
    saturation = _K1 * (1 - _B + _B * counts.total() / _AVERAGE_LENGTH)
    weights = [count * (_K1 + 1) / (count + saturation) for count in counts.values()]
    return SparseVector(indices=tuple(counts), values=tuple(weights))


def query_vector(text: str) -> SparseVector:
    """Terms to look for, all with the weight 1."""
    ids = dict.fromkeys(map(_term_id, query_terms(text)))
    return SparseVector(indices=tuple(ids), values=(1.0,) * len(ids))


def _term_id(term: str) -> int:
    return zlib.crc32(term.encode())
