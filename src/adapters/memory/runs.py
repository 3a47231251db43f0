"""Runs under way in a dictionary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.errors import Conflict, MessageNotFound
from domain.identity import message_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from adapters.memory.tables import Tables
    from application.ports.runs import ActiveRun
    from domain.identity import ConversationId, RunId, UserId

_PAGE = 100


@dataclass(slots=True)
class MemoryRuns:
    """See the port."""

    tables: Tables

    async def add(self, run: ActiveRun) -> None:
        message = self.tables.messages.get(message_of(run.id))
        conversation = self.tables.conversations.get(run.conversation_id)
        if message is None or message.conversation_id != run.conversation_id:
            raise MessageNotFound(f"There is no message {run.id} in this conversation.")
        if conversation is None or conversation.owner != run.owner:
            raise MessageNotFound(f"There is no message {run.id} in this conversation.")
        if run.id in self.tables.runs:
            raise Conflict("It exists already.")
        self.tables.runs[run.id] = run

    async def renew(self, run_id: RunId, *, until: datetime) -> bool:
        run = self.tables.runs.get(run_id)
        if run is None:
            return False
        self.tables.runs[run_id] = replace(run, leased_until=until)
        return True

    async def remove(self, run_id: RunId) -> bool:
        return self.tables.runs.pop(run_id, None) is not None

    async def active_in(self, conversation_id: ConversationId, *, owner: UserId) -> Sequence[ActiveRun]:
        runs = self.tables.runs.values()
        found = [run for run in runs if run.conversation_id == conversation_id and run.owner == owner]
        return sorted(found, key=lambda run: run.id, reverse=True)

    async def expired(self, *, now: datetime | None) -> Sequence[ActiveRun]:
        lapsed = [run for run in self.tables.runs.values() if now is None or run.leased_until < now]
        return sorted(lapsed, key=lambda run: (run.leased_until, run.id))[:_PAGE]
