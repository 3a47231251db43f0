"""A POST with an Idempotency-Key does nothing twice."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from application.access.once import Once
from domain.errors import DatabaseUnavailable, IndexUnavailable

if TYPE_CHECKING:
    import httpx
    import pytest
    from tests.support.service import MemoryService

KEY = {"Idempotency-Key": "abc"}


async def test_the_same_request_again_gets_the_first_answer_again(client: httpx.AsyncClient) -> None:
    first = await client.post("/conversations", json={"title": "Travel"}, headers=KEY)
    again = await client.post("/conversations/", json={"title": "Travel"}, headers=KEY)

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert len((await client.get("/conversations")).json()) == 1


async def test_another_request_with_the_same_key_is_a_conflict(client: httpx.AsyncClient) -> None:
    await client.post("/conversations", json={"title": "Travel"}, headers=KEY)

    for path, body in [("/conversations", {"title": "Trips"}), ("/chat", {"message": "Hello?"})]:
        assert (await client.post(path, json=body, headers=KEY)).status_code == 409


async def test_sent_ten_times_at_once_it_is_carried_out_once(client: httpx.AsyncClient) -> None:
    sent = [client.post("/conversations", json={"title": "Travel"}, headers=KEY) for _ in range(10)]

    answers = await asyncio.gather(*sent)

    assert {answer.content for answer in answers} == {answers[0].content}
    assert len((await client.get("/conversations")).json()) == 1


async def test_a_question_asked_again_is_the_same_run(client: httpx.AsyncClient) -> None:
    first = await client.post("/chat", json={"message": "Hello?"}, headers=KEY)
    again = await client.post("/chat", json={"message": "Hello?"}, headers=KEY)
    streams = [
        await client.post("/chat/stream", json={"message": "Hi?"}, headers={"Idempotency-Key": "s"}) for _ in "ab"
    ]

    assert again.json() == first.json()
    assert streams[0].content == streams[1].content
    assert len((await client.get("/conversations")).json()) == 2


async def test_a_key_belongs_to_its_questions_request(client: httpx.AsyncClient) -> None:
    await client.post("/chat", json={"message": "Hello?"}, headers=KEY)

    assert (await client.post("/chat", json={"message": "Hi?"}, headers=KEY)).status_code == 409
    assert (await client.post("/conversations", json={"title": "T"}, headers=KEY)).status_code == 409


async def test_an_answer_can_be_had_again_when_its_events_are_gone(
    client: httpx.AsyncClient, service: MemoryService
) -> None:
    first = await client.post("/chat", json={"message": "Hello?"}, headers=KEY)
    service.run_log.runs.clear()

    again = await client.post("/chat", json={"message": "Hello?"}, headers=KEY)

    assert again.json() == first.json()


async def test_files_are_the_same_whatever_separates_them(client: httpx.AsyncClient) -> None:
    answers = [await client.post("/sources", files={"file": ("a.md", b"One.")}, headers=KEY) for _ in "ab"]

    assert answers[0].content == answers[1].content
    assert answers[1].status_code == 202


async def test_a_refusal_is_kept_and_a_failure_can_be_tried_again(
    client: httpx.AsyncClient, service: MemoryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = [await client.post("/conversations", json={}, headers={"Idempotency-Key": "r"}) for _ in "ab"]

    async def broken(*_: object, **__: object) -> None:
        raise IndexUnavailable("Down.")

    with monkeypatch.context() as patch:
        patch.setattr(service.embedder, "embed_query", broken)
        failed = await client.post("/search", json={"query": "x"}, headers=KEY)
    succeeded = await client.post("/search", json={"query": "x"}, headers=KEY)

    assert [answer.status_code for answer in refused] == [400, 400]
    assert (failed.status_code, succeeded.status_code) == (503, 200)


async def test_a_blank_or_endless_key_is_refused(client: httpx.AsyncClient) -> None:
    for key in (" ", "x" * 256):
        for path, body in [("/conversations", {"title": "T"}), ("/chat", {"message": "Hi?"})]:
            refused = await client.post(path, json=body, headers={"Idempotency-Key": key})
            assert refused.status_code == 400


async def test_keys_are_forgotten_after_a_day(client: httpx.AsyncClient, service: MemoryService) -> None:
    await client.post("/conversations", json={"title": "Travel"}, headers=KEY)
    service.clock.pass_seconds(25 * 3600)

    assert await service.use_cases.once.forget_old() == 1
    another = await client.post("/conversations", json={"title": "Trips"}, headers=KEY)
    assert (another.status_code, another.json()["title"]) == (200, "Trips")
    assert len((await client.get("/conversations")).json()) == 2


async def test_a_process_that_died_before_it_answered_does_not_have_it_done_twice(
    client: httpx.AsyncClient, service: MemoryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = (await client.post("/conversations", json={"title": "Trips"})).json()["id"]
    requests = [
        ("/conversations", {"title": "Travel", "initial_message": {"role": "user", "content": "Hello."}}),
        (f"/conversations/{conversation}/messages", {"role": "user", "content": "Hello."}),
    ]

    async def died(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("Gone.")

    for number, (path, body) in enumerate(requests):
        key = {"Idempotency-Key": f"k{number}"}
        with monkeypatch.context() as patch:
            patch.setattr(Once, "keep", died)
            patch.setattr(Once, "release", died)
            await client.post(path, json=body, headers=key)
        service.clock.pass_seconds(3600)  # nobody is at it any more

        again = await client.post(path, json=body, headers=key)

        assert again.status_code == 200, again.text
    assert len((await client.get("/conversations")).json()) == 2
    assert len((await client.get(f"/conversations/{conversation}")).json()["messages"]) == 1
