"""Compose an answer: search, ask the answerer, check every quote, and tell each step."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from application.answering.markers import MarkerFilter
from application.answering.standalone import standalone_queries
from application.answering.support import last_claim, supporting_quote
from application.ports.answerer import AnswerCitation, AnswerRequest, AnswerText, CitationStyle
from application.ports.retriever import SearchRequest
from domain.answer import verified_quote
from domain.errors import ContentMissing, RunLogUnavailable, SourceNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.answering.answer_task import AnswerTask
    from application.answering.draft import Draft
    from application.ports.answerer import Answerer
    from application.ports.clock import Clock
    from application.ports.content_store import ContentStore
    from application.ports.retriever import Retriever
    from application.ports.run_log import RunLog
    from application.ports.source_index import SourceIndex
    from domain.answer import Quote
    from domain.identity import SourceId
    from domain.run import AnswerEvent
    from domain.source import Hit

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class ComposeAnswer:
    """One run's way from the question to the last part of the answer."""

    source_index: SourceIndex
    content_store: ContentStore
    retriever: Retriever
    answerer: Answerer
    run_log: RunLog
    clock: Clock
    task: AnswerTask
    draft: Draft
    _markers: MarkerFilter = field(default_factory=MarkerFilter)
    _texts: dict[SourceId, str] = field(default_factory=dict["SourceId", str])
    _hits: Sequence[Hit] = ()
    _is_mute: bool = False

    async def __call__(self) -> None:
        """Raises the `DomainError` that kept the answer from being finished; the draft holds what there is."""
        begun = self.clock.monotonic()
        try:
            queries = await self._queries()
            self.draft.question = queries[-1]
            if self.task.search:
                self._hits = await self._search(queries)
                self.draft.timings_ms["retrieve"] = self._milliseconds_since(begun)
            await self._tell(self.draft.found(self._hits))
            await self._answer(queries[-1], begun)
        finally:
            self.draft.timings_ms["total"] = self._milliseconds_since(begun)

    async def _queries(self) -> tuple[str, ...]:
        """The question as it was put, and as it stands on its own; the last is the one to show."""
        question, history = self.task.question.content, self.task.history
        if not history:
            return (question,)
        rewritten = await self.answerer.rewrite(question, history)
        return tuple(dict.fromkeys((question, rewritten))) if rewritten else standalone_queries(question, history)

    async def _search(self, queries: tuple[str, ...]) -> Sequence[Hit]:
        if self.task.sources is not None and not self.task.sources:
            return ()
        request = SearchRequest(queries=queries, sources=self.task.sources, limit=self.task.limit)
        return await self.retriever.search(request, owner=self.task.owner)

    async def _answer(self, standalone: str, begun: float) -> None:
        request = AnswerRequest(
            question=self.task.question.content,
            standalone=standalone,
            history=self.task.history,
            passages=self._hits,
            grounded=self.task.search,
        )
        async for part in self.answerer.answer(request):
            match part:
                case AnswerText(text=text):
                    self.draft.timings_ms.setdefault("first_token", self._milliseconds_since(begun))
                    await self._add(self._markers.feed(text))
                case AnswerCitation():
                    await self._add(self._markers.flush())
                    await self._tell(self.draft.cite(part.number, await self._checked(part)))
                case _:
                    await self._add(self._markers.flush())
                    self.draft.complete(part)

    async def _add(self, pieces: Sequence[str | int]) -> None:
        """Text goes through; a marker that the model wrote stays only if its passage supports the claim before it."""
        for piece in pieces:
            if isinstance(piece, str):
                await self._tell(self.draft.add_text(piece))
            elif self.answerer.citation_style is CitationStyle.INLINE and 1 <= piece <= len(self._hits):
                passage = self._hits[piece - 1].passage
                found = supporting_quote(last_claim(self.draft.text), passage.text, passage.start)
                if found:
                    text, start, end = found
                    part = AnswerCitation(number=piece, text=text, start=start, end=end)
                    await self._tell(self.draft.cite(piece, await self._checked(part)))

    async def _checked(self, part: AnswerCitation) -> Quote | None:
        """The quote, held against the text that the source has now; None for a number that is no passage's."""
        if not 1 <= part.number <= len(self._hits):
            return None
        text = await self._text_of(self._hits[part.number - 1].passage.source_id)
        return verified_quote(text, part.text, part.start, part.end)

    async def _text_of(self, source_id: SourceId) -> str:
        """The source's stored text; empty when the source went away meanwhile, so that nothing of it is verified."""
        if source_id not in self._texts:
            try:
                source = await self.source_index.get(source_id, owner=self.task.owner)
                self._texts[source_id] = (
                    await self.content_store.get_text(source_id, source.current.content) if source.current else ""
                )
            except (SourceNotFound, ContentMissing):
                self._texts[source_id] = ""
        return self._texts[source_id]

    async def _tell(self, events: Sequence[AnswerEvent]) -> None:
        """An answer is not given up for want of a log: it goes on untold, and its readers get it whole at the end."""
        for event in events:
            if self._is_mute:
                return
            try:
                await self.run_log.append(self.task.run_id, event)
            except RunLogUnavailable as error:
                _log.warning("An answer goes on without telling of it: %s", error.detail)
                self._is_mute = True

    def _milliseconds_since(self, begun: float) -> int:
        return round((self.clock.monotonic() - begun) * 1000)
