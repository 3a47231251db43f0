"""A Valkey server for tests, one for all of them, with nothing in it when a test begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from redis import Redis
from tests.support.valkey import Valkey, throwaway_valkey, valkey_server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """The server of the session, with whatever other tests left."""
    with throwaway_valkey() as url:
        yield url


@pytest.fixture
def redis_url(valkey_url: str) -> str:
    """The same server, empty."""
    with Redis.from_url(valkey_url) as client:  # pyright: ignore[reportUnknownMemberType]  # untyped arguments
        client.flushall()  # pyright: ignore[reportUnknownMemberType]  # the same
    return valkey_url


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A server of this test's own, that remembers its data when it is started again."""
    with valkey_server(keeps=True) as server:
        yield server
