"""The same program on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.server import quoth, running, upload

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def settings(empty_postgres_url: str) -> dict[str, str]:
    return {"QUOTH_DATABASE_URL": empty_postgres_url}


def test_a_schema_that_is_behind_is_refused_until_it_is_migrated(tmp_path: Path, settings: dict[str, str]) -> None:
    refused = quoth(tmp_path, "serve", "--port", "0", settings=settings)
    diagnosed = quoth(tmp_path, "doctor", settings=settings)
    migrated = quoth(tmp_path, "migrate", settings=settings)

    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "quoth migrate" in refused.stderr
    assert diagnosed.returncode == 1
    assert "quoth migrate" in diagnosed.stdout
    assert migrated.returncode == 0, migrated.stderr
    with running(tmp_path, settings) as server, server.client() as client:
        upload(client, "handbook.md", b"# Claims\n\nClaims are paid within ten days.")
        answer = client.post("/chat", json={"message": "When are claims paid?"}).json()
        before = client.get(f"/conversations/{answer['conversation_id']}").json()
        server.kill()
        server.start()
        with server.client() as again:
            assert again.get(f"/conversations/{answer['conversation_id']}").json() == before
            assert again.get("/conversations", params={"search": "claim"}).json()[0]["id"] == answer["conversation_id"]
