"""Read, split and embed one version of a source into an index: it is not found there before an entry names it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from application.sources.embedding_text import embedding_text
from application.sources.steps import StepHook, no_hook
from domain.errors import UnreadableDocument
from domain.source import Passage, SourceType, passage_id_for

if TYPE_CHECKING:
    from application.ports.content_store import ContentStore
    from application.ports.document_reader import DocumentReader
    from application.ports.generations import Generation
    from domain.document import Chunk, Document
    from domain.source import Source, SourceVersion

_BATCH = 64


@dataclass(frozen=True, slots=True)
class IndexedVersion:
    """What an entry has to say of a version that was written."""

    title: str
    passages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexVersion:
    """The same version written again gives the same passages under the same ids, so it can be interrupted and begun
    again. `between_steps` is told each step's name before it is taken."""

    content_store: ContentStore
    document_reader: DocumentReader
    between_steps: StepHook = no_hook

    async def __call__(self, source: Source, version: SourceVersion, generation: Generation) -> IndexedVersion:
        """Raises what refuses the document (`UnsupportedFormat`, `UnreadableDocument`, `TooLarge`), `ContentMissing`, and
        what may pass by itself."""
        self.between_steps("read")
        original = await self.content_store.get_original(source.id, version.content)
        document = await self.document_reader.read(original, name=version.name, media_type=version.media_type)
        title = _title(source, version, document)
        # The title is embedded with each passage, so the splitter must leave room for this one.
        chunks = await generation.splitter.split(replace(document, title=title))
        if not chunks and document.text.strip():
            raise UnreadableDocument("There is no text in it.")
        self.between_steps("keep text")
        await self.content_store.put_text(source.id, version.content, document.text)
        passages = [_passage(source, version, document, ordinal, chunk) for ordinal, chunk in enumerate(chunks)]
        for begin in range(0, len(passages), _BATCH):
            batch = passages[begin : begin + _BATCH]
            texts = [embedding_text(title, passage.section, passage.text) for passage in batch]
            embeddings = await generation.embedder.embed_passages(texts)
            self.between_steps("write passages")
            await generation.source_index.write_passages(batch, embeddings)
        return IndexedVersion(title, len(passages))


def _title(source: Source, version: SourceVersion, document: Document) -> str:
    """A page goes by the title that it gives itself, a pushed text by the one that it came with; a file keeps the name
    people know it by."""
    if version.title is not None:
        return version.title
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
