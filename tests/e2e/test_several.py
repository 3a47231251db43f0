"""Several servers and workers over PostgreSQL, Valkey and a Qdrant server: nobody notices which of them answers."""

from __future__ import annotations

import threading
import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.support.fleet import Fleet, fleet
from tests.support.messages_api import MessagesApi, Reply
from tests.support.server import Server, events_in, quoth, upload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HANDBOOK = b"# Claims\n\nClaims are paid within ten days."
QUESTION = {"message": "When are claims paid?", "use_rag": False}


@pytest.fixture
def model() -> Iterator[MessagesApi]:
    with MessagesApi() as api:
        yield api


@pytest.fixture
def ships(
    tmp_path: Path, empty_postgres_url: str, redis_url: str, qdrant_url: str, model: MessagesApi
) -> Iterator[Fleet]:
    with fleet(empty_postgres_url, redis_url, qdrant_url, tmp_path, collection=f"t{uuid.uuid4().hex}") as mine:
        mine.settings = {**mine.settings, "QUOTH_ANTHROPIC_BASE_URL": model.address, "QUOTH_MODEL": "stub"}
        yield mine


class Following:
    """A stream that is read in the background."""

    def __init__(self, server: Server, path: str, body: dict[str, Any] | None = None) -> None:
        self.lines: list[str] = []
        self._thread = threading.Thread(target=self._read, args=(server, path, body), daemon=True)
        self._thread.start()

    def _read(self, server: Server, path: str, body: dict[str, Any] | None) -> None:
        method = "GET" if body is None else "POST"
        with (
            suppress(httpx.HTTPError),
            server.client() as client,
            client.stream(method, path, json=body) as stream,
        ):
            self.lines.extend(stream.iter_lines())

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def events(self) -> list[dict[str, Any]]:
        return events_in(self.text)

    def ended(self) -> list[dict[str, Any]]:
        self._thread.join(60)
        assert not self._thread.is_alive(), "It goes on."
        return self.events


class Searching:
    """A search for each of these towns, again and again, in the background."""

    def __init__(self, server: Server, towns: list[str]) -> None:
        self.times = 0
        self._faults: list[str] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._search, args=(server, towns), daemon=True)
        self._thread.start()

    def _search(self, server: Server, towns: list[str]) -> None:
        with server.client() as client:
            while not self._is_over.is_set() or self.times < len(towns):
                town = towns[self.times % len(towns)]
                found = client.post("/search", json={"query": f"What does the office in {town} pay?", "limit": 1})
                if found.status_code != 200 or [hit["title"] for hit in found.json()] != [f"{town}.md"]:
                    self._faults.append(found.text)
                self.times += 1
                self._is_over.wait(0.2)

    def ended(self) -> list[str]:
        """What went wrong, with each of the towns searched for once at least."""
        self._is_over.set()
        self._thread.join(60)
        assert not self._thread.is_alive(), "It goes on."
        return self._faults


def wait(until: Callable[[], object], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "It did not happen."
        time.sleep(0.05)


def test_an_answer_is_followed_and_stopped_from_any_server(ships: Fleet, model: MessagesApi) -> None:
    writing, other = ships.server(), ships.server()
    model.replies.append(Reply.slow("Claims ", *["are "] * 6, "paid.", seconds=0.2))
    first = Following(writing, "/chat/stream", QUESTION)
    wait(lambda: first.events)
    run = first.events[0]["run_id"]
    elsewhere = Following(other, f"/chat/runs/{run}")

    assert first.ended()[-1]["type"] == "done"
    elsewhere.ended()
    assert elsewhere.text == first.text
    with other.client() as client:
        cut = client.get(f"/chat/runs/{run}", headers={"Last-Event-ID": "3"}).text
        assert cut.strip()
        assert first.text.endswith(cut.rstrip("\n")) or cut.strip() in first.text

    model.replies.append(Reply.slow("Claims ", *["are "] * 600, seconds=0.1))
    endless = Following(writing, "/chat/stream", QUESTION)
    wait(lambda: any(event["type"] == "delta" for event in endless.events))
    with other.client() as client:
        assert client.delete(f"/chat/runs/{endless.events[0]['run_id']}").status_code == 204
        last = endless.ended()[-1]
        kept = client.get(f"/conversations/{last['conversation_id']}").json()["messages"][-1]
    assert (last["type"], last["message"]["metadata"]["status"]) == ("done", "stopped")
    assert kept["content"] == last["message"]["content"]
    wait(lambda: model.hung_up)


def test_an_answer_whose_server_was_killed_is_interrupted_by_another(ships: Fleet, model: MessagesApi) -> None:
    doomed, other = ships.server(), ships.server()
    model.replies.append(Reply.slow("Claims are ", *["paid "] * 600, seconds=0.1))
    asked = Following(doomed, "/chat/stream", QUESTION)
    wait(lambda: any(event["type"] == "delta" for event in asked.events))
    start = asked.events[0]
    follower = Following(other, f"/chat/runs/{start['run_id']}")
    time.sleep(1.5)  # a checkpoint is at most a second behind

    doomed.kill()

    last = follower.ended()[-1]
    assert (last["type"], last["problem"]["type"]) == ("error", "urn:quoth:problem:interrupted")
    with other.client() as client:
        conversation = client.get(f"/conversations/{start['conversation_id']}").json()
        question, answer = conversation["messages"]
        assert question["content"] == QUESTION["message"]
        assert (answer["metadata"]["status"], conversation["active_run"]) == ("interrupted", None)
        shown = "".join(event["text"] for event in follower.events if event["type"] == "delta")
        assert answer["content"]
        assert shown.startswith(answer["content"])
        body = {"conversation_id": start["conversation_id"], "regenerate": answer["id"]}
        again = client.post("/chat", json=body).json()
        assert again["message"]["siblings"] == [answer["id"], again["message"]["id"]]
    ships.doctor()


def test_told_to_stop_a_server_hands_over_what_it_was_writing(ships: Fleet, model: MessagesApi) -> None:
    leaving, other = ships.server("--workers", "2"), ships.server()
    model.replies.append(Reply.slow("Claims are ", *["paid "] * 6_000, seconds=0.1))
    asked = Following(leaving, "/chat/stream", QUESTION)
    wait(lambda: any(event["type"] == "delta" for event in asked.events))
    follower = Following(other, f"/chat/runs/{asked.events[0]['run_id']}")

    assert leaving.stop() == 0  # within its patience, and not when the answer is complete

    assert "Traceback" not in "".join(leaving.output)
    last = follower.ended()[-1]
    assert last["problem"]["type"] == "urn:quoth:problem:interrupted"
    with other.client() as client:
        answer = client.get(f"/conversations/{asked.events[0]['conversation_id']}").json()["messages"][-1]
    assert answer["metadata"]["status"] == "interrupted"
    assert "".join(e["text"] for e in follower.events if e["type"] == "delta").startswith(answer["content"])


def test_a_killed_workers_document_is_read_by_another(ships: Fleet, tmp_path: Path) -> None:
    server = ships.server()
    doomed = ships.worker({"TESTS_ENDING": str(tmp_path / "ending")})
    (tmp_path / "ending").write_text("put on show")
    with server.client() as client:
        added = client.post("/sources", files={"file": ("handbook.md", HANDBOOK)}).json()[0]
        doomed.ended()
        assert client.get(f"/sources/{added['id']}").json()["status"] == "indexing"
        ships.worker()
        wait(lambda: client.get(f"/sources/{added['id']}").json()["status"] == "ready")
        assert [hit["text"] for hit in client.post("/search", json={"query": "claims"}).json()]
    ships.doctor()


def test_a_deletion_that_killed_its_server_is_finished_by_the_next_start(ships: Fleet, tmp_path: Path) -> None:
    doomed = ships.server(settings={"TESTS_ENDING": str(tmp_path / "ending")})
    ships.worker()
    with doomed.client() as client:
        source = upload(client, "handbook.md", HANDBOOK)
        (tmp_path / "ending").write_text("sweep passages")
        with suppress(httpx.HTTPError):
            client.delete(f"/sources/{source['id']}")
    doomed.ended()
    [left] = [path.parent for path in ships.folder.rglob("*.txt") if path.read_bytes() == HANDBOOK]

    doomed.start()

    wait(lambda: not left.exists())
    ships.doctor()


def test_a_file_that_kills_its_workers_fails_by_itself_and_holds_up_nobody(ships: Fleet, tmp_path: Path) -> None:
    """Every worker that comes to it dies; after so many tries it is given up, with the reason."""
    server = ships.server()
    ending = {"TESTS_ENDING": str(tmp_path / "ending")}
    with server.client() as client:
        poisoned = client.post("/sources", files={"file": ("poison.md", b"Nothing to see.")}).json()[0]
        for _ in range(5):
            (tmp_path / "ending").write_text("read")
            ships.worker(ending).ended()
        survivor = ships.worker(ending)
        good = upload(client, "handbook.md", HANDBOOK)
        wait(lambda: client.get(f"/sources/{poisoned['id']}").json()["status"] == "failed")
        source = client.get(f"/sources/{poisoned['id']}").json()

    assert good["status"] == "ready"
    assert "5 times" in source["problem"]["detail"]
    assert survivor.process.poll() is None
    ships.doctor()


@pytest.mark.timeout(240)  # five processes, one after another, each with its model
def test_another_embedding_model_takes_over_while_searches_go_on(ships: Fleet, tmp_path: Path) -> None:
    towns = ["Lima", "Oslo", "Bern", "Cairo", "Dakar", "Hanoi"]
    files = [("file", (f"{town}.md", f"The office in {town} pays claims.".encode())) for town in towns]
    staying, reading = ships.server(), ships.worker()
    with staying.client() as client:
        assert client.post("/sources", files=files).status_code == 202
        wait(lambda: all(source["status"] == "ready" for source in client.get("/sources").json()))
    assert reading.stop() == 0
    old = ships.collection()
    searching = Searching(staying, towns)

    ships.settings = {**ships.settings, "QUOTH_EMBEDDING_MODEL": "tests/other"}
    (tmp_path / "ending").write_text("next round")
    ships.worker({"TESTS_ENDING": str(tmp_path / "ending")}).ended()
    assert ships.collection() == old
    ships.worker()
    wait(lambda: ships.collection() != old)
    before = searching.times
    wait(lambda: searching.times > before + len(towns))

    assert searching.ended() == []
    with staying.client() as client:
        upload(client, "Quito.md", b"The office in Quito pays nothing.")
    assert Searching(staying, [*towns, "Quito"]).ended() == []
    assert "tests/other" in ships.doctor()


def test_the_same_question_sent_to_two_servers_at_once_is_asked_once(ships: Fleet, model: MessagesApi) -> None:
    servers = [ships.server(), ships.server()]
    key = {"Idempotency-Key": "only-once"}
    answers: list[httpx.Response] = []

    def ask(server: Server) -> None:
        with server.client() as client:
            answers.append(client.post("/chat", json=QUESTION, headers=key))

    threads = [threading.Thread(target=ask, args=(server,)) for server in servers * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert {answer.status_code for answer in answers} <= {200, 409}
    bodies = {answer.text for answer in answers if answer.status_code == 200}
    assert len(bodies) == 1
    assert len(model.questions) == 1
    with servers[0].client() as client:
        [conversation] = client.get("/conversations").json()
        assert len(client.get(f"/conversations/{conversation['id']}").json()["messages"]) == 2


def test_when_the_parent_of_several_processes_is_killed_none_is_left_over(ships: Fleet) -> None:
    server = ships.server("--workers", "2")
    address = server.address

    server.kill()

    def is_gone() -> bool:
        try:
            httpx.get(f"{address}/health/live", timeout=2)
        except httpx.HTTPError:
            return True
        return False

    wait(is_gone, 25)


def test_health_says_when_nobody_reads(ships: Fleet) -> None:
    server = ships.server()

    def component() -> dict[str, str]:
        state: dict[str, str] = httpx.get(f"{server.address}/health/ready").json()["components"]["queue"]
        return state

    assert component() == {"status": "ok", "detail": "No worker is running: documents wait to be read."}
    ships.worker()
    wait(lambda: component()["detail"] == "1 worker")


def test_metrics_of_all_processes_are_told_by_any(ships: Fleet) -> None:
    server = ships.server("--workers", "2")
    for _ in range(8):
        with server.client() as client:  # a connection each: the processes share them
            client.post("/chat", json=QUESTION)

    def complete() -> set[str]:
        text = httpx.get(f"{server.address}/metrics").text
        return {line for line in text.splitlines() if line.startswith('quoth_runs_total{outcome="complete"}')}

    wait(lambda: complete() == {'quoth_runs_total{outcome="complete"} 8.0'})


def test_several_processes_are_refused_on_the_embedded_stores(tmp_path: Path) -> None:
    refused = quoth(tmp_path, "serve", "--workers", "2")
    worker = quoth(tmp_path, "worker")

    for each in (refused, worker):
        assert (each.returncode, each.stderr.count("\n")) == (2, 1)
        assert "QUOTH_DATABASE_URL" in each.stderr
        assert "QUOTH_REDIS_URL" in each.stderr
