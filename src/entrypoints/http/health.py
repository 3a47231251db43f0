"""Whether the service lives, and whether it is ready, component by component."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import SkipValidation

from domain.errors import DomainError
from entrypoints.http import schemas
from entrypoints.probes import Probes

if TYPE_CHECKING:
    from entrypoints.probes import Probe

_PATIENCE_SECONDS = 5.0


@get("/health/live", operation_id="readLiveness", summary="Whether the process answers", tags=["Health"])
async def live() -> schemas.Health:
    """Asks nothing of any component."""
    return schemas.Health(status="ok")


@get(
    "/health/ready",
    operation_id="readReadiness",
    summary="Whether requests can be served",
    tags=["Health"],
    responses={503: ResponseSpec(schemas.Health, description="As 200, with what fails.", generate_examples=False)},
)
async def ready(probes: NamedDependency[SkipValidation[Probes]]) -> Response[schemas.Health]:
    """Each component by name: 200 when all is well, 503 when the database or the vector store is not. A model that
    fails is told but does not take the service down: conversations and sources can still be read."""
    states = await asyncio.gather(*(_state_of(probe) for probe in probes.values()))
    components = dict(zip(probes, states, strict=True))
    broken = [name for name, state in components.items() if state.status == "failing" and name != "model"]
    health = schemas.Health(status="failing" if broken else "ok", components=components)
    return Response(health, status_code=503 if broken else 200)


async def _state_of(probe: Probe) -> schemas.ComponentHealth:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            detail = await probe()
    except DomainError as error:
        return schemas.ComponentHealth(status="failing", detail=error.detail)
    except TimeoutError:
        return schemas.ComponentHealth(status="failing", detail="It did not answer in time.")
    return schemas.ComponentHealth(status="ok", detail=detail)
