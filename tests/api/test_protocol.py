"""What HTTP and JSON allow and no honest client sends: each is answered in our words, and never by a 500."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

NOBODY = "0193b0a0-0000-7000-8000-000000000000"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"query": "a", "limit": 1e999}', "out of range"),
        (b'{"query": "a", "limit": -' + b"9" * 5000 + b"}", "out of range"),
        (b'{"query": "a", "nowhere": 1e999}', "unknown field"),
        (b'{"query": ' + b"[" * 5000 + b"]" * 5000 + b"}", "str"),
        (b"[" * 5000 + b"]" * 5000, "object"),
        (b"[" * 5000, "object"),
        (b'{"query": "\\ud800"}', "surrogate"),
        (b'{"query": "\xff"}', "byte 0xff at position 11"),
        (b'{"query": "a', "truncated"),
    ],
)
async def test_a_body_that_can_not_be_read_is_told_why(client: httpx.AsyncClient, body: bytes, detail: str) -> None:
    refused = await client.post("/search", content=body, headers=JSON)

    assert refused.status_code == 400
    assert detail in refused.json()["errors"][0]["detail"]


async def test_metadata_that_is_nested_too_deeply_is_refused(client: httpx.AsyncClient) -> None:
    deep = b'{"title": "a", "metadata": ' + b'{"a": ' * 5000 + b"1" + b"}" * 5000 + b"}"

    refused = await client.post("/conversations", content=deep, headers=JSON)

    assert (refused.status_code, refused.json()["detail"]) == (400, "It is nested too deeply.")
    assert (await client.get("/conversations")).json() == []


@pytest.mark.parametrize(
    "host", ["localhost:abc", "localhost:99999", "quoth.test,evil.example", "[::1]x", "[::1", "a b"]
)
@pytest.mark.parametrize("path", ["/sources", "/nowhere"])
async def test_a_host_that_is_none_is_refused(client: httpx.AsyncClient, host: str, path: str) -> None:
    refused = await client.get(path, headers={"Host": host})

    assert refused.status_code in ({400} if path == "/sources" else {400, 404})
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "localhost:", "[::1]:8000", "127.0.0.1", "xn--a_b.test"]
)
async def test_every_host_is_a_host(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/sources", headers={"Host": host})).status_code == 200


async def test_an_origin_that_is_none_is_a_foreign_one(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sources", headers={"Origin": "http://[::1"})).status_code == 403


@pytest.mark.parametrize(
    ("path", "headers", "name"),
    [
        (f"/conversations/{NOBODY}/export?format=pdf", {}, "format"),
        ("/sources?type=letter", {}, "type"),
        ("/conversations?cursor=abc", {}, "cursor"),
        (f"/chat/runs/{NOBODY}", {"Last-Event-ID": "abc"}, "Last-Event-ID"),
    ],
)
async def test_a_parameter_is_named_as_clients_know_it(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], name: str
) -> None:
    [fault] = (await client.get(path, headers=headers)).json()["errors"]

    assert (fault["parameter"], "pointer" in fault) == (name, False)


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_a_header_that_is_refused_is_no_place_in_the_body(client: httpx.AsyncClient, key: str) -> None:
    refused = await client.post("/conversations", json={"title": "a"}, headers={"Idempotency-Key": key})

    assert [fault["parameter"] for fault in refused.json()["errors"]] == ["Idempotency-Key"]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/conversations", "GET, HEAD, OPTIONS, POST"),
        (f"/conversations/{NOBODY}", "DELETE, GET, HEAD, OPTIONS, PUT"),
        (f"/chat/runs/{NOBODY}", "DELETE, GET, HEAD, OPTIONS"),
        ("/search", "OPTIONS, POST"),
    ],
)
async def test_options_names_every_method_of_a_path(client: httpx.AsyncClient, path: str, methods: str) -> None:
    answer = await client.options(path)

    assert (answer.status_code, answer.headers["allow"]) == (204, methods)


async def test_head_answers_what_get_answers_but_for_the_body(client: httpx.AsyncClient) -> None:
    await client.post("/conversations", json={"title": "Travel"})

    whole, head = await client.get("/conversations"), await client.head("/conversations")

    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "x-total-count"):
        assert head.headers[name] == whole.headers[name]
    assert (await client.head(f"/conversations/{NOBODY}")).status_code == 404
    assert (await client.head("/search")).status_code == 405
