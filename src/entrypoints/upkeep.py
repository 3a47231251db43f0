"""What a process of the service does again and again beside serving."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.metrics.ingestion import QUEUE_DEPTH
from domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from entrypoints.use_cases import UseCases
    from entrypoints.wiring.production import Service

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do, and how many seconds to wait before each time. None: once, now."""

    name: str
    seconds: float | None
    work: Callable[[], Awaitable[object]]


def chores_of_every_process(service: Service, cases: UseCases) -> list[Chore]:
    """Notice which index is current, answers whose process died, and sources that nobody reads; forget old keys.
    Who is alone has cleared away already what was left."""
    left = [] if service.is_alone else [Chore("clear away what was left", None, cases.tidy_sources)]
    return [
        *left,
        Chore("look for a new index", 2, service.adapters.generations.refresh),
        Chore("let go of old indexes", 30, service.adapters.generations.retire),
        Chore("look for lost answers", 5, cases.interrupt_lost_runs),
        Chore("look for unread sources", 30, cases.resume_ingestion),
        Chore("count the queue", 10, _counting(service)),
        Chore("forget old keys", 3600, cases.once.forget_old),
    ]


def chores_of_readers(cases: UseCases) -> list[Chore]:
    """Make the index anew where another embedding model is set, and clear away what no source names."""
    return [
        Chore("make the index anew", 15, cases.reindex),
        Chore("clear away", 3600, cases.tidy_sources),
    ]


@contextlib.asynccontextmanager
async def at_work(chores: list[Chore]) -> AsyncGenerator[None]:
    """Do them during the block."""
    tasks = [asyncio.create_task(_again_and_again(chore), name=chore.name) for chore in chores]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _again_and_again(chore: Chore) -> None:
    """A failure is logged, and the next time comes."""
    while True:
        await asyncio.sleep(chore.seconds or 0)
        try:
            await chore.work()
        except DomainError as error:
            _log.warning("To %s failed: %s", chore.name, error.detail)
        except Exception:  # noqa: BLE001  # the next time may go well, and the service goes on
            _log.exception("To %s failed", chore.name)
        if chore.seconds is None:
            return


def _counting(service: Service) -> Callable[[], Awaitable[None]]:
    async def count() -> None:
        QUEUE_DEPTH.set(await service.adapters.job_queue.waiting())

    return count
