"""Fixtures for every test."""

from __future__ import annotations

pytest_plugins = [
    "tests.contracts.database_fixtures",
    "tests.contracts.qdrant_fixtures",
    "tests.contracts.redis_fixtures",
    "tests.contracts.s3_fixtures",
]
