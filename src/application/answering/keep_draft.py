"""Keep an answer while it is being written, so that a crash loses a second of it at most."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from application.answering.answer_task import LEASE
from domain.answer import MessageStatus
from domain.errors import DatabaseUnavailable, NotFound

if TYPE_CHECKING:
    from application.answering.answer_task import AnswerTask
    from application.answering.draft import Draft
    from application.ports.clock import Clock
    from application.ports.unit_of_work import StartUnitOfWork
    from domain.conversation import Message
    from domain.errors import Problem

_log = logging.getLogger(__name__)
_RENEW_AFTER_SECONDS = 5.0
_LAST_WRITE_PAUSES_SECONDS = (0.2, 1.0, 3.0)


@dataclass(slots=True, kw_only=True)
class KeepDraft:
    """Checkpoints one draft and holds its run's lease."""

    start_unit_of_work: StartUnitOfWork
    clock: Clock
    task: AnswerTask
    draft: Draft
    every_seconds: float
    _kept: tuple[str, int] = field(default=("", 0))
    _renewed_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._renewed_at = self.clock.monotonic()

    async def until_lost(self) -> None:
        """Checkpoint again and again; return when the run is no longer ours to work on."""
        while True:
            await asyncio.sleep(self.every_seconds)
            state = (self.draft.text, len(self.draft.references))
            if state == self._kept and self.clock.monotonic() - self._renewed_at < _RENEW_AFTER_SECONDS:
                continue
            try:
                if not await self._checkpoint():
                    return
            except DatabaseUnavailable as error:
                # The next checkpoint, or the last write, may fare better; the answer goes on meanwhile.
                _log.warning("A checkpoint failed: %s", error.detail)
            else:
                self._kept = state
                self._renewed_at = self.clock.monotonic()

    async def finish(self, status: MessageStatus, problem: Problem | None) -> Message | None:
        """Write the answer's last state, trying again for a few seconds; None when the run was taken away."""
        for pause in (0.0, *_LAST_WRITE_PAUSES_SECONDS):
            await asyncio.sleep(pause)
            try:
                return await self._write_last(status, problem)
            except DatabaseUnavailable as error:
                _log.warning("The last state of an answer could not be stored: %s", error.detail)
        return None

    async def _checkpoint(self) -> bool:
        async with self.start_unit_of_work(write=True) as unit_of_work:
            if not await unit_of_work.runs.renew(self.task.run_id, until=self.clock.now() + LEASE):
                return False
            await unit_of_work.messages.save(self.draft.message(MessageStatus.ANSWERING), owner=self.task.owner)
            await unit_of_work.commit()
        return True

    async def _write_last(self, status: MessageStatus, problem: Problem | None) -> Message | None:
        owner, conversation_id = self.task.owner, self.task.answer.conversation_id
        try:
            async with self.start_unit_of_work(write=True) as unit_of_work:
                conversation = await unit_of_work.conversations.get(conversation_id, owner=owner)
                if not await unit_of_work.runs.remove(self.task.run_id):
                    return None
                await unit_of_work.messages.save(self.draft.message(status, problem), owner=owner)
                now = self.clock.now()
                leaf = conversation.active_message_id or self.task.answer.id
                await unit_of_work.conversations.save(conversation.at(leaf, now))
                stored = await unit_of_work.messages.get(
                    self.task.answer.id, conversation_id=conversation_id, owner=owner
                )
                await unit_of_work.commit()
        except NotFound:
            return None
        return stored
