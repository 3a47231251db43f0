"""The real server with its embedded defaults: documents in, a quoted answer out, conversations that stay."""

from __future__ import annotations

import subprocess
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.messages_api import MessagesApi, Reply
from tests.support.pdf import pdf_of
from tests.support.server import Server, environment, events_in, running, upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

HANDBOOK = """# Travel handbook

## Booking

Trains are booked through the travel desk. Flights need the approval of the team lead.

## Claims

Claims are paid within ten days. Receipts are needed for every amount above 25 euros.
"""
RULES = """<!doctype html><html><head><title>House rules</title></head><body>
<nav>Home About Contact</nav>
<main><h1>House rules</h1><p>The kitchen is cleaned every Friday by the team on duty.</p>
<p>Bicycles are parked in the courtyard and never in the stairwell.</p></main></body></html>"""
LEASE = pdf_of(
    "Lease agreement\nThe rent is 1,450 euros a month.",
    "Notice\nEither party may give notice with a period of three months.",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("data")) as made:
        yield made


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as made:
        for name, content in (("handbook.md", HANDBOOK), ("rules.html", RULES)):
            assert upload(made, name, content.encode())["status"] == "ready"
        assert upload(made, "lease.pdf", LEASE)["status"] == "ready"
        yield made


@pytest.mark.parametrize(
    ("question", "title", "words", "page"),
    [
        ("When are claims paid?", "handbook.md", "within ten days", None),
        ("Where are bicycles parked?", "rules.html", "in the courtyard", None),
        ("What is the period of notice?", "lease.pdf", "three months", 2),
    ],
)
def test_documents_of_three_formats_answer_with_the_right_words_from_the_right_place(
    client: httpx.Client, question: str, title: str, words: str, page: int | None
) -> None:
    answer = client.post("/chat", json={"message": question}).json()

    assert answer["message"]["metadata"]["abstained"] is False
    cited = [reference for reference in answer["sources"] if reference["cited"]]
    quotes = [quote for reference in cited for quote in reference["quotes"]]
    assert any(words in quote["text"] for quote in quotes)
    assert {reference["title"] for reference in cited} == {title}
    assert page in {reference.get("page") for reference in cited}
    for reference in cited:
        text = client.get(f"/sources/{reference['source_id']}/text").text
        assert text[reference["start"] : reference["end"]] == reference["text"]
        for quote in reference["quotes"]:
            assert quote["verified"]
            assert text[quote["start"] : quote["end"]] == quote["text"]


def test_a_question_that_the_documents_do_not_answer_is_not_answered(client: httpx.Client) -> None:
    answer = client.post("/chat", json={"message": "Who won the football world cup of 1998?"}).json()

    assert answer["message"]["metadata"]["abstained"] is True
    assert not any(reference["cited"] for reference in answer["sources"])


def test_the_navigation_of_a_page_is_no_part_of_its_text(client: httpx.Client) -> None:
    [source] = client.get("/sources", params={"search": "rules"}).json()

    assert "Contact" not in client.get(f"/sources/{source['id']}/text").text


def test_health_names_each_component(server: Server) -> None:
    with server.client() as client:
        health = client.get(f"{server.address}/health/ready").json()

    assert health["status"] == "ok"
    assert {name: state["status"] for name, state in health["components"].items()} == {
        "database": "ok",
        "vector_store": "ok",
        "content_store": "ok",
        "model": "ok",
    }


def test_the_log_holds_no_text_of_documents_or_questions(server: Server, client: httpx.Client) -> None:
    client.post("/chat", json={"message": "Where are bicycles parked?"})

    log = "".join(server.output)
    assert "/api/v1/chat" in log
    assert "bicycles" not in log
    assert "courtyard" not in log


def test_a_second_server_on_the_same_folder_is_refused_in_one_line(server: Server) -> None:
    second = subprocess.run(
        [*quoth_command(), "serve", "--port", "0"],
        env=environment(server.data_dir),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert str(server.data_dir) in second.stderr


def quoth_command() -> list[str]:
    from tests.support.server import QUOTH

    return QUOTH


def test_after_sigkill_everything_is_as_it_was(tmp_path: Path) -> None:
    with running(tmp_path) as server, server.client() as client:
        source = upload(client, "handbook.md", HANDBOOK.encode())
        answer = client.post("/chat", json={"message": "When are claims paid?"}).json()
        before = client.get(f"/conversations/{answer['conversation_id']}").json()
        server.kill()

        server.start()
        with server.client() as again:
            assert again.get(f"/conversations/{answer['conversation_id']}").json() == before
            assert again.get(f"/sources/{source['id']}").json() == source
            assert again.get(f"/sources/{source['id']}/content").content == HANDBOOK.encode()
            repeated = again.post("/chat", json={"message": "When are claims paid?"}).json()

    assert repeated["message"]["content"] == answer["message"]["content"]


def test_a_question_asked_just_before_sigkill_is_kept_with_the_text_so_far(tmp_path: Path) -> None:
    with MessagesApi() as model:
        model.replies.append(Reply.slow("Claims are ", "paid ", seconds=30))
        settings = {"QUOTH_ANTHROPIC_BASE_URL": model.address, "QUOTH_MODEL": "stub"}
        with running(tmp_path, settings) as server:
            with server.client() as client:
                upload(client, "handbook.md", HANDBOOK.encode())
            seen = _ask_in_background(server, "When are claims paid?")
            _wait(lambda: any(event["type"] == "delta" for event in events_in("".join(seen))))
            time.sleep(1.5)  # a checkpoint is at most a second behind
            server.kill()
            server.start()
            with server.client() as client:
                [conversation] = client.get("/conversations").json()
                detail = client.get(f"/conversations/{conversation['id']}").json()

    question, partial = detail["messages"]
    assert question["content"] == "When are claims paid?"
    assert partial["content"].startswith("Claims are")
    assert partial["metadata"]["status"] == "interrupted"
    assert partial["metadata"]["problem"]["title"]
    assert detail["active_run"] is None


def test_told_to_stop_it_keeps_the_answer_it_was_writing(tmp_path: Path) -> None:
    with MessagesApi() as model:
        model.replies.append(Reply.slow("Claims are ", "paid ", seconds=60))
        settings = {"QUOTH_ANTHROPIC_BASE_URL": model.address, "QUOTH_MODEL": "stub"}
        with running(tmp_path, settings) as server:
            with server.client() as client:
                upload(client, "handbook.md", HANDBOOK.encode())
            seen = _ask_in_background(server, "When are claims paid?")
            _wait(lambda: any(event["type"] == "delta" for event in events_in("".join(seen))))
            assert server.stop() == 0
            server.start()
            with server.client() as client:
                [conversation] = client.get("/conversations").json()
                detail = client.get(f"/conversations/{conversation['id']}").json()

    assert detail["messages"][1]["metadata"]["status"] == "interrupted"
    assert detail["messages"][1]["content"].startswith("Claims are")


def test_an_answer_goes_on_when_the_client_goes_away_and_can_be_stopped(tmp_path: Path) -> None:
    with MessagesApi() as model:
        model.replies.append(Reply.slow("Claims are ", *["paid "] * 20, seconds=0.1))
        settings = {"QUOTH_ANTHROPIC_BASE_URL": model.address, "QUOTH_MODEL": "stub"}
        with running(tmp_path, settings) as server, server.client() as client:
            upload(client, "handbook.md", HANDBOOK.encode())
            with client.stream("POST", "/chat/stream", json={"message": "When are claims paid?"}) as stream:
                first = next(line for line in stream.iter_lines() if line.startswith("data: "))
            [start] = events_in(first)
            followed = client.get(f"/chat/runs/{start['run_id']}").text

    assert events_in(followed)[-1]["type"] == "done"
    assert events_in(followed)[-1]["message"]["content"].count("paid") == 20


def _ask_in_background(server: Server, question: str) -> list[str]:
    """The stream's lines as they come."""
    seen: list[str] = []

    def ask() -> None:
        import httpx as client_library

        try:
            with server.client() as client, client.stream("POST", "/chat/stream", json={"message": question}) as stream:
                seen.extend(f"{line}\n" for line in stream.iter_lines())
        except client_library.HTTPError:
            return  # the server was killed

    threading.Thread(target=ask, daemon=True).start()
    return seen


def _wait(until: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "It did not happen."
        time.sleep(0.02)
