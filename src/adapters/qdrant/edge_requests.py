"""What we mean, in the words of the embedded engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import qdrant_edge as edge

from adapters.qdrant.conditions import AnyOf, AtMost, Condition, Equals, Ids, Is, Prefix, Where
from adapters.qdrant.points import DENSE, SPARSE
from application.ports.embedder import SparseVector

if TYPE_CHECKING:
    from adapters.qdrant.points import Point, Vector


def edge_filter(where: Where) -> edge.Filter:
    """The filter."""
    return edge.Filter(must=[_condition(c) for c in where.must], must_not=[_condition(c) for c in where.must_not])


def edge_point(point: Point) -> edge.Point:
    """The point; without an embedding it has no vectors at all."""
    vectors: dict[str, edge.NamedVector] = {}
    if point.embedding is not None:
        sparse = point.embedding.sparse
        vectors[DENSE] = [float(value) for value in point.embedding.dense]
        vectors[SPARSE] = _sparse(sparse)
    return edge.Point(point.id, vectors, point.payload)


def edge_query(vector: Vector, where: Where, limit: int, word_statistics: Where | None) -> edge.QueryRequest:
    """The search for one vector."""
    if isinstance(vector, SparseVector):
        query = edge.Query.Nearest(_sparse(vector), using=SPARSE)
        params = edge.SearchParams(idf=edge.IdfParams(edge_filter(word_statistics))) if word_statistics else None
    else:
        query, params = edge.Query.Nearest(list(vector), using=DENSE), None
    return edge.QueryRequest(limit=limit, query=query, filter=edge_filter(where), params=params, with_payload=True)


def _sparse(vector: SparseVector) -> edge.SparseVector:
    return edge.SparseVector([int(index) for index in vector.indices], [float(value) for value in vector.values])


def _condition(condition: Condition) -> edge.ConditionType:
    match condition:
        case Is(key, value):
            return edge.FieldCondition(key, match=edge.MatchValue(value))
        case AnyOf(key, values):
            return edge.FieldCondition(key, match=edge.MatchAny(sorted(values)))
        case Prefix(key, prefix):
            return edge.FieldCondition(key, match=edge.MatchPrefix(prefix))
        case Equals(key, value):
            return edge.FieldCondition(key, match=edge.MatchValue(value))
        case AtMost(key, most):
            return edge.FieldCondition(key, range=edge.RangeFloat(lte=most))
        case Ids(ids):
            return edge.HasIdCondition(set(ids))
