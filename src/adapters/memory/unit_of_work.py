"""Units of work over dictionaries: what is written becomes visible at `commit`, or never."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.memory.conversations import MemoryConversations
from adapters.memory.idempotency_keys import MemoryIdempotencyKeys
from adapters.memory.messages import MemoryMessages
from adapters.memory.runs import MemoryRuns
from adapters.memory.tables import Tables
from adapters.memory.tokens import MemoryTokens
from domain.errors import MessageNotFound

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@dataclass(slots=True)
class MemoryUnitOfWork:
    """Works on a copy of the tables; `commit` puts the copy in their place."""

    database: MemoryDatabase
    tables: Tables
    writing: bool
    conversations: MemoryConversations = field(init=False)
    messages: MemoryMessages = field(init=False)
    runs: MemoryRuns = field(init=False)
    tokens: MemoryTokens = field(init=False)
    idempotency_keys: MemoryIdempotencyKeys = field(init=False)

    def __post_init__(self) -> None:
        self.conversations = MemoryConversations(self.tables)
        self.messages = MemoryMessages(self.tables)
        self.runs = MemoryRuns(self.tables)
        self.tokens = MemoryTokens(self.tables)
        self.idempotency_keys = MemoryIdempotencyKeys(self.tables)

    async def commit(self) -> None:
        """See the port."""
        if not self.writing:
            raise RuntimeError("A block that writes must be opened with write=True.")
        for conversation in self.tables.conversations.values():
            active = conversation.active_message_id
            message = self.tables.messages.get(active) if active is not None else None
            if active is not None and (message is None or message.conversation_id != conversation.id):
                raise MessageNotFound(f"There is no message {active} in this conversation.")
        self.database.tables = self.tables.copied()


@dataclass(slots=True)
class MemoryDatabase:
    """All tables of one service; a test may look at them. Writers take turns."""

    tables: Tables = field(default_factory=Tables)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @contextlib.asynccontextmanager
    async def start_unit_of_work(self, *, write: bool = False) -> AsyncGenerator[MemoryUnitOfWork]:
        """See the port."""
        async with self._turn if write else contextlib.nullcontext():
            yield MemoryUnitOfWork(self, self.tables.copied(), write)
