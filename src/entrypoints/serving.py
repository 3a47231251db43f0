"""A service that runs: adapters open, chores at work, the application ready to be served."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import uvicorn

from domain.errors import DomainError
from entrypoints.http.app import HttpOptions, create_app
from entrypoints.http.origin import LOOPBACK_NAMES
from entrypoints.settings import AuthMode
from entrypoints.upkeep import at_work, chores_of_every_process, chores_of_readers
from entrypoints.web_files import web_folder
from entrypoints.wiring import use_cases
from entrypoints.wiring.production import production

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncGenerator, Generator

    from litestar import Litestar

    from entrypoints.settings import Settings
    from entrypoints.use_cases import UseCases
    from entrypoints.wiring.production import Service

_log = logging.getLogger(__name__)
# How long open streams may go on after a request to stop, and then answers that nobody listens to, before they are kept
# as interrupted.
GRACE_SECONDS = 8
LAST_GRACE_SECONDS = 2.0


@contextlib.asynccontextmanager
async def running(
    settings: Settings, *, host: str = "127.0.0.1", require_token: bool | None = None
) -> AsyncGenerator[Litestar]:
    """The application with everything behind it, to be served at this host. Raises `StartRefused` before anything was
    begun; at the end, answers under way are kept as they are."""
    async with production(settings) as service:
        cases = use_cases(service.adapters)
        await _take_up(service, cases)
        chores = chores_of_every_process(service, cases)
        if not service.is_shared:
            chores += chores_of_readers(cases)
        with_tokens = settings.auth is AuthMode.TOKEN if require_token is None else require_token
        options = HttpOptions(
            require_token=with_tokens,
            allowed_hosts=settings.allowed_hosts or _default_hosts(host, with_tokens=with_tokens),
            most_bytes=settings.max_upload_bytes,
            web_folder=web_folder(),
        )
        async with at_work(chores), _reading(service, cases):
            try:
                yield create_app(cases, probes=service.probes, options=options)
            finally:
                await service.background.close(grace_seconds=LAST_GRACE_SECONDS)


@contextlib.asynccontextmanager
async def working(settings: Settings) -> AsyncGenerator[None]:
    """A worker: it reads documents and serves nobody, and so needs no language model. Raises `StartRefused`."""
    reading = replace(settings, anthropic_api_key=None, anthropic_base_url=None)
    async with production(reading) as service:
        cases = use_cases(service.adapters)
        await _take_up(service, cases)
        chores = [*chores_of_every_process(service, cases), *chores_of_readers(cases)]
        async with at_work(chores), _reading(service, cases, always=True):
            yield


async def _take_up(service: Service, cases: UseCases) -> None:
    """What earlier processes left. Who is alone knows that nobody else is at it."""
    await cases.interrupt_lost_runs(all_runs=service.is_alone)
    if service.is_alone:
        await cases.tidy_sources()
    try:
        await cases.resume_ingestion()
    except DomainError as error:
        _log.warning("Unread sources could not be asked for yet: %s", error.detail)


@contextlib.asynccontextmanager
async def _reading(service: Service, cases: UseCases, *, always: bool = False) -> AsyncGenerator[None]:
    """Documents are read during the block: by the one process, or by the workers where there are some."""
    if service.is_shared and not always:
        yield
        return
    ingest = service.metered(cases.ingest_source)
    task = asyncio.create_task(service.adapters.job_queue.work(ingest), name="reading")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _default_hosts(host: str, *, with_tokens: bool) -> frozenset[str] | None:
    """On a loopback address, without tokens, being there is all it takes to be trusted: then only by its own names."""
    at_home = f"[{host}]" in LOOPBACK_NAMES or host in LOOPBACK_NAMES
    return LOOPBACK_NAMES if at_home and not with_tokens else None


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
