"""Runs under way in a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from advanced_alchemy.filters import LimitOffset

from adapters.database.mapping import row_of_run, run_from
from adapters.database.repositories import RunRows, repository
from adapters.database.rows import ConversationRow, RunRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from adapters.database.transaction import Transaction
    from application.ports.runs import ActiveRun
    from domain.identity import ConversationId, RunId, UserId

_PAGE = 100


@dataclass(frozen=True, slots=True)
class DatabaseRuns:
    """See the port."""

    transaction: Transaction

    async def add(self, run: ActiveRun) -> None:
        self.transaction.to_write()
        await repository(RunRows, self.transaction).add(row_of_run(run))

    async def renew(self, run_id: RunId, *, until: datetime) -> bool:
        return (
            await self.transaction.wrote(sa.update(RunRow).where(RunRow.id == run_id).values(leased_until=until)) == 1
        )

    async def remove(self, run_id: RunId) -> bool:
        """See the port. The conversation is locked before the run, as by everybody who writes in it: or whoever deletes
        it would wait for this run, and this block for the conversation."""
        if self.transaction.locks_rows:
            its_conversation = sa.select(RunRow.conversation_id).where(RunRow.id == run_id).scalar_subquery()
            lock = sa.select(ConversationRow.id).where(ConversationRow.id == its_conversation).with_for_update()
            await self.transaction.session.execute(lock)
        return await self.transaction.wrote(sa.delete(RunRow).where(RunRow.id == run_id)) == 1

    async def active_in(self, conversation_id: ConversationId, *, owner: UserId) -> Sequence[ActiveRun]:
        rows = await repository(RunRows, self.transaction).get_many(
            conversation_id=conversation_id, user_id=owner, order_by=RunRow.id.desc()
        )
        return [run_from(row) for row in rows]

    async def expired(self, *, now: datetime | None) -> Sequence[ActiveRun]:
        lapsed = [] if now is None else [RunRow.leased_until < now]
        rows = await repository(RunRows, self.transaction).get_many(
            *lapsed, LimitOffset(_PAGE, 0), order_by=[RunRow.leased_until.asc(), RunRow.id.asc()]
        )
        return [run_from(row) for row in rows]
