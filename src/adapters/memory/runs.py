"""Runs under way in a dictionary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

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
        return [run for run in self.tables.runs.values() if now is None or run.leased_until < now][:_PAGE]
