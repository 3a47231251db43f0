"""A model server on the loopback interface that speaks the documented Messages API, and plays what a test wrote."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from tests.support.messages_replies import Ending, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

__all__ = ["MessagesApi", "Reply", "Request"]

_LONGEST_REWRITING = 128


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. Header names are in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any

    @property
    def is_rewriting(self) -> bool:
        """Whether a follow-up's rewriting is asked for: nothing else is content with so few tokens."""
        return self.path == "/v1/messages" and self.body.get("max_tokens", 0) <= _LONGEST_REWRITING

    @property
    def texts(self) -> str:
        """Everything that the model is told."""
        return json.dumps([self.body.get("system"), self.body["messages"]], ensure_ascii=False)


@dataclass
class MessagesApi:
    """Plays `replies` in order, `default` when there are none left. A rewriting gets `rewriting` and uses up no reply;
    by default that is empty, so that the question is searched for as it is. `models` answers the list of models.

    `requests` holds what came in; `hung_up` counts the streams that the client left before their end.
    """

    default: Reply = field(default_factory=lambda: Reply.text("Claims are paid within ten days."))
    rewriting: Reply = field(default_factory=lambda: Reply.text(""))
    models: Reply = field(default_factory=lambda: Reply.json({"data": [], "has_more": False}))
    replies: deque[Reply] = field(default_factory=deque["Reply"])
    requests: list[Request] = field(default_factory=list["Request"])
    hung_up: int = 0
    address: str = ""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop
        ).result()
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def questions(self) -> list[Request]:
        """The requests for answers, without rewritings and lists of models."""
        return [request for request in self.requests if request.path == "/v1/messages" and not request.is_rewriting]

    def wait_for(self, condition: Callable[[], bool], seconds: float = 20) -> None:
        """Return when it holds."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "It did not happen."
            time.sleep(0.01)

    async def _close(self) -> None:
        self._server.close()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while request := await _read(reader):
                self.requests.append(request)
                if not await self._play(self._reply_to(request), request, reader, writer):
                    break
        writer.close()

    def _reply_to(self, request: Request) -> Reply:
        if request.path.startswith("/v1/models"):
            return self.models
        if request.path != "/v1/messages":
            return Reply.error(404, "not_found_error", "No such path.")
        if request.is_rewriting:
            return self.rewriting
        return self.replies.popleft() if self.replies else self.default

    async def _play(
        self, reply: Reply, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Whether the connection can be used again."""
        lines = [f"HTTP/1.1 {reply.status} Whatever", *(f"{name}: {value}" for name, value in reply.headers.items())]
        if reply.silent_seconds and await self._left_within(reply.silent_seconds, reader):
            return False
        writer.write("\r\n".join((*lines, "transfer-encoding: chunked", "", "")).encode())
        for step in reply.steps_for(request.body):
            if isinstance(step, bytes):
                writer.write(b"%x\r\n%s\r\n" % (len(step), step))
                await writer.drain()
            elif step is Ending.DROP:
                await writer.drain()
                writer.transport.abort()
                return False
            elif isinstance(step, int | float) and await self._left_within(step, reader):
                return False
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _left_within(self, seconds: float, reader: asyncio.StreamReader) -> bool:
        """Whether the client hung up in that time: it has nothing more to say before it has the answer."""
        try:
            async with asyncio.timeout(seconds):
                left = not await reader.read(1)
        except TimeoutError:
            return False
        except ConnectionError:
            left = True
        self.hung_up += left
        return True


async def _read(reader: asyncio.StreamReader) -> Request | None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, urlsplit(target).path, headers, json.loads(body) if body else {})
