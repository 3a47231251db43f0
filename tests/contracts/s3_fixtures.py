"""An S3 server for tests: one for all of them, a prefix each."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from tests.support.s3 import S3Server, throwaway_s3

from adapters.objects.content_store import ObjectContentStore

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    with throwaway_s3() as server:
        yield server


@pytest.fixture
def s3_url(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """A prefix of the test's own, with the variables that go with it in the environment."""
    for name, value in s3_server.variables().items():
        monkeypatch.setenv(name, value)
    return f"s3://{s3_server.bucket}/{uuid.uuid4()}"


@pytest.fixture
def object_content_store(s3_url: str) -> ObjectContentStore:
    return ObjectContentStore.open(s3_url)
