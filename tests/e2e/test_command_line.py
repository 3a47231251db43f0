"""The command line as a stranger uses it: without a server, beside one, and against one elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.server import quoth, running

if TYPE_CHECKING:
    from pathlib import Path

HANDBOOK = "# Travel\n\n## Claims\n\nClaims are paid within ten days. Receipts are needed above 25 euros.\n"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    (folder / "travel").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "travel" / "handbook.md").write_text(HANDBOOK)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    (folder / ".hidden" / "secret.md").write_text("Secret.")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def test_a_folder_is_ingested_with_a_line_a_file_and_asked_about(documents: Path, data: Path) -> None:
    first = quoth(data, "ingest", str(documents))
    again = quoth(data, "ingest", str(documents / "travel"))
    asked = quoth(data, "ask", "When are claims paid?")
    listed = quoth(data, "sources")

    assert first.returncode == 1  # one of the two could not be read
    lines = first.stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("failed    documents/broken.pdf: ")
    assert lines[1].startswith("ready     documents/travel/handbook.md (")
    assert again.returncode == 0
    assert "ready     travel/handbook.md" in again.stdout
    assert asked.returncode == 0
    assert "within ten days" in asked.stdout
    assert "[1] handbook.md" in asked.stdout
    assert "“Claims are paid within ten days.”" in asked.stdout
    assert listed.stdout.count("\n") == 3
    assert "\x1b[" not in first.stdout + asked.stdout + listed.stdout


def test_the_same_again_is_unchanged(documents: Path, data: Path) -> None:
    quoth(data, "ingest", str(documents / "travel"))

    again = quoth(data, "ingest", str(documents / "travel"))

    assert (again.returncode, again.stdout) == (0, "unchanged travel/handbook.md\n")


def test_beside_a_running_server_the_commands_go_through_it(documents: Path, data: Path) -> None:
    with running(data) as server:
        added = quoth(data, "ingest", str(documents / "travel" / "handbook.md"))
        asked = quoth(data, "ask", "When are claims paid?")
        elsewhere = quoth(documents, "sources", settings={"QUOTH_SERVER": server.address})

    assert added.returncode == 0, added.stderr
    assert "within ten days" in asked.stdout
    assert "handbook.md" in elsewhere.stdout


def test_what_the_sources_do_not_answer_has_an_exit_code_of_its_own(documents: Path, data: Path) -> None:
    quoth(data, "ingest", str(documents / "travel"))

    asked = quoth(data, "ask", "Who won the football world cup of 1998?")

    assert asked.returncode == 3


def test_a_source_is_removed(documents: Path, data: Path) -> None:
    quoth(data, "ingest", str(documents / "travel"))
    source_id = quoth(data, "sources").stdout.split("\t")[0]

    removed = quoth(data, "sources", "--remove", source_id)
    again = quoth(data, "sources", "--remove", source_id)

    assert removed.returncode == 0
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "settings", "said"),
    [
        (("serve",), {"QUOTH_AUTH": "maybe"}, "QUOTH_AUTH must be one of none, token."),
        (("ask", "Hi?"), {"QUOTH_MODLE": "x"}, "QUOTH_MODLE is not a setting; did you mean QUOTH_MODEL?"),
        (("ingest", "/nowhere/at/all"), {}, "there is no such file"),
        (("serve", "--port", "70000"), {}, "70000"),
        (("serve",), {"QUOTH_DATABASE_URL": "mysql://x"}, "QUOTH_DATABASE_URL"),
        (("serve",), {"QUOTH_EMBEDDING_MODEL": "no-such-model"}, "no-such-model"),
    ],
)
def test_what_is_wrong_stops_the_command_with_code_2(
    data: Path, arguments: tuple[str, ...], settings: dict[str, str], said: str
) -> None:
    refused = quoth(data, *arguments, settings=settings)

    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_tokens_way_from_issue_to_revocation(data: Path) -> None:
    token = quoth(data, "token", "issue", "alice", "--name", "laptop").stdout.strip()
    settings = {"QUOTH_AUTH": "token"}
    with running(data, settings) as server:
        with server.client() as client:
            bearer = {"Authorization": f"Bearer {token}"}
            assert client.get("/conversations").status_code == 401
            assert client.get("/conversations", headers=bearer).status_code == 200
            token_id = quoth(data, "token", "list").stdout.split("\t")[0].split()[0]
            assert quoth(data, "token", "revoke", token_id).returncode == 0
            assert client.get("/conversations", headers=bearer).status_code == 401
        denied = quoth(data, "sources", settings=settings)

    assert denied.returncode == 1


def test_the_doctor_finds_a_sound_service_sound_and_a_broken_one_broken(data: Path) -> None:
    sound = quoth(data, "doctor")
    broken = quoth(data, "doctor", settings={"QUOTH_DATABASE_URL": "postgresql+asyncpg://127.0.0.1:9/quoth"})

    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert "database: answers" in sound.stdout
    assert broken.returncode == 1
    assert "wrong" in broken.stdout


def test_the_openapi_document_is_printed(data: Path) -> None:
    printed = quoth(data, "openapi")

    assert printed.returncode == 0
    assert printed.stdout.startswith("{")
    assert '"operationId": "createConversation"' in printed.stdout


def test_migrating_says_what_it_did(data: Path) -> None:
    first, again = quoth(data, "migrate"), quoth(data, "migrate")

    assert first.stdout.startswith("Migrated the schema from")
    assert again.stdout.startswith("The schema is at")
