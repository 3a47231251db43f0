"""How the server listens."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from entrypoints.cli.serve import listening_at

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter


async def test_an_answer_in_two_writes_is_not_held_back() -> None:
    """Every connection that is let in has Nagle's algorithm off, whichever loop lets it in."""
    seen: list[int] = []

    async def serve(_: StreamReader, writer: StreamWriter) -> None:
        seen.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with listening_at("127.0.0.1", 0) as listener:
        server = await asyncio.start_server(serve, sock=listener)
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        await reader.read()
        writer.close()
        server.close()

    assert seen
    assert seen[0] != 0
