"""Many at once on one process: everybody is served, and memory stays bounded."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import psutil
from tests.support.messages_api import MessagesApi, Reply
from tests.support.server import MORTAL, Server, events_in, running

if TYPE_CHECKING:
    from pathlib import Path

STREAMS = 200
WRITERS = 20
ROOM = 40
MOST_GROWTH_MB = 150


def client_of(server: Server) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=f"{server.address}/api/v1", timeout=250, limits=limits)


async def test_two_hundred_streams_at_once_all_come_to_their_end(tmp_path: Path) -> None:
    reply = Reply.slow("Claims ", *["are "] * 30, "paid.", seconds=0.05)
    with MessagesApi(default=reply) as model:
        settings = {"QUOTH_ANTHROPIC_BASE_URL": model.address, "QUOTH_MODEL": "stub"}
        with running(tmp_path, settings) as server:
            process = psutil.Process(server.process.pid)
            async with client_of(server) as client:

                async def ask(number: int) -> list[dict[str, Any]]:
                    body = {"message": f"Question {number}?", "use_rag": False}
                    return events_in((await client.post("/chat/stream", json=body)).text)

                await ask(0)
                before = process.memory_info().rss
                streams = await asyncio.gather(*(ask(number) for number in range(1, STREAMS + 1)))
                growth = process.memory_info().rss - before

    ends = Counter(events[-1]["type"] if events else "nothing" for events in streams)
    assert ends == {"done": STREAMS}
    answers = {events[-1]["message"]["content"] for events in streams}
    assert answers == {"Claims " + "are " * 30 + "paid."}
    assert growth < MOST_GROWTH_MB * 1e6


async def test_twenty_who_write_at_once_never_hear_of_a_locked_database(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        async with client_of(server) as client:

            async def write(number: int) -> Counter[int]:
                seen: Counter[int] = Counter()
                for round_ in range(10):
                    made = await client.post("/conversations", json={"title": f"{number}/{round_}"})
                    path = f"/conversations/{made.json()['id']}"
                    message = {"role": "user", "content": "Hello."}
                    for answer in (
                        made,
                        await client.post(f"{path}/messages", json=message),
                        await client.put(path, json={"title": "Renamed"}),
                        await client.post("/chat", json={"message": "Hello?", "use_rag": False}),
                    ):
                        seen[answer.status_code] += 1
                return seen

            counts = sum(await asyncio.gather(*(write(number) for number in range(WRITERS))), Counter[int]())
            total = (await client.get("/conversations")).headers["X-Total-Count"]
        log = "".join(server.output)

    assert counts == {200: WRITERS * 10 * 4}
    assert int(total) == WRITERS * 10 * 2
    assert "locked" not in log


async def test_more_than_there_is_room_for_is_refused_quickly(tmp_path: Path) -> None:
    """The rest goes on: what is refused says when to come again."""
    reply = Reply.slow("Claims ", "are paid.", seconds=3)
    with MessagesApi(default=reply) as model:
        settings = {"QUOTH_ANTHROPIC_BASE_URL": model.address, "QUOTH_MODEL": "stub", "TESTS_ROOM": str(ROOM)}
        with running(tmp_path, settings, program=MORTAL) as server:
            async with client_of(server) as client:

                async def ask(number: int) -> httpx.Response:
                    body = {"message": f"Question {number}?", "use_rag": False}
                    return await client.post("/chat", json=body)

                answers = await asyncio.gather(*(ask(number) for number in range(2 * ROOM)))

    counts = Counter(answer.status_code for answer in answers)
    assert set(counts) == {200, 503}, counts
    assert counts[200] >= ROOM
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["content-type"].startswith("application/problem+json")
