"""How alike a model finds texts that have nothing to do with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastembed.common.types import NumpyArray
    from numpy.typing import NDArray

    from adapters.embedding.models import LoadedModel

_PAIRS = (
    ("how do bees make honey", "Bees turn nectar into honey by letting its water evaporate in the comb."),
    ("when was the treaty signed", "The treaty was signed in Vienna after two years of negotiation."),
    ("why does an engine overheat", "Too little coolant or a broken fan lets an engine overheat."),
    ("who pays the rent in March", "The tenant pays the rent on the first working day of each month."),
    ("what is the capital of Peru", "Lima is the capital of Peru and its largest city."),
    ("how to reset a password", "Choose a new password by the link in the message."),
)


def unrelated_similarity(model: LoadedModel) -> float:
    """The mean cosine of each query here with the passages that answer the others; at least 0."""
    queries = model.dense.query_embed([model.prefixes.query + query for query, _ in _PAIRS])
    passages = model.dense.passage_embed([model.prefixes.passage + passage for _, passage in _PAIRS])
    cosines = _units(queries) @ _units(passages).T
    unrelated = cosines[~np.eye(len(_PAIRS), dtype=bool)]
    return max(0.0, round(float(unrelated.mean()), 2))


def _units(vectors: Iterable[NumpyArray]) -> NDArray[np.float64]:
    stacked = np.stack([np.asarray(vector, dtype=np.float64) for vector in vectors])
    units: NDArray[np.float64] = stacked / np.linalg.norm(stacked, axis=1, keepdims=True)
    return units
