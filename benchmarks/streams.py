"""How a server bears many answers at once: `python benchmarks/streams.py`.

One server process, as `quoth serve` starts it, with a model server of this script's own that sends a piece every 50 ms.
While so many streams are open, others list their conversations: the median and p99 of that as a ratio to the same
requests to the idle server. Also: how many streams came to their end, how long they took as a ratio to what the model
alone takes, and how far the server's memory grew.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

PIECES, PIECE_SECONDS = 60, 0.05
PROBES = 200


def events_of_model() -> list[bytes]:
    """An answer of the Messages API, an event each."""
    usage = {"input_tokens": 10, "output_tokens": 1}
    message: dict[str, Any] = {"id": "m", "type": "message", "role": "assistant", "model": "stub", "content": []}
    start: dict[str, Any] = {"type": "message_start", "message": {**message, "stop_reason": None, "usage": usage}}
    events: list[dict[str, Any]] = [start]
    events.append({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
    for number in range(PIECES):
        delta = {"type": "text_delta", "text": f"Word {number}. "}
        events.append({"type": "content_block_delta", "index": 0, "delta": delta})
    events.append({"type": "content_block_stop", "index": 0})
    events.append({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": PIECES}})
    events.append({"type": "message_stop"})
    return [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events]


async def answer_as_model(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request a connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        await reader.readexactly(int(length[1]) if length else 0)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        for event in events_of_model():
            writer.write(event)
            await writer.drain()
            if b"text_delta" in event:
                await asyncio.sleep(PIECE_SECONDS)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def ask(client: httpx.AsyncClient, number: int) -> tuple[bool, float]:
    """Whether the answer came to its end, and the seconds it took."""
    begun = time.perf_counter()
    answer = await client.post("/chat/stream", json={"message": f"Question {number}?", "use_rag": False})
    return "event: done" in answer.text, time.perf_counter() - begun


async def probe(client: httpx.AsyncClient, pause: float) -> list[float]:
    """Seconds of each of so many requests for the list of conversations."""
    seconds: list[float] = []
    for _ in range(PROBES):
        begun = time.perf_counter()
        (await client.get("/conversations")).raise_for_status()
        seconds.append(time.perf_counter() - begun)
        await asyncio.sleep(pause)
    return seconds


def resident_mb(pid: int) -> float:
    """Of one process, in megabytes; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def measure(address: str, pid: int, streams: int) -> None:
    """Print the figures."""
    limits = httpx.Limits(max_connections=None)
    async with (
        httpx.AsyncClient(base_url=f"{address}/api/v1", timeout=300, limits=limits) as many,
        httpx.AsyncClient(base_url=f"{address}/api/v1", timeout=300) as other,
    ):
        await ask(many, 0)
        await probe(other, 0)  # warm
        idle = await probe(other, 0.005)
        before = resident_mb(pid)
        asked = [asyncio.create_task(ask(many, number)) for number in range(streams)]
        await asyncio.sleep(1)
        busy = await probe(other, 0.005)
        still_open = sum(not each.done() for each in asked)
        ends = await asyncio.gather(*asked)
        after = resident_mb(pid)
    alone = PIECES * PIECE_SECONDS
    ratio = statistics.median(seconds for _, seconds in ends) / alone
    print(f"{sum(ended for ended, _ in ends)} of {streams} streams came to their end")
    print(f"median stream: {ratio:.2f} × what the model alone takes")
    print(f"GET /conversations, {still_open} streams still open at the end of it:")
    for name, place in (("median", 0.5), ("p99", 0.99)):
        quiet, loud = (sorted(each)[int(place * (len(each) - 1))] for each in (idle, busy))
        print(f"  {name}: {loud / quiet:.1f} × idle ({quiet * 1000:.1f} ms)")
    print(f"memory: {before:.0f} MB before, {after:.0f} MB after, {(after - before) / streams:.2f} MB a stream")


def start(folder: str, model: str) -> subprocess.Popen[str]:
    """A server on any port, over a folder of its own; it says where it is."""
    settings = {"QUOTH_DATA_DIR": folder, "QUOTH_ANTHROPIC_BASE_URL": model, "QUOTH_MODEL": "stub"}
    return subprocess.Popen(
        [sys.executable, "-m", "entrypoints.cli", "serve", "--port", "0"],
        env={**os.environ, **settings},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


async def main() -> None:
    """Start model and server, measure, end them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=200)
    options = parser.parse_args()
    model = await asyncio.start_server(answer_as_model, "127.0.0.1", 0, backlog=1024)
    port = model.sockets[0].getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = start(folder, f"http://127.0.0.1:{port}")
        try:
            assert server.stdout is not None
            said = await asyncio.to_thread(server.stdout.readline)
            found = re.search(r"http://[\d.]+:\d+", said)
            assert found, said
            await measure(found[0], server.pid, options.streams)
        finally:
            server.terminate()
            server.wait()
    model.close()


if __name__ == "__main__":
    asyncio.run(main())
