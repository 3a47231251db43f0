"""What the tests of the use cases ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.service import MemoryService

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def service() -> AsyncIterator[MemoryService]:
    made = MemoryService()
    yield made
    await made.background.close(grace_seconds=0)
