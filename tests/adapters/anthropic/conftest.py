"""A model server to talk to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.messages_api import MessagesApi


@pytest.fixture
def model() -> Iterator[MessagesApi]:
    with MessagesApi() as made:
        yield made
