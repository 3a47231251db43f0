"""An index of one embedding model is never searched or written with another."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from qdrant_client import AsyncQdrantClient
from tests.contracts.indexing import quick_directory

from adapters.memory.embedder import HashEmbedder
from adapters.qdrant.conditions import Where
from adapters.qdrant.edge import EdgePoints
from adapters.qdrant.points import Point
from adapters.qdrant.provenance import check_provenance
from adapters.qdrant.remote import RemotePoints, Server
from domain.errors import StartRefused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from adapters.qdrant.points import Points

FIRST = HashEmbedder(dimension=64)
ANY_ID = uuid.uuid4()
pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")


@pytest.fixture(params=["edge", "client"])
async def points(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Points]:
    if request.param == "edge":
        with quick_directory(tmp_path) as directory:
            opened = await EdgePoints.open(directory, dimension=64)
            yield opened
            await opened.close()
    else:
        client = AsyncQdrantClient(":memory:")
        remote = await RemotePoints.open(Server(url="http://local"), dimension=64, client=client)
        yield remote
        await remote.close()


async def test_the_same_model_is_welcome_again(points: Points) -> None:
    await check_provenance(points, FIRST.model)

    await check_provenance(points, HashEmbedder(dimension=64, max_tokens=99).model)


@pytest.mark.parametrize("other", [HashEmbedder(dimension=32), HashEmbedder(dimension=64, fingerprint="hash-2")])
async def test_another_model_is_refused_with_both_names_and_the_way_out(points: Points, other: HashEmbedder) -> None:
    await check_provenance(points, FIRST.model)

    with pytest.raises(StartRefused) as refused:
        await check_provenance(points, other.model)

    detail = refused.value.detail
    assert "memory/hash (64 dimensions, hash-1)" in detail
    assert f"memory/hash ({other.model.dimension} dimensions, {other.model.fingerprint})" in detail
    assert "Set QUOTH_EMBEDDING_MODEL back to memory/hash" in detail
    assert "quoth doctor --repair" in detail


async def test_points_of_unknown_origin_are_refused(points: Points) -> None:
    await points.upsert([Point(ANY_ID, {"kind": "else"})])

    with pytest.raises(StartRefused, match="collection of its own"):
        await check_provenance(points, FIRST.model)


async def test_a_layout_of_another_version_is_refused(points: Points) -> None:
    await check_provenance(points, FIRST.model)
    [[record], _] = await points.scroll(Where(), limit=1)
    await points.upsert([Point(record.id, {**record.payload, "layout": 99})])

    with pytest.raises(StartRefused, match="layout 99"):
        await check_provenance(points, FIRST.model)
