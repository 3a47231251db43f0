"""Where a backup or a restore is made before it is shown: a hidden folder, and what makes names survive a power cut."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator


@contextlib.contextmanager
def workspace(parent: Path, prefix: str) -> Generator[Path]:
    """A folder of a name of its own, for its owner alone, and locked for as long as this process lives; it is gone
    after the block."""
    path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):  # a file system without locks
                stack.enter_context(_locked(path))
            yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def abandoned(parent: Path, prefix: str) -> Iterator[Path]:
    """The workspaces that killed processes left; each is gone when the next is asked for."""
    for path in [each for each in _entries(parent) if each.name.startswith(prefix)]:
        with contextlib.suppress(OSError), _locked(path):
            yield path
            shutil.rmtree(path, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """New, changed and removed names in it are on the disk afterwards."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


@contextlib.contextmanager
def _locked(folder: Path) -> Generator[None]:
    """Raises `OSError` where another process holds it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
