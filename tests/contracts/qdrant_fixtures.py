"""A Qdrant server for tests: the stand-in, one for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.qdrant_server import throwaway_qdrant

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def qdrant_url() -> Iterator[str]:
    """Collections are each test's own: give them names of their own."""
    with throwaway_qdrant() as url:
        yield url
