"""One reading process, as the service sees it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

from adapters.documents.exchange import LENGTH, TOO_MUCH_MEMORY, Request, decode_reply, document_of, framed
from domain.document import Document
from domain.errors import UnreadableDocument

_INHERITED = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_MOST_REPLY = 1024 * 1024 * 1024
_END_WITHIN = 2.0


class ReadingProcess:
    """Reads one document at a time. After any failure it is no longer `usable`; `end` it in any case."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._worn = False

    @classmethod
    async def start(cls) -> ReadingProcess:
        """A process of its own: it knows none of the service's secrets, and finds modules where the service does."""
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment |= {
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1",
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "adapters.documents.worker"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment,
            start_new_session=True,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def usable(self) -> bool:
        """Whether it may be given another document."""
        return not self._worn and self._process.returncode is None

    async def read(self, request: Request) -> Document:
        """The document. Raises its refusal, or `UnreadableDocument` where the process broke or was too slow."""
        self._worn = True
        try:
            async with asyncio.timeout(request.limits.seconds):
                body = await self._exchange(request)
        except TimeoutError:
            raise UnreadableDocument(
                f"Reading the document took longer than {request.limits.seconds:.0f} seconds and was given up. "
                "Divide it, or save it in a simpler format such as PDF or text."
            ) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise await self._broken(request) from None
        try:
            reply = decode_reply(body)
            self._worn = reply.worn
            return document_of(reply)
        except ValueError as error:
            self._worn = True
            raise UnreadableDocument("The document could not be read: what was found in it makes no sense.") from error

    async def end(self) -> None:
        """End it, by force where it does not end by itself."""
        process = self._process
        if process.stdin is not None:
            process.stdin.close()
        if self._worn:
            _kill(process)
        try:
            async with asyncio.timeout(_END_WITHIN):
                await process.wait()
        except TimeoutError:
            _kill(process)
            await process.wait()

    async def _exchange(self, request: Request) -> bytes:
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None
        assert sink is not None
        sink.write(framed(request))
        await sink.drain()
        (length,) = LENGTH.unpack(await source.readexactly(LENGTH.size))
        if length > _MOST_REPLY:
            raise ConnectionError
        return await source.readexactly(length)

    async def _broken(self, request: Request) -> UnreadableDocument:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_WITHIN):
                await self._process.wait()
        if self._process.returncode == TOO_MUCH_MEMORY:
            return UnreadableDocument(
                f"Reading the document needs more than {request.limits.memory_bytes // (1024 * 1024)} MB of memory and "
                "was given up. Divide it, or save it in a simpler format such as PDF or text."
            )
        return UnreadableDocument(
            "The document could not be read: it broke the program that reads it, so it is damaged or needs too much "
            "memory. Open it in the program it comes from, save it again and add that copy."
        )


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
