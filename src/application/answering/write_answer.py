"""Write one answer, from the search to the last word, whoever is listening."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.answering.compose_answer import ComposeAnswer
from application.answering.draft import Draft
from application.answering.keep_draft import KeepDraft
from domain.answer import MessageStatus
from domain.errors import DomainError, Problem, RunLogUnavailable
from domain.run import RunFailed, RunFinished

if TYPE_CHECKING:
    from application.answering.answer_task import AnswerTask
    from application.ports.answerer import Answerer
    from application.ports.clock import Clock
    from application.ports.content_store import ContentStore
    from application.ports.retriever import Retriever
    from application.ports.run_log import RunLog
    from application.ports.source_index import SourceIndex
    from application.ports.unit_of_work import StartUnitOfWork

_log = logging.getLogger(__name__)

INTERRUPTED = Problem(code="interrupted", detail="The server stopped before the answer was complete.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteAnswer:
    """Composes the answer while keeping it: a checkpoint every second or less, a last state always, and only then
    the last event. Ends early when a stop is asked for, when the process shuts down, or when the run was taken away
    (its conversation deleted, or its lease lost)."""

    start_unit_of_work: StartUnitOfWork
    source_index: SourceIndex
    content_store: ContentStore
    retriever: Retriever
    answerer: Answerer
    run_log: RunLog
    clock: Clock
    checkpoint_seconds: float = 0.8

    async def __call__(self, task: AnswerTask) -> None:
        """Never raises but for cancellation, after having put things in order."""
        draft = Draft(answer=task.answer, provider=self.answerer.provider, model=self.answerer.model_name)
        keeper = KeepDraft(
            start_unit_of_work=self.start_unit_of_work,
            clock=self.clock,
            task=task,
            draft=draft,
            every_seconds=self.checkpoint_seconds,
        )
        try:
            status, problem = await self._compose_until_stopped(task, draft, keeper)
        except asyncio.CancelledError:
            await asyncio.shield(self._finish(task, keeper, MessageStatus.INTERRUPTED, INTERRUPTED))
            raise
        # A shutdown that arrives now must not tear the last write apart.
        await asyncio.shield(self._finish(task, keeper, status, problem))

    async def _compose_until_stopped(
        self, task: AnswerTask, draft: Draft, keeper: KeepDraft
    ) -> tuple[MessageStatus, Problem | None]:
        compose = ComposeAnswer(
            source_index=self.source_index,
            content_store=self.content_store,
            retriever=self.retriever,
            answerer=self.answerer,
            run_log=self.run_log,
            clock=self.clock,
            task=task,
            draft=draft,
        )
        work = asyncio.create_task(compose())
        stop = asyncio.create_task(self.run_log.stop_requested(task.run_id))
        keep = asyncio.create_task(keeper.until_lost())
        try:
            await asyncio.wait({work, stop, keep}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                return MessageStatus.STOPPED, None
            return _outcome(work)
        finally:
            for part in (work, stop, keep):
                part.cancel()
            await asyncio.gather(work, stop, keep, return_exceptions=True)

    async def _finish(
        self, task: AnswerTask, keeper: KeepDraft, status: MessageStatus, problem: Problem | None
    ) -> None:
        message = await keeper.finish(status, problem)
        last: RunFinished | RunFailed
        if message is None:
            gone = Problem(code="run-not-found", detail="The conversation was deleted, or the answer was given up.")
            last = RunFailed(problem=problem or gone)
        else:
            last = RunFinished(message=message) if problem is None else RunFailed(problem=problem)
        try:
            await self.run_log.append(task.run_id, last)
        except RunLogUnavailable as error:
            # Whoever follows looks at the stored answer from time to time.
            _log.warning("The end of an answer could not be told: %s", error.detail)


def _outcome(work: asyncio.Task[None]) -> tuple[MessageStatus, Problem | None]:
    error = work.exception()
    if error is None:
        return MessageStatus.COMPLETE, None
    if isinstance(error, DomainError):
        return MessageStatus.FAILED, error.problem
    _log.error("A run failed unexpectedly", exc_info=error)
    return MessageStatus.FAILED, Problem(code="internal", detail="The answer failed unexpectedly; the log says why.")
