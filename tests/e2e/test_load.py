"""Many at once on one process: everybody is served, and memory stays bounded."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import psutil
from tests.support.messages_api import MessagesApi, Reply
from tests.support.server import Server, events_in, running

if TYPE_CHECKING:
    from pathlib import Path

STREAMS = 200
WRITERS = 20
ROOM = 256
MOST_GROWTH_MB = 150


def client_of(server: Server) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=f"{server.address}/api/v1", timeout=100, limits=limits)


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


async def test_more_than_there_is_room_for_is_refused_at_once(tmp_path: Path) -> None:
    """Whoever is in stays in, and what is refused says when to come again."""
    body = json.dumps({"title": "Claims"}).encode()
    lines = ("POST /api/v1/conversations HTTP/1.1", "Host: {}", f"Content-Length: {len(body)}", "Connection: close")
    head = "\r\n".join((*lines, "Content-Type: application/json", "", ""))
    with running(tmp_path) as server:
        host = server.address.removeprefix("http://")
        name, _, port = host.partition(":")

        async def begin() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            reader, writer = await asyncio.open_connection(name, int(port))
            writer.write(head.format(host).encode() + body[:1])
            await writer.drain()
            return reader, writer

        async def finish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
            writer.write(body[1:])
            await writer.drain()
            answer = await reader.read()
            writer.close()
            return answer

        inside = [await begin() for _ in range(ROOM)]
        async with client_of(server) as client:
            while (refused := await client.get("/conversations")).status_code == 200:  # noqa: ASYNC110  # it says so by this alone
                await asyncio.sleep(0.05)  # the last ones are on their way in
            answers = await asyncio.gather(*(finish(*each) for each in inside))
            after = await client.get("/conversations")

    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert Counter(answer.split(b" ", 2)[1] for answer in answers) == {b"200": ROOM}
    assert (after.status_code, after.headers["X-Total-Count"]) == (200, str(ROOM))
