"""The document reader: every format, in processes that may be killed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from adapters.documents.detection import Kind, detect_quickly
from adapters.documents.exchange import Request
from adapters.documents.limits import ReadingLimits
from adapters.documents.markdown import read_markdown
from adapters.documents.plain import read_text
from adapters.documents.process import ReadingProcess

if TYPE_CHECKING:
    from domain.document import Document

_QUICK = 64 * 1024
_MAX_NAME = 1000


class IsolatedDocumentReader:
    """Reads at most `processes` documents at a time, each in a process of its own.

    A file can be made to crash, to hang or to swell the program that reads it: then a process is lost, the document
    is refused, and nobody else notices. Processes start when first needed and are used again. Short plain text and
    Markdown in UTF-8 is read at once, in a thread. `close` it at the end.
    """

    def __init__(self, limits: ReadingLimits | None = None, *, processes: int = 2) -> None:
        self._limits = limits or ReadingLimits()
        self._places = asyncio.Semaphore(processes)
        self._idle: list[ReadingProcess] = []
        self._working: set[ReadingProcess] = set()
        self._reading: set[asyncio.Task[Document]] = set()
        self._closed = False

    async def read(self, content: bytes, *, name: str, media_type: str | None) -> Document:
        if len(content) <= _QUICK:
            quick = await asyncio.to_thread(self._read_quickly, content, name, media_type)
            if quick is not None:
                return quick
        request = Request(content, _encodable(name), _encodable(media_type or "") or None, self._limits)
        reading = asyncio.create_task(self._read_apart(request))
        self._reading.add(reading)
        reading.add_done_callback(self._reading.discard)
        return await reading

    async def close(self) -> None:
        """Cancel what is being read and end all processes."""
        self._closed = True
        for reading in self._reading:
            reading.cancel()
        await asyncio.gather(*self._reading, return_exceptions=True)
        while self._idle:
            await self._idle.pop().end()

    async def _read_apart(self, request: Request) -> Document:
        async with self._places:
            process = await self._process()
            self._working.add(process)
            try:
                return await process.read(request)
            finally:
                # Shielded: a caller that goes away twice must not leave a process that nobody ends.
                await asyncio.shield(self._put_back(process))

    def _read_quickly(self, content: bytes, name: str, media_type: str | None) -> Document | None:
        detected = detect_quickly(content, name=name, media_type=media_type)
        if detected is None or detected.text is None:
            return None
        read = read_markdown if detected.kind is Kind.MARKDOWN else read_text
        return read(detected.text, detected.kind, self._limits)

    async def _process(self) -> ReadingProcess:
        while self._idle:
            process = self._idle.pop()
            if process.usable:
                return process
            await process.end()
        return await ReadingProcess.start()

    async def _put_back(self, process: ReadingProcess) -> None:
        self._working.discard(process)
        if process.usable and not self._closed:
            self._idle.append(process)
        else:
            await process.end()


def _encodable(hint: str) -> str:
    """Names come from outside and may hold halves of characters."""
    return hint[-_MAX_NAME:].encode("utf-8", "replace").decode()
