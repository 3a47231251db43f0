"""The ports on the way from a question to its answer, and from a file to its passages, traced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentelemetry.trace import SpanKind

from adapters.telemetry.spans import begin, note_failure, span
from application.ports.answerer import AnswerCompleted, CitationStyle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Sequence

    from application.ports.answerer import Answerer, AnswerPart, AnswerRequest, Turn
    from application.ports.background import Background
    from application.ports.job_queue import IngestJob, IngestWork
    from application.ports.retriever import Retriever, SearchRequest
    from domain.errors import Problem
    from domain.identity import UserId
    from domain.source import Hit


@dataclass(frozen=True, slots=True)
class TracedBackground:
    """Other background, with a span around each piece of work, below that of the request that began it."""

    background: Background

    def admit(self) -> None:
        """See the port."""
        self.background.admit()

    def start(self, work: Coroutine[None, None, None], *, name: str) -> None:
        """See the port."""
        self.background.start(_in_span(work, name), name=name)


async def _in_span(work: Coroutine[None, None, None], name: str) -> None:
    kind, _, identity = name.partition(" ")
    with span(kind, quoth__id=identity):
        await work


@dataclass(frozen=True, slots=True)
class TracedRetriever:
    """Another retriever."""

    retriever: Retriever

    async def search(self, request: SearchRequest, *, owner: UserId) -> Sequence[Hit]:
        """See the port."""
        with span("retrieve", quoth__queries=len(request.queries), quoth__limit=request.limit) as search:
            hits = await self.retriever.search(request, owner=owner)
            search.set_attribute("quoth.hits", len(hits))
            return hits


@dataclass(frozen=True, slots=True)
class TracedAnswerer:
    """Another answerer."""

    answerer: Answerer

    @property
    def citation_style(self) -> CitationStyle:
        """See the port."""
        return self.answerer.citation_style

    @property
    def provider(self) -> str:
        """See the port."""
        return self.answerer.provider

    @property
    def model_name(self) -> str | None:
        """See the port."""
        return self.answerer.model_name

    async def answer(self, request: AnswerRequest) -> AsyncIterator[AnswerPart]:
        """See the port."""
        asked = begin(
            f"chat {self.model_name or self.provider}",
            kind=SpanKind.CLIENT,
            gen_ai__operation__name="chat",
            gen_ai__provider__name=self.provider,
            gen_ai__request__model=self.model_name or self.provider,
            quoth__passages=len(request.passages),
        )
        has_begun = False
        try:
            async for part in self.answerer.answer(request):
                if not has_begun:
                    asked.add_event("first part")
                    has_begun = True
                if isinstance(part, AnswerCompleted) and part.usage is not None:
                    asked.set_attribute("gen_ai.usage.input_tokens", part.usage.input_tokens)
                    asked.set_attribute("gen_ai.usage.output_tokens", part.usage.output_tokens)
                yield part
        except Exception as error:
            note_failure(asked, error)
            raise
        finally:
            asked.end()

    async def rewrite(self, question: str, history: Sequence[Turn]) -> str | None:
        """See the port."""
        with span("rewrite", kind=SpanKind.CLIENT, gen_ai__operation__name="chat"):
            return await self.answerer.rewrite(question, history)

    async def check(self) -> None:
        """See the port."""
        await self.answerer.check()


@dataclass(frozen=True, slots=True)
class TracedIngest:
    """Other ingestion."""

    ingest: IngestWork

    async def __call__(self, job: IngestJob) -> None:
        """See the port."""
        with span("ingest", quoth__source=str(job.source_id), quoth__version=str(job.version_id)):
            await self.ingest(job)

    async def give_up(self, job: IngestJob, problem: Problem) -> None:
        """See the port."""
        with span("give up", quoth__source=str(job.source_id), error__type=problem.code):
            await self.ingest.give_up(job, problem)
