"""One server of several processes: they share its socket, and a parent sees to it that there are as many as asked for."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from domain.errors import DomainError, StartRefused
from entrypoints.logs import configure_logging
from entrypoints.metrics import mark_dead
from entrypoints.serving import GRACE_SECONDS, running
from entrypoints.wiring.production import production

if TYPE_CHECKING:
    import socket

    from litestar.types import Receive, Scope, Send

    from entrypoints.settings import Settings

_WATCH_SECONDS = 1.0


@dataclass(slots=True)
class ServiceApp:
    """The application as each process of them makes it for itself, between its start and its end (ASGI lifespan)."""

    settings: Settings
    host: str
    _stack: contextlib.AsyncExitStack | None = None
    _app: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or begin and end."""
        if scope["type"] == "lifespan":  # type: ignore[comparison-overlap]  # the framework's type knows it not
            await self._live(receive, send)
        else:
            await self._app(scope, receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        configure_logging(self.settings.log_format)
        watch = asyncio.create_task(_end_with_parent())
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(watch.cancel)
            try:
                self._app = await stack.enter_async_context(running(self.settings, host=self.host))
            except DomainError as error:
                await send({"type": "lifespan.startup.failed", "message": error.detail})
                return
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def check_start(settings: Settings) -> None:
    """What refuses the start says so once, not once in each process. In a process of its own, which takes with it what
    that needed in memory. Raises `StartRefused`."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
        refusal = apart.submit(_refusal, settings).result()
    if refusal is not None:
        raise StartRefused(refusal)


def _refusal(settings: Settings) -> str | None:
    async def start() -> None:
        async with production(settings):
            pass

    try:
        asyncio.run(start())
    except DomainError as error:
        return error.detail
    return None


async def _end_with_parent() -> None:
    """A parent that was killed could not tell its children, and they would keep its address."""
    parent = multiprocessing.parent_process()
    while parent is None or parent.is_alive():  # noqa: ASYNC110  # no event of the loop tells of it
        await asyncio.sleep(_WATCH_SECONDS)
    signal.raise_signal(signal.SIGTERM)


class Processes(Multiprocess):
    """uvicorn's supervisor, which tells the metrics of processes that are gone."""

    def keep_subprocess_alive(self) -> None:
        """Replace the dead; their gauges go with them."""
        before = {process.pid for process in self.processes}
        super().keep_subprocess_alive()
        for pid in before - {process.pid for process in self.processes}:
            if pid is not None:
                mark_dead(pid)


def serve_with_several(settings: Settings, *, host: str, listener: socket.socket, workers: int) -> None:
    """Serve until told to stop."""
    config = uvicorn.Config(
        ServiceApp(settings, host),
        workers=workers,
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=30,
        server_header=False,
    )
    Processes(config, sockets=[listener]).run()
