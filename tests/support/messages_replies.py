"""What a model server may reply: well-formed streams, and all the ways in which they go wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any

_EVENT_STREAM = {"content-type": "text/event-stream", "cache-control": "no-cache"}
_FOREVER = 3600.0


class Ending(Enum):
    """How a stream is cut: `DROP` tears the connection, `END` ends the body as if all were said."""

    DROP = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Cite:
    """A native citation of the request's search result number `result`, its text blocks from `first` to `end`."""

    result: int
    first: int
    end: int
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply: its status, and its body as bytes to send and seconds to wait, made for the request's body."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: dict(_EVENT_STREAM))
    make: Callable[[Any], Iterable[bytes | float | Ending]] = lambda _: ()
    silent_seconds: float = 0

    def steps_for(self, body: Any) -> Iterable[bytes | float | Ending]:
        return self.make(body)

    @classmethod
    def text(cls, *texts: str, stop_reason: str | None = "end_turn", usage: Mapping[str, int] | None = None) -> Reply:
        """A well-formed stream of one text block, one delta a text."""
        return cls.events(*start(usage), *text_block(0, texts), *stop(stop_reason))

    @classmethod
    def slow(cls, *texts: str, seconds: float) -> Reply:
        """The same, the deltas some seconds apart, the first at once."""
        first, *deltas, last = text_block(0, texts)
        waits = [step for number, delta in enumerate(deltas) for step in ((seconds, delta) if number else (delta,))]
        return cls.events(*start(), first, *waits, last, *stop())

    @classmethod
    def cited(cls, *claims: str | tuple[str, Sequence[Cite]], stop_reason: str = "end_turn") -> Reply:
        """One text block a claim, with native citations of the search results in the request."""

        def make(body: Any) -> Iterable[bytes]:
            results = [block for block in body["messages"][-1]["content"] if block["type"] == "search_result"]
            blocks: list[dict[str, Any]] = []
            for index, claim in enumerate(claims):
                text, cites = (claim, ()) if isinstance(claim, str) else claim
                blocks += text_block(index, (text,), [_citation(cite, results) for cite in cites])
            return [encoded(event) for event in (*start(), *blocks, *stop(stop_reason))]

        return cls(make=make)

    @classmethod
    def events(cls, *events: Mapping[str, Any] | bytes | float | Ending) -> Reply:
        """Any events at all; bytes go as they are."""
        steps = [encoded(event) if isinstance(event, Mapping) else event for event in events]
        return cls(make=lambda _: steps)

    @classmethod
    def json(cls, content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
        """A body that is no stream."""
        content_type = {"content-type": "application/json"}
        return cls(
            status=status, headers={**content_type, **(headers or {})}, make=lambda _: [json.dumps(content).encode()]
        )

    @classmethod
    def html(cls, status: int) -> Reply:
        """What a proxy says for the server."""
        page = b"<html><body><h1>Bad gateway</h1></body></html>"
        return cls(status=status, headers={"content-type": "text/html"}, make=lambda _: [page])

    @classmethod
    def error(cls, status: int, type: str, message: str = "No.", headers: Mapping[str, str] | None = None) -> Reply:  # noqa: A002 - the field's name on the wire
        """An error instead of a stream."""
        return cls.json(error_event(type, message), status, {"request-id": "req_1", **(headers or {})})

    @classmethod
    def silent(cls) -> Reply:
        """Not even headers."""
        return cls(silent_seconds=_FOREVER)

    def cut_after(self, deltas: int, ending: Ending | float = Ending.END) -> Reply:
        """The same up to so many content deltas, then the ending; a number of seconds is a stall."""

        def make(body: Any) -> Iterable[bytes | float | Ending]:
            left = deltas
            for step in self.make(body):
                yield step
                left -= isinstance(step, bytes) and step.startswith(b"event: content_block_delta")
                if not left:
                    break
            yield ending

        return replace(self, make=make)

    def in_pieces_of(self, size: int) -> Reply:
        """The same bytes, cut anywhere."""

        def make(body: Any) -> Iterable[bytes | float | Ending]:
            whole = b"".join(step for step in self.make(body) if isinstance(step, bytes))
            return [whole[at : at + size] for at in range(0, len(whole), size)]

        return replace(self, make=make)

    def with_crlf(self) -> Reply:
        """The same with the other line ends that the format knows."""

        def make(body: Any) -> Iterable[bytes | float | Ending]:
            return [step.replace(b"\n", b"\r\n") if isinstance(step, bytes) else step for step in self.make(body)]

        return replace(self, make=make)


def encoded(event: Mapping[str, Any]) -> bytes:
    """An event as it goes over the wire."""
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def start(usage: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
    """How a message begins."""
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "stub",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 100, "output_tokens": 1, **(usage or {})},
    }
    return [{"type": "message_start", "message": message}, {"type": "ping"}]


def text_block(index: int, texts: Sequence[str], citations: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """A block of text, in as many deltas as there are texts, with its citations."""
    deltas: list[dict[str, Any]] = [
        *({"type": "text_delta", "text": text} for text in texts),
        *({"type": "citations_delta", "citation": citation} for citation in citations),
    ]
    return block(index, {"type": "text", "text": ""}, deltas)


def block(index: int, content: Mapping[str, Any], deltas: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A block of any kind."""
    return [
        {"type": "content_block_start", "index": index, "content_block": dict(content)},
        *({"type": "content_block_delta", "index": index, "delta": dict(delta)} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def stop(reason: str | None = "end_turn", output_tokens: int = 12, **more: Any) -> list[dict[str, Any]]:
    """How a message ends."""
    delta = {"stop_reason": reason, "stop_sequence": None, **more}
    return [
        {"type": "message_delta", "delta": delta, "usage": {"output_tokens": output_tokens}},
        {"type": "message_stop"},
    ]


def error_event(type: str, message: str = "No.") -> dict[str, Any]:  # noqa: A002 - the field's name on the wire
    """An error, in the middle of a stream or as a body."""
    return {"type": "error", "error": {"type": type, "message": message}, "request_id": "req_1"}


def _citation(cite: Cite, results: Sequence[Any]) -> dict[str, Any]:
    result = results[cite.result]
    return {
        "type": "search_result_location",
        "source": cite.source or result["source"],
        "title": result["title"],
        "cited_text": "".join(part["text"] for part in result["content"][cite.first : cite.end]),
        "search_result_index": cite.result,
        "start_block_index": cite.first,
        "end_block_index": cite.end,
    }
