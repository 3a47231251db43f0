"""The directory of the embedded engine: opening it, making it, and putting its log on the disk."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING
from uuid import uuid4

import qdrant_edge as edge

from adapters.qdrant.points import DENSE, PAYLOAD_INDEXES, SPARSE, IndexKind
from domain.errors import IndexDamaged, StartRefused

if TYPE_CHECKING:
    from pathlib import Path

# The folder of the first collection in a directory.
FIRST = "shard"


def opened_shard(shard_directory: Path, dimension: int | None) -> edge.EdgeShard:
    """The engine as it was left, or new and for vectors of this length. Raises `StartRefused` with the way out."""
    directory = shard_directory.parent
    try:
        if dimension is not None and not shard_directory.exists():
            _make(shard_directory, dimension)
        shard = edge.EdgeShard.load(str(shard_directory))
    except Exception as error:
        raise refusal(directory, error) from error
    for leftover in directory.glob("new-*"):  # of a start that was killed; we hold the lock by now
        shutil.rmtree(leftover, ignore_errors=True)
    return shard


def _make(shard_directory: Path, dimension: int) -> None:
    """Under another name first, so that a start which is killed leaves a whole shard or none."""
    config = edge.EdgeConfig(
        vectors={DENSE: edge.EdgeVectorParams(size=dimension, distance=edge.Distance.Cosine)},
        sparse_vectors={SPARSE: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
    )
    new = shard_directory.with_name(f"new-{uuid4()}")
    new.mkdir(parents=True)
    shard = edge.EdgeShard.create(str(new), config)
    for key, kind in PAYLOAD_INDEXES.items():
        shard.update(edge.UpdateOperation.create_field_index(key, _INDEXES[kind]))
    shard.flush()
    shard.close()
    with contextlib.suppress(OSError):  # another process was quicker: then the lock decides
        new.rename(shard_directory)
    sync(shard_directory.parent)


def log_of(shard_directory: Path) -> Path:
    """Where the engine writes each change first, before it acknowledges it."""
    return shard_directory / "wal"


def sync_log(log: Path) -> None:
    """Put the log on the disk, its files and their names."""
    for file in sorted(log.iterdir()):
        with contextlib.suppress(FileNotFoundError):  # the engine has just given it another name
            sync(file)
    sync(log)


def sync(path: Path) -> None:
    """Put a file, or a folder's names, on the disk."""
    if path.is_dir() and os.name != "posix":
        return  # such systems can't, and keep names by themselves
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refusal(directory: Path, error: Exception) -> StartRefused:
    """What keeps the index in this directory from being opened, with the way out."""
    if "WouldBlock" in str(error):
        return StartRefused(
            f"Another process is using the index in {directory}. Stop it, or give this one another QUOTH_DATA_DIR; for "
            "several processes on one index, run a Qdrant server and set QUOTH_QDRANT_URL."
        )
    return IndexDamaged(
        f"The index in {directory} can't be opened: {error}. quoth doctor --repair puts it aside and makes it anew from "
        "the stored originals."
    )


_INDEXES: dict[IndexKind, edge.PayloadSchemaType | edge.KeywordIndexParams] = {
    "keyword": edge.PayloadSchemaType.Keyword,
    "tenant": edge.KeywordIndexParams(is_tenant=True),
    "prefix": edge.KeywordIndexParams(prefix=True),
    "integer": edge.PayloadSchemaType.Integer,
}
