"""The program itself, but hurried and mortal: for tests that end processes.

TESTS_ENDING=FILE      a step of a change to a source whose name stands in the file ends the process there; those that
                       were let pass are added, one a line, to a file beside it, FILE.passed
QUOTH_EMBEDDING_MODEL=tests/other   the bundled model told other words before each text, which makes other vectors
TESTS_HURRY=1          what waits for a minute in earnest, before it takes a process for dead, waits for seconds

python -m tests.support.launcher serve …
"""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.embedding import embedder
from adapters.embedding.models import LoadedModel, load_model
from adapters.embedding.prefixes import Prefixes
from adapters.saq.job_queue import SaqJobQueue
from application.answering import ask_question, keep_draft
from application.sources.index_version import IndexVersion
from application.sources.ingest_source import IngestSource
from application.sources.reindex import Reindex
from application.sources.remove_source import RemoveSource
from entrypoints import serving
from entrypoints.upkeep import Chore, chores_of_readers
from entrypoints.use_cases import UseCases

_WITH_STEPS: tuple[Any, ...] = (IngestSource, IndexVersion, RemoveSource, Reindex)


def _end_at(ending: Path) -> None:
    passed = ending.with_name(f"{ending.name}.passed")

    def hook(step: str) -> None:
        if ending.exists() and ending.read_text() == step:
            ending.unlink()  # the next process lives
            os.kill(os.getpid(), signal.SIGKILL)
        with passed.open("a") as steps:
            steps.write(f"{step}\n")

    for use_case in _WITH_STEPS:
        use_case.__init__.__kwdefaults__["between_steps"] = hook


def _hurry() -> None:
    lease = timedelta(seconds=3)
    modules: tuple[Any, ...] = (ask_question, keep_draft)
    for module in modules:
        module.LEASE = lease
    modules[1]._RENEW_AFTER_SECONDS = 0.5
    opening: Any = SaqJobQueue.open
    opening.__func__.__kwdefaults__["lost_after_seconds"] = 3.0

    def hurried(cases: UseCases) -> list[Chore]:
        remake, *others = chores_of_readers(cases)
        return [replace(remake, seconds=2), *others]

    setattr(serving, chores_of_readers.__name__, hurried)


def _know_another_model() -> None:
    def load(name: str, *, cache: Path, threads: int) -> LoadedModel:
        if name != "tests/other":
            return load_model(name, cache=cache, threads=threads)
        bundled = load_model("bundled", cache=cache, threads=threads)
        return replace(bundled, id=name, prefixes=Prefixes(query="A question: ", passage="An answer: "))

    setattr(embedder, load_model.__name__, load)


# Not only where it is run: processes of a server import it anew, and are to be the same.
if "TESTS_ENDING" in os.environ:
    _end_at(Path(os.environ["TESTS_ENDING"]))
if "TESTS_HURRY" in os.environ:
    _hurry()

_know_another_model()

if __name__ == "__main__":
    from entrypoints.cli import main

    main()
