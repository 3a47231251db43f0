"""Named locks over every process that uses one PostgreSQL database: its advisory locks.

A lock belongs to a session, so that a process which dies lets go of it at once. (A pooler in front of the database that
shares sessions between transactions does not do for this.)
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import exc

from adapters.database.engine import connecting
from domain.errors import DomainError, Overloaded

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresLocks:
    """`engine` is these locks' own: whoever waits for a connection to read with must not wait for who holds a lock. Its
    time limit has to be longer than the patience."""

    engine: AsyncEngine
    patience_seconds: float = 30.0

    @contextlib.asynccontextmanager
    async def hold(self, name: str) -> AsyncGenerator[None]:
        """See the port. Beside its own lock everybody shares one that `hold_all` wants alone. Both are waited for in the
        database's queues, which let nobody be overtaken."""
        async with self._session() as session:
            async with self._patience():
                await _run(session, sa.func.pg_advisory_lock(_key(f"one {name}")))
                await _run(session, sa.func.pg_advisory_lock_shared(_EVERYTHING))
            yield

    @contextlib.asynccontextmanager
    async def hold_all(self) -> AsyncGenerator[None]:
        """See the port."""
        async with self._session() as session:
            async with self._patience():
                await _run(session, sa.func.pg_advisory_lock(_EVERYTHING))
            yield

    @contextlib.asynccontextmanager
    async def try_hold(self, name: str) -> AsyncGenerator[bool]:
        """See the port."""
        async with self._session() as session:
            yield await _run(session, sa.func.pg_try_advisory_lock(_key(f"single {name}")))

    async def close(self) -> None:
        """Let go of everything."""
        await self.engine.dispose()

    @contextlib.asynccontextmanager
    async def _patience(self) -> AsyncGenerator[None]:
        try:
            async with asyncio.timeout(self.patience_seconds):
                yield
        except TimeoutError:
            raise Overloaded("Somebody else is still busy with the same thing; try again shortly.", 5) from None

    @contextlib.asynccontextmanager
    async def _session(self) -> AsyncGenerator[AsyncConnection]:
        """A connection outside any transaction, and without any lock when it goes back to the pool."""
        with connecting():
            connection = await self.engine.connect()
        try:
            connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection
        finally:
            await asyncio.shield(_give_back(connection))


async def _run(session: AsyncConnection, function: sa.Function[bool]) -> bool:
    with connecting():
        return bool((await session.execute(sa.select(function))).scalar_one())


async def _give_back(connection: AsyncConnection) -> None:
    try:
        with connecting():
            await connection.execute(sa.select(sa.func.pg_advisory_unlock_all()))
    except (DomainError, exc.SQLAlchemyError) as error:
        # Its session is gone or not to be trusted, and its locks go with it.
        _log.warning("A lock's connection was lost: %s", type(error).__name__)
        with contextlib.suppress(exc.SQLAlchemyError):
            await connection.invalidate()
    with contextlib.suppress(exc.SQLAlchemyError, DomainError):
        await connection.close()


def _key(name: str) -> int:
    """What PostgreSQL numbers the lock with: 64 bits, signed."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


_EVERYTHING = _key("every source")
