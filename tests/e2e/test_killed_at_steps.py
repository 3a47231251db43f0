"""kill -9 between every two steps of a change to a source: the next start makes it whole, every time."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.support.server import MORTAL, Server, quoth, running, upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INGESTING = ["count the try", "read", "keep text", "write passages", "put on show", "sweep passages", "remove content"]
REMOVING = ["remove record", "delete entry", "sweep passages", "remove content"]
OLD, NEW = "Claims are paid in silver, within ten days.", "Claims are paid in gold, within ten days."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("steps")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """One data folder through all the deaths: what one of them left would be in the way of the next."""
    with running(folder, {"TESTS_ENDING": str(folder / "ending")}, program=MORTAL) as mortal:
        yield mortal
        mortal.stop()
    diagnosis = quoth(folder, "doctor")
    assert diagnosis.returncode == 0, diagnosis.stdout


def dies_at(server: Server, step: str) -> None:
    (server.data_dir / "ending").write_text(step)


def steps(server: Server) -> list[str]:
    """Those that did not end it, from the beginning."""
    passed = server.data_dir / "ending.passed"
    return passed.read_text().splitlines() if passed.exists() else []


def upload_all_of_it(server: Server, client: httpx.Client) -> dict[str, Any]:
    """The old text, to the last step: after it is ready there is still something to clear away, and that must not be
    where the process ends."""
    before = len(steps(server))
    source = upload(client, "claims.md", OLD.encode())
    end = time.monotonic() + 30
    while steps(server)[before:][-1:] != ["remove content"]:
        assert time.monotonic() < end, "It is not done."
        time.sleep(0.01)
    return source


def send(client: httpx.Client, text: str) -> None:
    """Reading may begin, and the process end, before the answer is out."""
    with suppress(httpx.HTTPError):
        assert client.post("/sources", files={"file": ("claims.md", text.encode())}).status_code == 202


def after_death(server: Server) -> httpx.Client:
    server.ended()
    assert not (server.data_dir / "ending").exists(), "It did not come to that step."
    server.start()
    return server.client()


def settled(client: httpx.Client, source_id: str) -> httpx.Response:
    end = time.monotonic() + 30
    while (answer := client.get(f"/sources/{source_id}")).status_code == 200 and answer.json()["status"] == "indexing":
        assert time.monotonic() < end, "It is not read."
        time.sleep(0.05)
    return answer


def found(client: httpx.Client) -> list[str]:
    return [hit["text"] for hit in client.post("/search", json={"query": "How are claims paid?"}).json()]


def forget(client: httpx.Client, source_id: str) -> None:
    assert client.delete(f"/sources/{source_id}").status_code in (204, 404)
    assert found(client) == []


@pytest.mark.parametrize("step", INGESTING)
def test_a_new_source_is_there_and_whole(server: Server, step: str) -> None:
    dies_at(server, step)
    with server.client() as client:
        send(client, NEW)

    with after_death(server) as client:
        [added] = client.get("/sources").json()
        source = settled(client, added["id"]).json()
        assert (source["status"], source["passages"]) == ("ready", 1)
        assert found(client) == [NEW]
        assert client.get(f"/sources/{added['id']}/content").text == NEW
        forget(client, added["id"])


@pytest.mark.parametrize("step", INGESTING)
def test_a_replacement_takes_the_place_of_all_of_the_old(server: Server, step: str) -> None:
    with server.client() as client:
        source = upload_all_of_it(server, client)
        dies_at(server, step)
        send(client, NEW)

    with after_death(server) as client:
        assert settled(client, source["id"]).json()["status"] == "ready"
        assert found(client) == [NEW]
        assert client.get(f"/sources/{source['id']}/content").text == NEW
        forget(client, source["id"])


@pytest.mark.parametrize("step", REMOVING)
def test_a_source_that_is_deleted_goes_altogether_or_stays_whole(server: Server, step: str) -> None:
    with server.client() as client:
        source = upload_all_of_it(server, client)
        dies_at(server, step)
        with suppress(httpx.HTTPError):
            client.delete(f"/sources/{source['id']}")

    with after_death(server) as client:
        is_there = settled(client, source["id"]).status_code == 200
        assert is_there == (step in ("remove record", "delete entry"))  # it goes with its entry
        assert found(client) == ([OLD] if is_there else [])
        forget(client, source["id"])
