"""The server that a command talks to: one that runs, or one for the time of the command."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from typing import TYPE_CHECKING

import httpx2

from entrypoints.cli.output import ERR
from entrypoints.logs import configure_logging
from entrypoints.server_note import running_server

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from entrypoints.settings import Settings


@contextlib.asynccontextmanager
async def connected(settings: Settings) -> AsyncGenerator[httpx2.AsyncClient]:
    """A client whose base is the API. Commands use the API and nothing else, so that they work the same against the
    server that holds the data folder, against one elsewhere, and without any."""
    found = settings.server or running_server(settings.data_dir)
    if found is not None:
        async with _client(found, settings.token) as client:
            yield client
        return
    async with _own_server(settings) as address, _client(address, None) as client:
        yield client


def _client(address: str, token: str | None) -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = httpx2.Timeout(30, read=None)
    # An environment's proxy is no business between a command and its server.
    return httpx2.AsyncClient(
        base_url=f"{address.rstrip('/')}/api/v1", headers=headers, timeout=timeout, trust_env=False
    )


@contextlib.asynccontextmanager
async def _own_server(settings: Settings) -> AsyncGenerator[str]:
    """The service on a free loopback port, in this process, without tokens: who may run it holds the data anyway."""
    import uvicorn  # noqa: PLC0415  # seconds that a command beside a running server need not wait

    from entrypoints.serving import Server, running  # noqa: PLC0415  # seconds that a command beside a running server need not wait

    configure_logging(settings.log_format, level=logging.ERROR)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        with ERR.status("Starting …") if ERR.is_terminal else contextlib.nullcontext() as status:
            async with running(settings, require_token=False) as app:
                server = Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=5))
                task = asyncio.create_task(server.serve([listener]))
                await server.ready.wait()
                if status is not None:
                    status.stop()
                try:
                    yield f"http://127.0.0.1:{port}"
                finally:
                    server.should_exit = True
                    await task
