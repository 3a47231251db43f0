"""Read, split and embed a version of a source, and put it on show in one step."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from application.sources.embedding_text import embedding_text
from application.sources.steps import StepHook, no_hook
from domain.errors import (
    ContentMissing,
    Problem,
    SourceNotFound,
    TooLarge,
    UnreadableDocument,
    UnsupportedFormat,
)
from domain.source import Passage, SourceType, passage_id_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.ports.clock import Clock
    from application.ports.content_store import ContentStore
    from application.ports.document_reader import DocumentReader
    from application.ports.embedder import Embedder
    from application.ports.job_queue import IngestJob
    from application.ports.locks import Locks
    from application.ports.source_index import SourceIndex
    from application.ports.splitter import Splitter
    from domain.document import Chunk, Document
    from domain.source import Source, SourceVersion

_log = logging.getLogger(__name__)
_BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSource:
    """Can be interrupted anywhere and begun again: passages of a version that no entry names are never found, and
    the entry changes in one write. `between_steps` is told each step's name before it is taken."""

    source_index: SourceIndex
    content_store: ContentStore
    document_reader: DocumentReader
    splitter: Splitter
    embedder: Embedder
    locks: Locks
    clock: Clock
    between_steps: StepHook = no_hook

    async def __call__(self, job: IngestJob) -> None:
        """Raises what may pass by itself (`IndexUnavailable` …): then the job is to be tried again. A version that
        was replaced or whose source was deleted meanwhile is left alone."""
        source = await self._source(job)
        if source is None or source.pending is None:
            return
        version = source.pending
        try:
            document, passages = await self._indexed(source, version)
        except (UnsupportedFormat, UnreadableDocument, TooLarge, ContentMissing) as refusal:
            _log.info("Source %s could not be read: %s", source.id, refusal.code)
            await self.give_up(job, refusal.problem)
            return
        await self._put_on_show(job, document, len(passages))

    async def give_up(self, job: IngestJob, problem: Problem) -> None:
        """Leave the source as it was before this version came, saying why."""
        async with self.locks.hold(f"source {job.source_id}"):
            source = await self._source(job)
            if source is None:
                return
            self.between_steps("reject")
            rejected = source.rejected(problem, at=self.clock.now())
            await self.source_index.save(rejected)
            await self._clean_up(rejected)

    async def _source(self, job: IngestJob) -> Source | None:
        """The source, if this job's version is still the one that it waits for."""
        try:
            source = await self.source_index.get(job.source_id, owner=job.owner)
        except SourceNotFound:
            await self.source_index.sweep(job.source_id, owner=job.owner, keep=None)
            return None
        if source.pending is None or source.pending.id != job.version_id:
            return None
        return source

    async def _indexed(self, source: Source, version: SourceVersion) -> tuple[Document, Sequence[Passage]]:
        self.between_steps("read")
        original = await self.content_store.get_original(source.id, version.content)
        document = await self.document_reader.read(original, name=version.name, media_type=version.media_type)
        title = _title(source, document)
        # The title is embedded with each passage, so the splitter must leave room for this one.
        chunks = await self.splitter.split(replace(document, title=title))
        if not chunks:
            raise UnreadableDocument("There is no text in it.")
        self.between_steps("keep text")
        await self.content_store.put_text(source.id, version.content, document.text)
        passages = [_passage(source, version, document, ordinal, chunk) for ordinal, chunk in enumerate(chunks)]
        for begin in range(0, len(passages), _BATCH):
            batch = passages[begin : begin + _BATCH]
            texts = [embedding_text(title, passage.section, passage.text) for passage in batch]
            embeddings = await self.embedder.embed_passages(texts)
            self.between_steps("write passages")
            await self.source_index.write_passages(batch, embeddings)
        return document, passages

    async def _put_on_show(self, job: IngestJob, document: Document, passages: int) -> None:
        async with self.locks.hold(f"source {job.source_id}"):
            source = await self._source(job)
            if source is None:
                return
            self.between_steps("put on show")
            shown = source.indexed(title=_title(source, document), passages=passages, at=self.clock.now())
            await self.source_index.save(shown)
            await self._clean_up(shown)

    async def _clean_up(self, source: Source) -> None:
        """Remove what the entry does not name any more."""
        self.between_steps("sweep passages")
        await self.source_index.sweep(source.id, owner=source.owner, keep=source.current.id if source.current else None)
        self.between_steps("remove content")
        keep = frozenset({source.current.content} if source.current else ())
        await self.content_store.remove(source.id, keep=keep)


def _title(source: Source, document: Document) -> str:
    """A page goes by the title that it gives itself; files and pushed texts keep the name people know them by."""
    if source.type is SourceType.WEBPAGE and document.title and document.title.strip():
        return " ".join(document.title.split())[:255]
    return source.title


def _passage(source: Source, version: SourceVersion, document: Document, ordinal: int, chunk: Chunk) -> Passage:
    return Passage(
        id=passage_id_for(version.id, ordinal),
        source_id=source.id,
        version_id=version.id,
        owner=source.owner,
        ordinal=ordinal,
        text=document.text[chunk.start : chunk.end],
        start=chunk.start,
        end=chunk.end,
        page=chunk.page,
        section=chunk.section,
    )
