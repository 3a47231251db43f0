"""The examples and headers in the OpenAPI document are what the server sends."""

from __future__ import annotations

import asyncio
import json
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.api.conftest import client_of
from tests.support.documented import OPERATIONS, Operation
from tests.support.service import MemoryService

from entrypoints.http.app import HttpOptions, create_app
from entrypoints.http.overload import Capacity

if TYPE_CHECKING:
    import httpx

    from entrypoints.use_cases import UseCases

OPTIONS = {
    401: HttpOptions(require_token=True),
    413: HttpOptions(most_bytes=5),
    503: HttpOptions(capacity=Capacity(requests=0)),
}
# What a model says (422, 429, 502, 504), and what is not to be had by a request alone.
ELSEWHERE = {422, 429, 502, 504}
CONFLICTS = {"rateMessage", "readSourceText", "readSourceContent"}
REFUSALS = [
    (operation, status)
    for operation in OPERATIONS
    for status in operation.refusals
    if (operation.is_in_the_api or status == 400)
    and status not in ELSEWHERE
    and (status != 409 or operation.name not in CONFLICTS)
]
EVERYWHERE = {
    "cache-control",
    "content-length",
    "content-security-policy",
    "content-type",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-request-id",
}
BY_NAME = {operation.name: operation for operation in OPERATIONS}


@pytest.mark.parametrize(
    ("operation", "status"), REFUSALS, ids=[f"{operation.name}-{status}" for operation, status in REFUSALS]
)
async def test_a_refusal_is_answered_like_its_example(
    service: MemoryService, operation: Operation, status: int
) -> None:
    uses = service.use_cases
    if status == 500:
        uses = cast("UseCases", SimpleNamespace(once=uses.once))
    example = operation.example_of(status)
    async with client_of(create_app(uses, options=OPTIONS.get(status)), base="") as client:
        answer = await client.request(**refused_request(operation, status, example))
        if status == 409:
            answer = await client.request(**refused_request(operation, status, example, tail=" "))

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert without_ids(answer.text) == without_ids(json.dumps(example, ensure_ascii=False))
    assert_headers_are_told(operation, answer)


async def test_lists_and_downloads_are_told_with_their_headers(service: MemoryService) -> None:
    worker = asyncio.create_task(service.job_queue.work(service.use_cases.ingest_source))
    async with client_of(create_app(service.use_cases), base="") as client:
        for title in ("One", "Two"):
            await client.post("/api/v1/conversations", json={"title": title})
            await client.post("/api/v1/sources", json={"title": title, "text": f"{title} thing."})
        lists = {each: await client.get(f"/api/v1/{each}?limit=1") for each in ("conversations", "sources")}
        first = {each: f"/api/v1/{each}/{answer.json()[0]['id']}" for each, answer in lists.items()}
        for content in ("One?", "Two?"):
            await client.post(f"{first['conversations']}/messages", json={"role": "user", "content": content})
        messages = await client.get(f"{first['conversations']}/messages?limit=1")
        export = await client.get(f"{first['conversations']}/export")
        original = await client.get(f"{first['sources']}/content")
        while original.status_code == 409:
            await asyncio.sleep(0)
            original = await client.get(f"{first['sources']}/content")
    worker.cancel()

    for name, answer, headers in (
        ("listConversations", lists["conversations"], {"X-Total-Count", "Link"}),
        ("listSources", lists["sources"], {"X-Total-Count", "Link"}),
        ("listMessages", messages, {"Link"}),
        ("exportConversation", export, {"Content-Disposition"}),
        ("readSourceContent", original, {"Content-Disposition"}),
    ):
        assert answer.status_code == 200
        assert {each.lower() for each in headers} <= answer.headers.keys()
        assert BY_NAME[name].told["responses"]["200"]["headers"].keys() == headers
        assert_headers_are_told(BY_NAME[name], answer)


@pytest.mark.parametrize("operation", OPERATIONS, ids=[each.name for each in OPERATIONS])
def test_how_long_to_wait_and_how_to_authenticate_are_told(operation: Operation) -> None:
    for status, name in ((401, "WWW-Authenticate"), (429, "Retry-After"), (503, "Retry-After")):
        if status in operation.refusals:
            assert operation.refusals[status]["headers"].keys() == {name}


def refused_request(operation: Operation, status: int, example: dict[str, Any], *, tail: str = "") -> dict[str, Any]:
    """A request that the server refuses like this."""
    body, query, headers = operation.body, {}, {"Content-Type": "application/json"}
    if status == 400:
        headers["Host"] = "quoth.test" if "errors" in example else "quoth.test:99999"
        for error in example.get("errors", []):
            if "parameter" in error:
                query[error["parameter"]] = {"limit": 0, "last_event_id": -1}.get(error["parameter"], "pdf")
            else:
                body = {**(body or {}), error["pointer"].removeprefix("/"): "blue"}
    if status == 403:
        headers["Origin"] = "https://elsewhere.example"
    if status == 404 and "{" not in operation.path:
        body = {**(body or {}), "sources": re.findall("“(.*)”", example["detail"])}
    if status == 409:
        headers["Idempotency-Key"] = operation.name
        body = {name: value for name, value in (body or {}).items() if name != "sources"}
    if status == 415:
        headers["Content-Type"] = "text/plain"
    content = None if body is None else json.dumps(body) + tail
    return {
        "method": operation.method,
        "url": example["instance"],
        "content": content,
        "params": query,
        "headers": headers,
    }


def without_ids(text: str) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(re.sub(r"\b[0-9a-f]{32}\b", "…", text)))


def assert_headers_are_told(operation: Operation, answer: httpx.Response) -> None:
    told = operation.told["responses"][str(answer.status_code)].get("headers", {})
    assert {each for each in answer.headers if each not in EVERYWHERE} <= {each.lower() for each in told}
    assert {name.lower() for name, each in told.items() if each["required"]} <= answer.headers.keys()
