"""The embedders that tests run against, the bundled one loaded once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from adapters.embedding.embedder import FastembedEmbedder
from adapters.memory.embedder import HashEmbedder
from application.ports.embedder import Embedder


@cache
def embedder_named(name: str) -> Embedder:
    """`memory` or `fastembed`."""
    if name == "memory":
        return HashEmbedder()
    return FastembedEmbedder.load(cache=Path("unused"))
