"""Which embedding model made the vectors: kept in the collection itself, so that it goes where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from adapters.qdrant.conditions import Where
from adapters.qdrant.points import Point
from domain.errors import StartRefused

if TYPE_CHECKING:
    from adapters.qdrant.points import Payload, Points
    from application.ports.embedder import EmbeddingModel

_RECORD = UUID("0b7f7a3e-2f0c-5d3e-8a44-5f9d6c1e7b02")
# Of the payloads and vectors; a change that older code could not read raises it.
_LAYOUT = 1
_ANEW = (
    "move the index away (the folder “index” in the data directory; on a server, the collection) and ingest your "
    "sources again"
)


async def check_provenance(points: Points, model: EmbeddingModel) -> None:
    """Note the model in a new collection; raise `StartRefused` where another one made the vectors."""
    recorded = await _recorded(points)
    if recorded is None:
        if await points.count(Where()):
            raise StartRefused(
                "The collection in Qdrant holds points that Quoth did not write. Give Quoth a collection of its own."
            )
        await points.upsert([Point(_RECORD, _record_of(model))])
        await points.flush()
        # Read again: of two processes that start at once, both must see the one that was written last.
        recorded = await _recorded(points)
    if recorded != _record_of(model):
        raise _refusal(recorded or {}, model)


async def _recorded(points: Points) -> Payload | None:
    records = await points.retrieve([_RECORD])
    return dict(records[0].payload) if records else None


def _record_of(model: EmbeddingModel) -> Payload:
    return {
        "kind": "provenance",
        "layout": _LAYOUT,
        "model": model.id,
        "dimension": model.dimension,
        "fingerprint": model.fingerprint,
    }


def _refusal(recorded: Payload, model: EmbeddingModel) -> StartRefused:
    if recorded.get("layout") != _LAYOUT:
        return StartRefused(
            f"The index has layout {recorded.get('layout')}, and this version of Quoth reads layout {_LAYOUT}. "
            f"Start the version that wrote it, or {_ANEW}."
        )
    return StartRefused(
        f"The index was made with the embedding model {_named(recorded)}, and the setting is {_named(_record_of(model))}. "
        f"Set QUOTH_EMBEDDING_MODEL back to {recorded.get('model')}, or {_ANEW}."
    )


def _named(record: Payload) -> str:
    return f"{record.get('model')} ({record.get('dimension')} dimensions, {str(record.get('fingerprint'))[:12]})"
