"""What we mean, in the words of the Qdrant client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qdrant_client import models

from adapters.qdrant.conditions import AnyOf, AtMost, Condition, Equals, Ids, Is, Prefix, Where
from adapters.qdrant.points import DENSE, SPARSE
from adapters.qdrant.quantization import Quantization
from application.ports.embedder import SparseVector

if TYPE_CHECKING:
    from adapters.qdrant.points import Point, Vector


def remote_filter(where: Where) -> models.Filter:
    """The filter."""
    return models.Filter(
        must=[_condition(condition) for condition in where.must],
        must_not=[_condition(condition) for condition in where.must_not],
    )


def remote_point(point: Point) -> models.PointStruct:
    """The point; without an embedding it has no vectors at all."""
    vectors: dict[str, models.Vector] = {}
    if point.embedding is not None:
        vectors[DENSE] = [float(value) for value in point.embedding.dense]
        vectors[SPARSE] = _sparse(point.embedding.sparse)
    return models.PointStruct(id=str(point.id), vector=vectors, payload=point.payload)


def remote_dense(dimension: int, quantization: Quantization) -> models.VectorParams:
    """How dense vectors are kept: where the quantised ones are in memory, the exact ones needn't be."""
    is_on_disk = True if quantization is Quantization.SCALAR else None
    return models.VectorParams(size=dimension, distance=models.Distance.COSINE, on_disk=is_on_disk)


def remote_quantization(quantization: Quantization) -> models.ScalarQuantization | None:
    """What is kept of them in memory."""
    if quantization is Quantization.NONE:
        return None
    config = models.ScalarQuantizationConfig(type=models.ScalarType.INT8, always_ram=True)
    return models.ScalarQuantization(scalar=config)


def remote_query(
    vector: Vector, where: Where, limit: int, word_statistics: Where | None, *, is_quantized: bool = False
) -> models.QueryRequest:
    """The search for one vector; what quantised vectors found is ranked by the exact ones."""
    is_sparse = isinstance(vector, SparseVector)
    params = None
    if is_sparse and word_statistics is not None:
        params = models.SearchParams(idf=models.IdfCorpusParams(corpus=remote_filter(word_statistics)))
    elif not is_sparse and is_quantized:
        params = models.SearchParams(quantization=models.QuantizationSearchParams(rescore=True))
    return models.QueryRequest(
        query=models.NearestQuery(nearest=_sparse(vector) if isinstance(vector, SparseVector) else list(vector)),
        using=SPARSE if is_sparse else DENSE,
        filter=remote_filter(where),
        params=params,
        limit=limit,
        with_payload=True,
    )


def _sparse(vector: SparseVector) -> models.SparseVector:
    return models.SparseVector(
        indices=[int(index) for index in vector.indices], values=[float(value) for value in vector.values]
    )


def _condition(condition: Condition) -> models.Condition:
    match condition:
        case Is(key, value):
            return models.FieldCondition(key=key, match=models.MatchValue(value=value))
        case AnyOf(key, values):
            return models.FieldCondition(key=key, match=models.MatchAny(any=sorted(values)))
        case Prefix(key, prefix):
            return models.FieldCondition(key=key, match=models.MatchPrefix(prefix=prefix))
        case Equals(key, value):
            return models.FieldCondition(key=key, match=models.MatchValue(value=value))
        case AtMost(key, most):
            return models.FieldCondition(key=key, range=models.Range(lte=most))
        case Ids(ids):
            return models.HasIdCondition(has_id=[str(uid) for uid in ids])
