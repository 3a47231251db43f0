"""Units of work over a database."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.database.conversations import DatabaseConversations
from adapters.database.engine import WRITING, connecting
from adapters.database.idempotency_keys import DatabaseIdempotencyKeys
from adapters.database.messages import DatabaseMessages
from adapters.database.runs import DatabaseRuns
from adapters.database.tokens import DatabaseTokens
from adapters.database.transaction import Transaction
from domain.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sqlalchemy.ext.asyncio import AsyncEngine

_WRITERS_TURN_SECONDS = 60.0
_CHECK_SECONDS = 5.0


@dataclass(slots=True)
class DatabaseUnitOfWork:
    """See the port. Its members share one transaction."""

    transaction: Transaction
    conversations: DatabaseConversations = field(init=False)
    messages: DatabaseMessages = field(init=False)
    runs: DatabaseRuns = field(init=False)
    tokens: DatabaseTokens = field(init=False)
    idempotency_keys: DatabaseIdempotencyKeys = field(init=False)

    def __post_init__(self) -> None:
        self.conversations = DatabaseConversations(self.transaction)
        self.messages = DatabaseMessages(self.transaction)
        self.runs = DatabaseRuns(self.transaction)
        self.tokens = DatabaseTokens(self.transaction)
        self.idempotency_keys = DatabaseIdempotencyKeys(self.transaction)

    async def commit(self) -> None:
        """See the port."""
        session = self.transaction.to_write()
        try:
            with connecting():
                await session.commit()
        except Exception:
            # SQLite's transaction is still open then, and nobody would roll it back: away with the connection.
            await session.invalidate()
            raise


class Database:
    """One database behind an engine of `create_engine`."""

    def __init__(self, engine: AsyncEngine) -> None:
        """The engine becomes this object's own: `close` puts it away."""
        self.engine = engine
        # A reader sees one state of the database from its first statement to its last, as SQLite's readers do.
        self._reading = engine if self._is_sqlite else engine.execution_options(isolation_level="REPEATABLE READ")
        self._writing = engine.execution_options(**{WRITING: True})
        # SQLite has one writer at a time and lets the others try again and again; in here they queue instead.
        self._turn = asyncio.Lock() if self._is_sqlite else None

    @contextlib.asynccontextmanager
    async def start_unit_of_work(self, *, write: bool = False) -> AsyncGenerator[DatabaseUnitOfWork]:
        """See the port."""
        async with self.session(write=write) as session:
            yield DatabaseUnitOfWork(Transaction(session, write))

    @contextlib.asynccontextmanager
    async def session(self, *, write: bool) -> AsyncGenerator[AsyncSession]:
        """A transaction that has begun; undone unless it is committed."""
        async with self._writers_turn() if write else contextlib.nullcontext():
            engine = self._writing if write else self._reading
            async with AsyncSession(engine, expire_on_commit=False, autoflush=False) as session:
                with connecting():
                    _ = await session.connection()
                yield session

    async def check(self) -> None:
        """Return if the database answers; raises `DatabaseUnavailable`."""
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                with connecting():
                    async with self._reading.connect() as connection:
                        await connection.execute(sa.text("SELECT 1 FROM conversations LIMIT 1"))
        except TimeoutError:
            raise DatabaseUnavailable(f"The database did not answer within {_CHECK_SECONDS:.0f} s.") from None
        except exc.DBAPIError as error:
            raise DatabaseUnavailable(f"The database does not answer as it should: {error.orig}.") from error

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()

    @property
    def _is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextlib.asynccontextmanager
    async def _writers_turn(self) -> AsyncGenerator[None]:
        if self._turn is None:
            yield
            return
        try:
            async with asyncio.timeout(_WRITERS_TURN_SECONDS):
                await self._turn.acquire()
        except TimeoutError:
            raise DatabaseUnavailable("The database is busy: too many writers are waiting.") from None
        try:
            yield
        finally:
            self._turn.release()
