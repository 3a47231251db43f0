"""Take in files, web pages or texts, and see to it that they will be read."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.ports.job_queue import IngestJob
from application.sources.entries import source_or_none
from domain.conversation import TITLE_LENGTH, check_text
from domain.errors import InvalidInput, Overloaded, QueueUnavailable, UnreadableDocument
from domain.identity import VersionId
from domain.source import ContentHash, Source, SourceType, SourceVersion, source_id_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.ports.clock import Clock
    from application.ports.content_store import ContentStore
    from application.ports.job_queue import JobQueue
    from application.ports.web_fetcher import WebFetcher
    from application.sources.entries import Entries
    from domain.identity import Principal, SourceId, UserId

_log = logging.getLogger(__name__)

URL_LENGTH = 2_048
TEXT_LENGTH = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file. Its name is data: it makes the source's title and URL and is never used as a path."""

    name: str
    content: bytes
    media_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """A web address to be fetched."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """Text pushed by a program. Without a URL, one is made from the title."""

    title: str
    text: str
    url: str | None = None


NewSource = NewFile | NewPage | NewText


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    """Content that has come in, whichever way."""

    url: str
    title: str
    type: SourceType
    name: str
    media_type: str | None
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSources:
    """Stores the bytes, then the intention to read them, then asks for it to be done: whatever crashes, the next
    start finds either nothing or all that it takes to go on. The same content again changes nothing."""

    entries: Entries
    content_store: ContentStore
    web_fetcher: WebFetcher
    job_queue: JobQueue
    clock: Clock

    async def __call__(self, new: Sequence[NewSource], *, principal: Principal) -> Sequence[Source]:
        """The sources as they are now, `indexing` unless their content is unchanged. Raises `InvalidInput`,
        `UnreadableDocument` (empty), `Overloaded` while too many wait to be read, and for an address what
        `WebFetcher.fetch` raises; nothing is added then."""
        with contextlib.suppress(QueueUnavailable):
            await self.job_queue.check_room()
        arrivals = [await self._arrival(each) for each in new]
        for arrival in arrivals:
            if not arrival.content:
                raise UnreadableDocument(f"“{arrival.title}” is empty: it has 0 bytes.")
        return [await self._add(arrival, principal.user_id) for arrival in arrivals]

    async def _add(self, arrival: _Arrival, owner: UserId) -> Source:
        content = ContentHash(hashlib.sha256(arrival.content).hexdigest())
        source_id = source_id_for(owner, arrival.url)
        async with self.entries.changing(source_id) as generation:
            known = await source_or_none(generation, source_id, owner)
            if known is not None and _is_unchanged(known, content, arrival):
                return known
            await self.content_store.put_original(source_id, content, arrival.content)
            source = self._received(known, arrival, content, source_id, owner)
            await self.entries.save(source, generation)
        await self._enqueue(source)
        return source

    async def _enqueue(self, source: Source) -> None:
        assert source.pending is not None
        try:
            await self.job_queue.enqueue(IngestJob(source.owner, source.id, source.pending.id))
        except (QueueUnavailable, Overloaded) as error:
            # The entry says that it is to be read, and is looked through again and again: nothing is lost.
            _log.warning("Source %s waits for the queue: %s", source.id, error.detail)

    async def _arrival(self, new: NewSource) -> _Arrival:
        match new:
            case NewFile():
                name = _file_name(new.name)
                return _Arrival(
                    url=f"file:///{urllib.parse.quote(name)}",
                    title=name.rpartition("/")[2],
                    type=SourceType.DOCUMENT,
                    name=name,
                    media_type=new.media_type,
                    content=new.content,
                )
            case NewPage():
                url = _page_address(new.url)
                page = await self.web_fetcher.fetch(url)
                return _Arrival(
                    url=url,
                    title=url,
                    type=SourceType.WEBPAGE,
                    name=urllib.parse.urlsplit(page.url).path.rpartition("/")[2] or "index.html",
                    media_type=page.media_type,
                    content=page.content,
                )
            case _:
                check_text("title", new.title, TITLE_LENGTH)
                check_text("text", new.text, TEXT_LENGTH)
                if new.url is not None:
                    check_text("url", new.url, URL_LENGTH)
                return _Arrival(
                    url=new.url or f"text:///{urllib.parse.quote(new.title)}",
                    title=new.title,
                    type=SourceType.API,
                    name=f"{new.title}.md",
                    media_type="text/markdown; charset=utf-8",
                    content=new.text.encode(),
                )

    def _received(
        self, known: Source | None, arrival: _Arrival, content: ContentHash, source_id: SourceId, owner: UserId
    ) -> Source:
        now = self.clock.now()
        version = SourceVersion(
            id=VersionId(self.clock.new_id()),
            content=content,
            size=len(arrival.content),
            name=arrival.name,
            media_type=arrival.media_type,
            added_at=now,
            title=arrival.title if arrival.type is SourceType.API else None,
        )
        source = known or Source(
            id=source_id,
            owner=owner,
            url=arrival.url,
            title=arrival.title,
            type=arrival.type,
            created_at=now,
            last_updated=now,
        )
        return source.received(version)


def _is_unchanged(known: Source, content: ContentHash, arrival: _Arrival) -> bool:
    """Whether this content is on its way already, or on show with nothing else on its way. A pushed text under another
    title is another."""
    version = known.pending or known.current
    if version is None or version.content != content:
        return False
    return arrival.type is not SourceType.API or arrival.title == (version.title or known.title)


def _file_name(claimed: str) -> str:
    """The name as a person reads it: forward slashes, no control characters, no empty or dot segments."""
    printable = "".join(character for character in claimed if character.isprintable())
    parts = [part for part in printable.replace("\\", "/").split("/") if part.strip() not in {"", ".", ".."}]
    return "/".join(parts)[-TITLE_LENGTH:].lstrip("/") or "unnamed"


def _page_address(claimed: str) -> str:
    """The address without its fragment; what it may be beyond http(s) is for the fetcher to say."""
    check_text("url", claimed, URL_LENGTH)
    url = urllib.parse.urldefrag(claimed.strip()).url
    if urllib.parse.urlsplit(url).scheme.lower() not in {"http", "https"}:
        raise InvalidInput("url", "Must be an address that begins with http:// or https://.")
    return url
