"""The content store in S3 and what speaks it: `<prefix>/<source id>/<sha-256>.bin`, `.txt` and `source.json`."""

from __future__ import annotations

import asyncio
import contextlib
import re
import uuid
from typing import TYPE_CHECKING

from adapters.objects.connection import connect, listed
from adapters.objects.failures import FAILURES, is_missing, reason
from application.ports.content_store import KeptContent
from domain.errors import ContentMissing, ContentUnavailable
from domain.identity import SourceId
from domain.source import ContentHash

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from obstore.store import S3Store

_HASH = re.compile(r"[0-9a-f]{64}")
_RECORD = "source.json"
_PROBE_NAME, _PROBE = "check.txt", b"Quoth checks with this that it can read and write here.\n"
_PART_BYTES, _PARTS_AT_ONCE = 8 * 1024 * 1024, 4
# However often a request is tried again, no call outlasts these.
_SECONDS, _SECONDS_OF_CONTENT = 30.0, 900.0


class ObjectContentStore:
    """Keeps content under one prefix of a bucket, which may be shared by any number of processes and machines.

    An object is there as a whole or not at all; what S3 has confirmed is kept. Large ones travel in parts.
    """

    def __init__(self, store: S3Store, *, name: str, patience_seconds: float = _SECONDS) -> None:
        """`name` is what messages call it; `patience_seconds` bounds each call but those that move content."""
        self._store = store
        self._name = name
        self._patience = patience_seconds

    @classmethod
    def open(cls, url: str) -> ObjectContentStore:
        """The store at `s3://BUCKET/PREFIX`, with the usual `AWS_` variables of the environment. Connects to nothing;
        `StartRefused` for another URL."""
        return cls(connect(url), name=url.rstrip("/"))

    async def put_original(self, source_id: SourceId, content: ContentHash, data: bytes) -> None:
        await self._put(_key(source_id, _file_name(content, ".bin")), data)

    async def get_original(self, source_id: SourceId, content: ContentHash) -> bytes:
        return await self._get(_key(source_id, _file_name(content, ".bin")))

    async def put_text(self, source_id: SourceId, content: ContentHash, text: str) -> None:
        await self._put(_key(source_id, _file_name(content, ".txt")), text.encode())

    async def get_text(self, source_id: SourceId, content: ContentHash) -> str:
        return (await self._get(_key(source_id, _file_name(content, ".txt")))).decode()

    async def put_record(self, source_id: SourceId, record: bytes) -> None:
        await self._put(_key(source_id, _RECORD), record)

    async def get_record(self, source_id: SourceId) -> bytes:
        return await self._get(_key(source_id, _RECORD))

    async def remove_record(self, source_id: SourceId) -> None:
        await self._delete(_key(source_id, _RECORD))

    async def remove(self, source_id: SourceId, *, keep: frozenset[ContentHash] = frozenset()) -> None:
        # The record first: while there is one, what it names is there too.
        for name in sorted(await self._names(source_id), key=lambda name: name != _RECORD):
            if name.partition(".")[0] not in keep and not (keep and name == _RECORD):
                await self._delete(_key(source_id, name))

    async def kept(self, source_id: SourceId) -> KeptContent:
        names = await self._names(source_id)
        return KeptContent(originals=_hashes(names, ".bin"), texts=_hashes(names, ".txt"), has_record=_RECORD in names)

    async def sources(self) -> Sequence[SourceId]:
        # Every name is listed, not the folders alone: some stores go on listing folders that have become empty.
        found = set[SourceId]()
        async with self._asking(_SECONDS_OF_CONTENT):
            async for page in listed(self._store):
                found.update(id_ for each in page if (id_ := _source_of(each["path"])) is not None)
        return sorted(found)

    async def check(self) -> None:
        # The same object each time, so that those who check at once are not in each other's way.
        async with self._asking(self._patience):
            await self._store.put_async(_PROBE_NAME, _PROBE)
            came_back = (await (await self._store.get_async(_PROBE_NAME)).bytes_async()).to_bytes()
            async for _ in listed(self._store, _PROBE_NAME):
                pass
        if came_back != _PROBE:
            raise ContentUnavailable(f"The content store {self._name} does not give back what was written to it.")

    async def _put(self, key: str, data: bytes) -> None:
        async with self._asking(_SECONDS_OF_CONTENT):
            await self._store.put_async(key, data, chunk_size=_PART_BYTES, max_concurrency=_PARTS_AT_ONCE)

    async def _get(self, key: str) -> bytes:
        async with self._asking(_SECONDS_OF_CONTENT):
            try:
                found = await self._store.get_async(key)
            except FileNotFoundError as error:
                # A bucket that is missing, or a wrong address, is “not found” too.
                if is_missing(error):
                    raise ContentMissing(f"Nothing is stored as {key}.") from None
                raise
            return (await found.bytes_async()).to_bytes()

    async def _delete(self, key: str) -> None:
        async with self._asking(self._patience):
            try:
                await self._store.delete_async(key)
            except FileNotFoundError as error:
                if not is_missing(error):
                    raise

    async def _names(self, source_id: SourceId) -> set[str]:
        names = set[str]()
        async with self._asking(self._patience):
            async for page in listed(self._store, _key(source_id, "")):
                names.update(each["path"].rpartition("/")[2] for each in page)
        return names

    @contextlib.asynccontextmanager
    async def _asking(self, seconds: float) -> AsyncGenerator[None]:
        """Whatever the store fails with, in the domain's words."""
        try:
            async with asyncio.timeout(seconds):
                yield
        except FAILURES as error:
            raise ContentUnavailable(f"The content store {self._name} {reason(error)}") from error


def _key(source_id: SourceId, name: str) -> str:
    return f"{uuid.UUID(str(source_id))}/{name}"


def _file_name(content: ContentHash, suffix: str) -> str:
    if not _HASH.fullmatch(content):
        raise ValueError(f"Not a SHA-256 in lower-case hexadecimal digits: {content!r}")
    return f"{content}{suffix}"


def _hashes(names: set[str], suffix: str) -> frozenset[ContentHash]:
    stems = (name.removesuffix(suffix) for name in names if name.endswith(suffix))
    return frozenset(ContentHash(stem) for stem in stems if _HASH.fullmatch(stem))


def _source_of(key: str) -> SourceId | None:
    folder, is_inside, _ = key.partition("/")
    try:
        source_id = SourceId(uuid.UUID(folder))
    except ValueError:
        return None
    return source_id if is_inside and folder == str(source_id) else None
