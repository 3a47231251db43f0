"""The ASGI application: controllers, middleware and handlers put together."""

from __future__ import annotations

import contextlib
import importlib.metadata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.plugins.prometheus import PrometheusConfig

from entrypoints.http import docs, openapi
from entrypoints.http.auth import Authentication, principal
from entrypoints.http.bodies import check_body
from entrypoints.http.chat import ChatController
from entrypoints.http.conversations import ConversationController
from entrypoints.http.errors import HANDLERS
from entrypoints.http.health import live, ready
from entrypoints.http.idempotency import Idempotency
from entrypoints.http.methods import Application
from entrypoints.http.metrics import Metrics
from entrypoints.http.origin import HostHeader, SameOrigin
from entrypoints.http.overload import Capacity, Overload
from entrypoints.http.request_log import RequestLog, log_response
from entrypoints.http.security_headers import add_security_headers
from entrypoints.http.sources import SourceController, search_passages
from entrypoints.http.tracing import Tracing, end_span
from entrypoints.http.web import web_handlers

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from contextlib import AbstractAsyncContextManager

    from entrypoints.probes import Probes
    from entrypoints.use_cases import UseCases

API_PATH = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """What of the settings concerns HTTP."""

    require_token: bool = False
    most_bytes: int = 50 * 1024 * 1024
    web_folder: Path | None = None
    allowed_hosts: frozenset[str] | None = None
    capacity: Capacity = field(default_factory=Capacity)


@contextlib.asynccontextmanager
async def _nothing() -> AsyncGenerator[None]:
    yield


def create_app(
    use_cases: UseCases,
    *,
    probes: Probes | None = None,
    options: HttpOptions | None = None,
    lifespan: Callable[[], AbstractAsyncContextManager[None]] = _nothing,
) -> Litestar:
    """The application over these use cases. `lifespan` surrounds its serving."""
    options = options or HttpOptions()
    health: Probes = probes or {}

    @contextlib.asynccontextmanager
    async def surround(_app: Litestar) -> AsyncGenerator[None]:
        async with lifespan():
            yield

    api = Router(
        path=API_PATH,
        route_handlers=[ConversationController, ChatController, SourceController, search_passages],
        middleware=[
            Overload(options.capacity),
            SameOrigin(options.allowed_hosts),
            Authentication(use_cases.authenticate if options.require_token else None),
            Idempotency(use_cases.once, options.most_bytes),
        ],
        before_request=check_body,
        request_max_body_size=options.most_bytes,
        dependencies={"principal": Provide(principal)},
    )
    return Application(
        route_handlers=[api, live, ready, *docs.HANDLERS, *web_handlers(options.web_folder), Metrics],
        dependencies={
            "use_cases": Provide(lambda: use_cases, sync_to_thread=False),
            "probes": Provide(lambda: health, sync_to_thread=False),
        },
        middleware=[
            Tracing(),
            RequestLog(),
            HostHeader(),
            PrometheusConfig(app_name="quoth", prefix="quoth", group_path=True).middleware,
        ],
        before_send=[add_security_headers, log_response, end_span],
        exception_handlers=HANDLERS,
        openapi_config=openapi.openapi_config(importlib.metadata.version("quoth")),
        logging_config=None,
        lifespan=[surround],
    )
