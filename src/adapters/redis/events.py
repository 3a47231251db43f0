"""Events of runs as bytes and back, with nothing lost on the way."""

from __future__ import annotations

import msgspec

from domain.run import AnswerEvent, QuoteAdded, RunFailed, RunFinished, RunStarted, SourcesFound, TextAdded

# These names are in what is kept: a process of another release reads them too.
_KINDS: dict[str, type[AnswerEvent]] = {
    "started": RunStarted,
    "sources": SourcesFound,
    "text": TextAdded,
    "quote": QuoteAdded,
    "finished": RunFinished,
    "failed": RunFailed,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in _KINDS.items()}


class _Kept(msgspec.Struct, array_like=True, frozen=True):
    """An event with the name of its kind."""

    kind: str
    event: msgspec.Raw


_KEPT = msgspec.json.Decoder(_Kept)


def encode(event: AnswerEvent) -> bytes:
    """The event as it is kept."""
    return msgspec.json.encode((_NAMES[type(event)], event))


def decode(kept: bytes) -> AnswerEvent:
    """The event that was kept."""
    found = _KEPT.decode(kept)
    return _DECODERS[found.kind].decode(found.event)
