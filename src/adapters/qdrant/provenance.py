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
_ANEW = "run “quoth doctor --repair”, which makes the index anew from the stored originals"
_BUNDLED = "bundled"


async def check_provenance(points: Points, model: EmbeddingModel, name: str | None = None) -> None:
    """Note the model in a new collection, and the name that loads it (None: its id does); raise `StartRefused` where
    another one made the vectors."""
    made_by = _record_of(model)
    recorded = await recorded_model(points)
    if recorded is None:
        if await points.count(Where()):
            raise StartRefused(
                "The collection in Qdrant holds points that Quoth did not write. Give Quoth a collection of its own."
            )
        await points.upsert([Point(_RECORD, {**made_by, "name": name or model.id})])
        await points.flush()
        # Read again: of two processes that start at once, both must see the one that was written last.
        recorded = await recorded_model(points)
    if recorded is None or not is_record_of(recorded, model):
        raise _refusal(recorded or made_by, model)


async def recorded_model(points: Points) -> Payload | None:
    """The record in a collection; None in a new one. Raises `StartRefused` where it can't be understood."""
    records = await points.retrieve([_RECORD])
    if not records:
        return None
    recorded = records[0].payload
    if recorded.get("layout") != _LAYOUT:
        raise StartRefused(
            f"The index has layout {recorded.get('layout')}, and this version of Quoth reads layout {_LAYOUT}. "
            f"Start the version that wrote it, or move the index away (the folder “index” in the data directory; on a "
            "server, the collection) and run “quoth doctor --repair”."
        )
    return recorded


def is_record_of(recorded: Payload, model: EmbeddingModel) -> bool:
    """Whether it is this model's."""
    return _record_of(model).items() <= recorded.items()


def name_in(recorded: Payload) -> str:
    """The name that loads the model. Earlier versions recorded the id alone."""
    model = str(recorded["model"])
    return str(recorded.get("name") or (_BUNDLED if model.startswith(f"{_BUNDLED}/") else model))


def not_to_be_had(recorded: Payload, reason: StartRefused) -> StartRefused:
    """What to say when the model can't be loaded."""
    return StartRefused(
        f"The index was made with the embedding model {_named(recorded)}, which can't be had: {reason.detail} "
        f"{_way_out(recorded)}"
    )


def _record_of(model: EmbeddingModel) -> Payload:
    return {
        "kind": "provenance",
        "layout": _LAYOUT,
        "model": model.id,
        "dimension": model.dimension,
        "fingerprint": model.fingerprint,
    }


def _refusal(recorded: Payload, model: EmbeddingModel) -> StartRefused:
    return StartRefused(
        f"The index was made with the embedding model {_named(recorded)}, and what there is of it is "
        f"{_named(_record_of(model))}. {_way_out(recorded)}"
    )


def _way_out(recorded: Payload) -> str:
    return f"Set QUOTH_EMBEDDING_MODEL back to {name_in(recorded)}, or {_ANEW}."


def _named(record: Payload) -> str:
    return f"{record.get('model')} ({record.get('dimension')} dimensions, {str(record.get('fingerprint'))[:12]})"
