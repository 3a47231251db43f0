"""What the stores of one unit of work share: its session, and whether it may write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.sql.dml import UpdateBase

    from adapters.database.rows import Base


@dataclass(frozen=True, slots=True)
class Transaction:
    """A session and its ground rules."""

    session: AsyncSession
    writing: bool

    @property
    def on_postgres(self) -> bool:
        """Which of the two databases this is."""
        return self.session.get_bind().dialect.name == "postgresql"

    @property
    def locks_rows(self) -> bool:
        """Whether a read row must be locked: on SQLite a writer is alone anyway."""
        return self.writing and self.on_postgres

    def to_write(self) -> AsyncSession:
        """The session, for a statement that writes."""
        if not self.writing:
            raise RuntimeError("A block that writes must be opened with write=True.")
        return self.session

    def insert(self, row: type[Base]) -> Any:
        """An INSERT that understands ON CONFLICT, which each dialect of SQLAlchemy has of its own."""
        return postgresql.insert(row) if self.on_postgres else sqlite.insert(row)

    async def wrote(self, statement: UpdateBase) -> int:
        """Run a statement that writes; the number of rows it touched."""
        result = await self.to_write().execute(statement, execution_options={"synchronize_session": False})
        assert isinstance(result, CursorResult)
        return result.rowcount
