"""The HTTP API over memory adapters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
from tests.support.service import MemoryService

from domain.identity import Principal
from entrypoints.http.app import create_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from litestar import Litestar

LOCAL = Principal()


@pytest.fixture
def anyio_backend() -> str:
    """The seed's examples are marked for anyio; the service runs on asyncio."""
    return "asyncio"


@pytest.fixture
async def service() -> AsyncIterator[MemoryService]:
    made = MemoryService()
    yield made
    await made.background.close(grace_seconds=0)


def client_of(app: Litestar, base: str = "/api/v1") -> httpx.AsyncClient:
    """A client of this application, without a network."""
    transport = httpx.ASGITransport(cast("Any", app), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"http://quoth.test{base}")


@pytest.fixture
async def client(service: MemoryService) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_app(service.use_cases)) as made:
        yield made


@pytest.fixture
async def test_client(service: MemoryService) -> AsyncIterator[httpx.AsyncClient]:
    """At the root of the server, as the seed's examples have it."""
    async with client_of(create_app(service.use_cases), base="") as made:
        yield made
