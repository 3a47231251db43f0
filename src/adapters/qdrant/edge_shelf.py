"""Collections of the embedded engine in one directory: a folder each, and a file that names the current one."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
from typing import TYPE_CHECKING
from uuid import uuid4

from adapters.qdrant.edge import EdgePoints
from adapters.qdrant.edge_shard import FIRST, refusal, sync
from domain.errors import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Generator
    from pathlib import Path

_LATER = re.compile(r"generation-.{1,12}")


class EdgeShelf:
    """One process owns it: the engine locks the folder of the current collection, and that is opened first. The first
    collection is always called the same, so that of two processes that start at once, one is refused."""

    is_shared = False

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._pointer = directory / "CURRENT"

    async def current(self) -> str | None:
        """See the seam. Without the file it is the first collection, which needs none."""
        return await asyncio.to_thread(self._current)

    async def names(self) -> Collection[str]:
        """See the seam."""
        return await asyncio.to_thread(self._names)

    def name_for(self, fingerprint: str, *, is_first: bool) -> str:
        """See the seam."""
        return FIRST if is_first else f"generation-{fingerprint[:12]}"

    async def take(self, name: str, *, dimension: int | None) -> EdgePoints:
        """See the seam."""
        return await EdgePoints.open(self._directory, name=name, dimension=dimension)

    async def point_at(self, name: str) -> None:
        """See the seam: written aside, synced, and put in place by giving it its name."""
        with _failures():
            await asyncio.to_thread(self._point_at, name)

    async def remove(self, name: str) -> bool:
        """See the seam. Renamed first, to what the next start clears away: half a collection is never opened."""
        with _failures():
            return await asyncio.to_thread(self._remove, name)

    async def close(self) -> None:
        """See the seam. There is nothing to let go of."""

    def _current(self) -> str | None:
        try:
            name = self._pointer.read_text("utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return FIRST if (self._directory / FIRST).is_dir() else None
        except (OSError, UnicodeDecodeError) as error:
            raise refusal(self._directory, error) from error
        if name not in self._names():
            raise refusal(self._directory, ValueError(f"{self._pointer.name} names “{name}”, which is not there"))
        return name

    def _names(self) -> list[str]:
        if not self._directory.is_dir():
            return []
        names = (path.name for path in self._directory.iterdir() if path.is_dir())
        return sorted(name for name in names if name == FIRST or _LATER.fullmatch(name))

    def _point_at(self, name: str) -> None:
        written = self._pointer.with_name(f"{self._pointer.name}.new")
        written.write_text(f"{name}\n", "utf-8")
        sync(written)
        written.replace(self._pointer)
        sync(self._directory)

    def _remove(self, name: str) -> bool:
        doomed = self._directory / f"new-{uuid4()}"
        try:
            (self._directory / name).rename(doomed)
        except FileNotFoundError:
            return False
        sync(self._directory)
        shutil.rmtree(doomed, ignore_errors=True)
        return True


@contextlib.contextmanager
def _failures() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise IndexUnavailable(f"The embedded vector store failed: {error}") from error
