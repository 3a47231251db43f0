"""The splitter: whole sentences, as many as the embedding model reads, never over a page's or a section's end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import chain, pairwise, takewhile
from typing import TYPE_CHECKING

from adapters.splitting.boundaries import Window
from application.sources.embedding_text import embedding_text
from domain.document import Chunk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from application.ports.embedder import Embedder
    from domain.document import Document, PageSpan, SectionSpan

_SPECIAL_TOKENS = 2
_MOST_CHARACTERS_A_TOKEN = 10
_SEPARATOR = " › "


@dataclass(frozen=True, slots=True)
class _Region:
    """A stretch of one page and one section (or of several small ones under the same headings)."""

    start: int
    end: int
    page: int | None
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentenceSplitter:
    """Chunks of at most `passage_tokens` tokens, fewer where title and headings leave less of the model's window.

    Pages are never crossed, so that each chunk has one. Sections are not either, but that a small one (a heading
    without text, one line) is put together with what follows it. A chunk has at most ten characters a token: a run of
    letters without meaning may be one token, however long.
    """

    embedder: Embedder
    passage_tokens: int = 200

    async def split(self, document: Document) -> Sequence[Chunk]:
        return await asyncio.to_thread(lambda: list(self._chunks(document)))

    def _chunks(self, document: Document) -> Iterator[Chunk]:
        for region in self._joined(document.text, _regions(document)):
            section = _SEPARATOR.join(region.path) or None
            room = self._room(document.title, section)
            start = _skip_space(document.text, region.start, region.end)
            while start < region.end:
                end = self._end_of_chunk(document, start, region.end, room)
                stripped = start + len(document.text[start:end].rstrip())
                yield Chunk(start=start, end=stripped, page=region.page, section=section)
                start = _skip_space(document.text, end, region.end)

    def _room(self, title: str | None, section: str | None) -> int:
        """The tokens that a chunk may have under this title and these headings."""
        names = self.embedder.count_tokens(embedding_text(title, section, ""))
        return max(1, min(self.passage_tokens, self.embedder.model.max_tokens - _SPECIAL_TOKENS - names))

    def _end_of_chunk(self, document: Document, start: int, end: int, room: int) -> int:
        window = self._window(document, start, end, room)
        limit = room
        while True:
            cut = window.best_cut(limit)
            excess = self.embedder.count_tokens(window.text[:cut].rstrip()) - room
            if excess <= 0 or limit == 1:
                return start + cut
            limit = max(1, min(limit - 1, limit - excess))  # cut off, a word can have more tokens than it had whole

    def _window(self, document: Document, start: int, end: int, room: int) -> Window:
        """What the next chunk is cut from, twice as much as it can hold where there is so much."""
        most = min(end - start, room * _MOST_CHARACTERS_A_TOKEN)
        size = min(most, 3 * room)
        tokens = self.embedder.token_offsets(document.text[start : start + size])
        if len(tokens) <= 2 * room and size < most:
            size = most
            tokens = self.embedder.token_offsets(document.text[start : start + size])
        text = document.text[start : start + size]
        return Window(text, tokens, complete=start + size == end, language=document.language or "en")

    def _joined(self, text: str, regions: Iterator[_Region]) -> Iterator[_Region]:
        """The regions, with small ones joined to what follows them on their page."""
        held: _Region | None = None
        for region in regions:
            path = self._path_of_both(text, held, region) if held else None
            if held is not None and path is not None:
                held = _Region(held.start, region.end, held.page, path)
                continue
            if held is not None:
                yield held
            held = region
        if held is not None:
            yield held

    def _path_of_both(self, text: str, first: _Region, second: _Region) -> tuple[str, ...] | None:
        """The headings over both, or None where they had better stay apart."""
        if first.page != second.page or self._size(text, first) > self.passage_tokens // 4:
            return None
        bare_heading = "\n" not in text[first.start : first.end].strip()
        if bare_heading and second.path[: len(first.path)] == first.path:
            return second.path
        if self._size(text, first) + self._size(text, second) > self.passage_tokens:
            return None
        return tuple(one for one, _ in takewhile(_same, zip(first.path, second.path, strict=False)))

    def _size(self, text: str, region: _Region) -> int:
        if region.end - region.start > self.passage_tokens * _MOST_CHARACTERS_A_TOKEN:
            return self.passage_tokens
        return self.embedder.count_tokens(text[region.start : region.end])


def _regions(document: Document) -> Iterator[_Region]:
    """The text cut at every page's and every section's beginning and end, without what is white space only."""
    page_edges = ((page.start, page.end) for page in document.pages)
    section_edges = ((section.start, section.end) for section in document.sections)
    edges = sorted({0, len(document.text), *chain(*page_edges, *section_edges)})
    pages, sections = iter(document.pages), iter(document.sections)
    page, section = next(pages, None), next(sections, None)
    for start, end in pairwise(edges):
        while page is not None and page.end <= start:
            page = next(pages, None)
        while section is not None and section.end <= start:
            section = next(sections, None)
        if document.text[start:end].strip():
            yield _Region(start, end, _number(page, start), _path(section, start))


def _number(page: PageSpan | None, at: int) -> int | None:
    return page.number if page is not None and page.start <= at else None


def _path(section: SectionSpan | None, at: int) -> tuple[str, ...]:
    return section.path if section is not None and section.start <= at else ()


def _same(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def _skip_space(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start
