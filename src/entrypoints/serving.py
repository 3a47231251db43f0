"""A service that runs: adapters open, workers at work, the application ready to be served."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

import uvicorn

from domain.errors import DomainError
from entrypoints.http.app import HttpOptions, create_app
from entrypoints.http.origin import LOOPBACK_NAMES
from entrypoints.settings import AuthMode
from entrypoints.web_files import web_folder
from entrypoints.wiring import use_cases
from entrypoints.wiring.production import production

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncGenerator, Generator

    from litestar import Litestar

    from entrypoints.settings import Settings
    from entrypoints.use_cases import UseCases

_log = logging.getLogger(__name__)
_SWEEP_SECONDS = 15.0


@contextlib.asynccontextmanager
async def running(
    settings: Settings, *, host: str = "127.0.0.1", require_token: bool | None = None
) -> AsyncGenerator[Litestar]:
    """The application with everything behind it, to be served at this host. Raises `StartRefused` before anything was begun; at the end,
    answers under way are kept as they are."""
    async with production(settings) as service:
        cases = use_cases(service.adapters)
        await cases.interrupt_lost_runs(all_runs=service.is_alone)
        await cases.resume_ingestion(alone=service.is_alone)
        workers = [
            asyncio.create_task(service.ingestion.work(cases.ingest_source), name="ingestion"),
            asyncio.create_task(_sweep(cases), name="lost runs"),
        ]
        with_tokens = settings.auth is AuthMode.TOKEN if require_token is None else require_token
        options = HttpOptions(
            require_token=with_tokens,
            allowed_hosts=settings.allowed_hosts or _default_hosts(host, with_tokens=with_tokens),
            most_bytes=settings.max_upload_bytes,
            web_folder=web_folder(),
        )
        try:
            yield create_app(cases, probes=service.probes, options=options)
        finally:
            await service.background.close(grace_seconds=0.5)
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)


def _default_hosts(host: str, *, with_tokens: bool) -> frozenset[str] | None:
    """On a loopback address, without tokens, being there is all it takes to be trusted: then only by its own names."""
    at_home = f"[{host}]" in LOOPBACK_NAMES or host in LOOPBACK_NAMES
    return LOOPBACK_NAMES if at_home and not with_tokens else None


async def _sweep(cases: UseCases) -> None:
    """Notice, again and again, runs whose process died, and drop what is kept for a day only."""
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        try:
            await cases.interrupt_lost_runs()
            await cases.once.forget_old()
        except DomainError as error:
            _log.warning("Looking for lost runs failed: %s", error.detail)


class Server(uvicorn.Server):
    """uvicorn, but for its handling of signals: it would raise them again before the service was put away."""

    def __init__(self, config: uvicorn.Config) -> None:
        """`ready` is set once connections are accepted."""
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell when it is done."""
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to whoever runs the loop."""
        yield
