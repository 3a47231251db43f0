"""The contract of the HTTP API, over memory adapters."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import structlog
from tests.api.conftest import LOCAL, client_of
from tests.support.service import MemoryService

from adapters.memory.answerer import ScriptedAnswerer
from application.ports.answerer import AnswerCitation, AnswerCompleted, AnswerText
from domain.errors import FetchFailed, ModelError, ModelRateLimited, ModelTimeout, ModelUnavailable
from entrypoints.http.app import HttpOptions, create_app
from entrypoints.http.security_headers import HEADERS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HANDBOOK = "# Claims\n\nClaims are paid within ten days."
DONE = AnswerCompleted(provider="scripted", model="scripted-1", abstained=False)
CITING = (
    AnswerText("Within ten days."),
    AnswerCitation(number=1, text="Claims are paid within ten days.", start=10, end=42),
    DONE,
)


@pytest.fixture(autouse=True)
async def _reading(service: MemoryService) -> AsyncIterator[None]:
    """Sources are read in the background, as in a server."""
    worker = asyncio.create_task(service.job_queue.work(service.use_cases.ingest_source))
    yield
    worker.cancel()


async def upload(client: httpx.AsyncClient, name: str = "handbook.md", text: str = HANDBOOK) -> dict[str, Any]:
    added = await client.post("/sources", files={"file": (name, text.encode())})
    assert added.status_code == 202
    source: dict[str, Any] = added.json()[0]
    while source["status"] == "indexing":
        await asyncio.sleep(0)
        source = (await client.get(f"/sources/{source['id']}")).json()
    return source


def events_in(text: str) -> list[tuple[int, str, dict[str, Any]]]:
    found: list[tuple[int, str, dict[str, Any]]] = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
    return found


async def test_a_path_answers_the_same_with_and_without_its_trailing_slash(client: httpx.AsyncClient) -> None:
    for path in ("/conversations", "/sources"):
        assert (await client.get(path)).json() == (await client.get(path + "/")).json() == []


async def test_a_list_counts_its_rows_and_leads_to_its_next_page(client: httpx.AsyncClient) -> None:
    for number in range(5):
        await client.post("/conversations", json={"title": f"Conversation {number}"})

    titles: list[str] = []
    address = "/conversations?limit=2&space=default"
    while address:
        page = await client.get(address)
        assert page.headers["X-Total-Count"] == "5"
        titles += [row["title"] for row in page.json()]
        await client.post("/conversations", json={"title": "Another", "space": "elsewhere"})
        address = page.links.get("next", {}).get("url", "").removeprefix("/api/v1")

    assert titles == [f"Conversation {number}" for number in (4, 3, 2, 1, 0)]


async def test_messages_lead_to_those_before_them(client: httpx.AsyncClient) -> None:
    made = (await client.post("/conversations", json={"title": "Travel"})).json()
    path: str | None = f"/conversations/{made['id']}/messages"
    assert path
    for number in range(5):
        await client.post(path, json={"role": "user", "content": str(number)})

    pages: list[list[str]] = []
    path = f"{path}?limit=2"
    while path:
        page = await client.get(path)
        pages.append([message["content"] for message in page.json()])
        path = page.links["next"]["url"].removeprefix("/api/v1") if page.links else None

    assert pages == [["3", "4"], ["1", "2"], ["0"]]


async def test_sources_lead_to_their_next_page_too(client: httpx.AsyncClient) -> None:
    for name in ("a.md", "b.md", "c.md"):
        await upload(client, name)

    first = await client.get("/sources?limit=2")
    second = await client.get(first.links["next"]["url"].removeprefix("/api/v1"))

    assert [row["title"] for row in (*first.json(), *second.json())] == ["c.md", "b.md", "a.md"]
    assert "next" not in second.links


@pytest.mark.parametrize("path", ["/conversations", "/sources"])
@pytest.mark.parametrize(
    "query", ["cursor=nonsense", "cursor=AAAA", "cursor=%F0%9F%92%A9", "limit=0", "limit=201", "offset=-1", "limit=x"]
)
async def test_a_wrong_parameter_is_named(client: httpx.AsyncClient, path: str, query: str) -> None:
    refused = await client.get(f"{path}?{query}")

    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    [fault] = refused.json()["errors"]
    assert query.split("=", maxsplit=1)[0] in (fault.get("parameter") or fault["pointer"])


@pytest.mark.parametrize("path", ["/conversations", "/sources"])
async def test_offset_and_cursor_exclude_each_other(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"{path}?cursor=abc&offset=2")).status_code == 400


async def test_a_conversation_lives_and_dies(client: httpx.AsyncClient) -> None:
    made = (await client.post("/conversations", json={"title": "Travel", "tags": ["a"], "metadata": {"k": [1]}})).json()
    path = f"/conversations/{made['id']}"

    message = (await client.post(f"{path}/messages", json={"role": "user", "content": "Hello 👋"})).json()
    changed = (await client.put(path, json={"title": "Trips"})).json()
    read = (await client.get(path)).json()
    page = (await client.get(f"{path}/messages", params={"leaf": message["id"], "limit": 5})).json()
    rated = (await client.put(f"{path}/messages/{message['id']}/feedback", json={"rating": "up"})).json()
    deleted = await client.delete(path)

    assert (changed["title"], changed["tags"], changed["metadata"]) == ("Trips", ["a"], {"k": [1]})
    assert read["messages"] == page == [message]
    assert (read["active_run"], read["message_count"], read["last_message_preview"]) == (None, 1, "Hello 👋")
    assert rated["metadata"]["feedback"]["rating"] == "up"
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert (await client.get(path)).status_code == 404


async def test_times_end_in_z_and_ids_are_uuids_of_version_7(client: httpx.AsyncClient) -> None:
    made = (await client.post("/conversations", json={"title": "Travel"})).json()

    assert made["created_at"].endswith("Z")
    assert made["id"][14] == "7"


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b'{"title": "\\ud800"}', "application/json", 400),
        (b'{"title": "\xff"}', "application/json", 400),
        (b'{"title": "a\\u0000b"}', "application/json", 400),
        (b"title=x", "application/x-www-form-urlencoded", 415),
        (b"[]", "application/json", 400),
    ],
)
async def test_a_broken_body_is_refused_with_a_problem(
    client: httpx.AsyncClient, body: bytes, media_type: str, status: int
) -> None:
    refused = await client.post("/conversations", content=body, headers={"Content-Type": media_type})

    assert refused.status_code == status
    assert {"type", "title", "status", "detail", "instance"} <= refused.json().keys()


async def test_all_faults_of_a_body_come_at_once(client: httpx.AsyncClient) -> None:
    refused = await client.post("/chat", json={"message": 3, "limit": 99, "colour": "red"})

    assert {fault["pointer"] for fault in refused.json()["errors"]} == {"/message", "/limit", "/colour"}


async def test_chat_answers_with_the_message_and_what_it_rests_on(
    client: httpx.AsyncClient, service: MemoryService
) -> None:
    source = await upload(client)
    service.answerer = ScriptedAnswerer(CITING)
    app = create_app(service.use_cases)
    async with client_of(app) as fresh:
        answer = (await fresh.post("/chat", json={"message": "When are claims paid?"})).json()

    assert answer["message"]["content"] == "Within ten days. [1]"
    [reference] = answer["sources"]
    assert (reference["source_id"], reference["cited"]) == (source["id"], True)
    assert reference["quotes"] == [
        {"text": "Claims are paid within ten days.", "start": 10, "end": 42, "verified": True}
    ]
    assert answer["message"]["sources"] == answer["sources"]


async def test_the_stream_ends_with_what_chat_answers_and_can_be_followed_again(client: httpx.AsyncClient) -> None:
    await upload(client)

    streamed = await client.post("/chat/stream", json={"message": "When are claims paid?"})
    events = events_in(streamed.text)
    run = events[0][2]["run_id"]
    again = await client.get(f"/chat/runs/{run}")
    rest = await client.get(f"/chat/runs/{run}", headers={"Last-Event-ID": "2"})
    same = await client.get(f"/chat/runs/{run}", params={"last_event_id": 2})

    assert streamed.headers["content-type"].startswith("text/event-stream")
    assert [number for number, _, _ in events] == list(range(1, len(events) + 1))
    assert [name for _, name, _ in events][:2] == ["start", "sources"]
    assert all(data["type"] == name for _, name, data in events)
    assert set(events[-1][2]) == {"type", "message", "sources", "conversation_id"}
    assert again.content == streamed.content
    assert streamed.content.endswith(rest.content)
    assert rest.content == same.content
    assert (await client.delete(f"/chat/runs/{run}")).status_code == 204


@pytest.mark.parametrize("last", ["-1", "x"])
async def test_a_wrong_last_event_id_is_refused(client: httpx.AsyncClient, last: str) -> None:
    run = (await client.post("/chat", json={"message": "Hello?"})).json()["message"]["id"]

    assert (await client.get(f"/chat/runs/{run}", headers={"Last-Event-ID": last})).status_code == 400


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ModelUnavailable("Down."), 503),
        (ModelTimeout("Slow."), 504),
        (ModelRateLimited("Slow down.", 3), 429),
        (ModelError("Odd."), 502),
    ],
)
async def test_a_model_that_fails_is_the_answers_problem_and_the_question_is_kept(
    service: MemoryService, error: ModelError, status: int
) -> None:
    service.answerer = ScriptedAnswerer([AnswerText("Well"), error])
    app = create_app(service.use_cases)
    async with client_of(app) as client:
        refused = await client.post("/chat", json={"message": "Hello?"})
        streamed = await client.post("/chat/stream", json={"message": "Hello?"})
        listed = (await client.get("/conversations")).json()
        kept = (await client.get(f"/conversations/{listed[0]['id']}")).json()

    assert (refused.status_code, refused.json()["detail"]) == (status, error.detail)
    assert ("Retry-After" in refused.headers) == (status in {429, 503})
    assert events_in(streamed.text)[-1][2]["problem"]["status"] == status
    assert [message["content"] for message in kept["messages"]] == ["Hello?", "Well"]
    assert kept["messages"][1]["metadata"]["problem"]["status"] == status


async def test_a_branch_is_edited_regenerated_and_chosen(client: httpx.AsyncClient) -> None:
    first = (await client.post("/chat", json={"message": "One?"})).json()["message"]
    conversation = f"/conversations/{first['conversation_id']}"

    edited = (
        await client.post(
            "/chat", json={"message": "One, edited?", "conversation_id": first["conversation_id"], "parent_id": None}
        )
    ).json()["message"]
    again = (await client.post("/chat", json={"regenerate": first["id"]})).json()["message"]
    await client.put(conversation, json={"active_message_id": edited["id"]})
    shown = (await client.get(conversation)).json()["messages"]

    assert again["siblings"] == [first["id"], again["id"]]
    assert shown[0]["content"] == "One, edited?"
    assert len(shown[0]["siblings"]) == 2


async def test_several_files_are_added_at_once(client: httpx.AsyncClient) -> None:
    files = [("file", ("a.md", b"One.")), ("file", ("b.md", b"Two."))]

    added = await client.post("/sources", files=files)

    assert added.status_code == 202
    assert [row["title"] for row in added.json()] == ["a.md", "b.md"]


@pytest.mark.parametrize(
    "sent",
    [
        {"files": {"document": ("a.md", b"One.")}},
        {"files": {"file": ("", b"One.")}},
        {"json": {}},
        {"json": {"title": "Rules"}},
        {"json": {"url": "https://example.org", "title": "Rules"}},
        {"json": {"title": "Rules", "text": "…", "colour": "red"}},
        {"json": {"url": "file:///etc/passwd"}},
    ],
)
async def test_a_source_that_is_none_is_refused(client: httpx.AsyncClient, sent: dict[str, Any]) -> None:
    refused = await client.post("/sources", **sent)

    assert refused.status_code == 400
    assert refused.json()["errors"]


async def test_text_is_pushed_and_a_page_that_is_not_there_can_not_be_added(
    client: httpx.AsyncClient, service: MemoryService
) -> None:
    service.web_fetcher.pages["https://example.org/"] = FetchFailed("It answered 404.")

    pushed = await client.post("/sources", json={"title": "Rules", "text": "No running."})
    missing = await client.post("/sources", json={"url": "https://example.org/"})

    assert (pushed.status_code, pushed.json()[0]["type"]) == (202, "api")
    assert (missing.status_code, missing.json()["detail"]) == (422, "It answered 404.")


async def test_an_empty_file_is_unprocessable(client: httpx.AsyncClient) -> None:
    refused = await client.post("/sources", files={"file": ("a.md", b"")})

    assert refused.status_code == 422
    assert "a.md" in refused.json()["detail"]


async def test_a_file_that_is_too_large_is_refused(service: MemoryService) -> None:
    app = create_app(service.use_cases, options=HttpOptions(most_bytes=1000))
    async with client_of(app) as client:
        file = {"file": ("a.md", b"x" * 2000)}
        answers = [await client.post("/sources", files=file, headers=key) for key in ({}, {"Idempotency-Key": "k"})]

    for refused in answers:
        assert refused.status_code == 413
        assert refused.headers["content-type"] == "application/problem+json"
    assert service.database.tables.keys == {}


async def test_a_sources_text_and_original_are_there_as_safe_downloads(client: httpx.AsyncClient) -> None:
    source = await upload(client, 'we"ird\nnäme.html.md', HANDBOOK)

    text = await client.get(f"/sources/{source['id']}/text")
    original = await client.get(f"/sources/{source['id']}/content")

    assert (text.text, text.headers["content-type"]) == (HANDBOOK, "text/plain; charset=utf-8")
    assert original.content == HANDBOOK.encode()
    assert original.headers["content-type"] == "application/octet-stream"
    assert original.headers["content-disposition"].startswith("attachment; filename=")
    assert "\n" not in original.headers["content-disposition"]


async def test_passages_are_searched_and_sources_found_as_one_types(client: httpx.AsyncClient) -> None:
    source = await upload(client)

    hits = (await client.post("/search", json={"query": "claims", "sources": [source["url"]], "limit": 3})).json()
    found = (await client.get("/sources", params={"search": "HAND", "type": "document"})).json()
    none = (await client.get("/sources", params={"type": "webpage"})).json()
    unknown = await client.post("/search", json={"query": "claims", "sources": ["nowhere"]})

    assert hits[0]["text"] == HANDBOOK[hits[0]["start"] : hits[0]["end"]]
    assert [row["id"] for row in found] == [source["id"]]
    assert none == []
    assert (unknown.status_code, "nowhere" in unknown.json()["detail"]) == (404, True)


async def test_a_removed_source_is_gone_and_its_references_stay(client: httpx.AsyncClient) -> None:
    source = await upload(client)
    answer = (await client.post("/chat", json={"message": "When are claims paid?"})).json()

    assert (await client.delete(f"/sources/{source['id']}")).status_code == 204

    kept = (await client.get(f"/conversations/{answer['conversation_id']}")).json()["messages"][1]
    assert kept["sources"] == answer["sources"] != []
    assert (await client.post("/search", json={"query": "claims"})).json() == []
    assert (await client.get(f"/sources/{source['id']}")).status_code == 404


@pytest.mark.parametrize("form", ["markdown", "json"])
async def test_a_conversation_is_exported_as_a_file(service: MemoryService, form: str) -> None:
    service.answerer = ScriptedAnswerer(CITING)
    await service.add_file("handbook.md", HANDBOOK)
    await service.add_file("handbook.md", HANDBOOK, LOCAL)
    app = create_app(service.use_cases)
    async with client_of(app) as client:
        answer = (await client.post("/chat", json={"message": "When are claims paid?"})).json()
        file = await client.get(f"/conversations/{answer['conversation_id']}/export", params={"format": form})

    assert "attachment" in file.headers["content-disposition"]
    assert file.headers["content-type"].count("charset") <= 1
    if form == "json":
        assert file.json()["messages"][1]["sources"][0]["quotes"]
    else:
        assert "# When are claims paid?" in file.text
        assert "Within ten days. [^1]" in file.text
        assert "[^1]: handbook.md, <file:///handbook.md>: “Claims are paid within ten days.”" in file.text


async def test_unknown_addresses_and_methods_are_problems_with_safe_headers(client: httpx.AsyncClient) -> None:
    nowhere = await client.get("/nowhere")
    wrong = await client.patch("/conversations")
    malformed = await client.get("/conversations/not-a-uuid")

    assert [answer.status_code for answer in (nowhere, wrong, malformed)] == [404, 405, 404]
    assert "GET" in wrong.headers["allow"]
    for answer in (nowhere, wrong, malformed):
        assert answer.headers["content-type"] == "application/problem+json"
        assert HEADERS.items() <= {name.title(): value for name, value in answer.headers.items()}.items()


async def test_a_fault_of_ours_shows_no_trace_and_stands_in_the_log(service: MemoryService) -> None:
    service.database.tables.conversations = None  # type: ignore[assignment]  # something broke
    app = create_app(service.use_cases)
    with structlog.testing.capture_logs() as logged:
        async with client_of(app) as client:
            broken = await client.get("/conversations", headers={"X-Request-Id": "abc-123"})

    assert broken.status_code == 500
    assert "Traceback" not in broken.text
    assert "NoneType" not in broken.text
    assert "abc-123" in broken.json()["detail"]
    assert broken.headers["X-Request-Id"] == "abc-123"
    assert any(line["log_level"] == "error" and "exc_info" in line for line in logged)
    assert [line["status"] for line in logged if line["event"] == "request"] == [500]


async def test_with_authentication_on_nothing_is_open_without_a_token(service: MemoryService) -> None:
    app = create_app(service.use_cases, options=HttpOptions(require_token=True))
    alice = await service.use_cases.issue_token("alice", name="laptop")
    bob = await service.use_cases.issue_token("bob", name="laptop")
    async with client_of(app, base="") as client:
        for headers in (
            {},
            {"Authorization": "Basic abc"},
            {"Authorization": "Bearer nonsense"},
            {"Authorization": "Bearer "},
        ):
            refused = await client.get("/api/v1/conversations", headers=headers)
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        made = await client.post(
            "/api/v1/conversations", json={"title": "Mine"}, headers={"Authorization": f"Bearer {alice}"}
        )
        path = f"/api/v1/conversations/{made.json()['id']}"
        assert (await client.get(path, headers={"Authorization": f"Bearer {alice}"})).status_code == 200
        assert (await client.get(path, headers={"Authorization": f"Bearer {bob}"})).status_code == 404
        for path in ("/health/live", "/", "/schema/openapi.json"):
            assert (await client.get(path)).status_code == 200


async def test_metrics_count_requests_by_their_route(client: httpx.AsyncClient, service: MemoryService) -> None:
    await client.get("/conversations")

    async with client_of(create_app(service.use_cases), base="") as root:
        metrics = (await root.get("/metrics")).text

    assert "quoth_requests_total" in metrics
    assert 'path="/api/v1/conversations"' in metrics


async def test_pages_of_other_sites_can_not_use_the_server(service: MemoryService) -> None:
    app = create_app(service.use_cases, options=HttpOptions(allowed_hosts=frozenset({"quoth.test", "[::1]"})))
    async with client_of(app) as client:
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Host": "evil.example"},
            {"Host": "evil.example:8000", "Origin": "http://evil.example:8000"},
        ):
            refused = await client.post("/sources", files={"file": ("a.md", b"Trust me.")}, headers=headers)
            assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
        for headers in ({}, {"Origin": "http://quoth.test"}, {"Host": "[::1]:8000", "Origin": "http://[::1]:8000"}):
            assert (await client.get("/sources", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("disposition", "title"),
    [
        ("filename*=UTF-8''Gro%C3%9Fe%20%E2%82%AC-Liste.md", "Große €-Liste.md"),
        ("filename=\"plain.md\"; filename*=UTF-8''na%C3%AFve.md", "naïve.md"),  # RFC 6266: the extended form wins
        ('filename="kurz & gut.md"', "kurz & gut.md"),
    ],
)
async def test_the_name_of_a_file_may_come_in_the_extended_form(
    client: httpx.AsyncClient, disposition: str, title: str
) -> None:
    """RFC 5987 and RFC 6266: command-line clients send names that are not ASCII so."""
    body = f'--b\r\nContent-Disposition: form-data; name="file"; {disposition}\r\n\r\nHello.\r\n--b--\r\n'

    answer = await client.post(
        "/sources", content=body.encode(), headers={"Content-Type": "multipart/form-data; boundary=b"}
    )

    assert answer.status_code == 202, answer.text
    assert [source["title"] for source in answer.json()] == [title]
