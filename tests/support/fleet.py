"""Several processes of the service over stores that they share, started by the tests."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from tests.support.postgres import throwaway_postgres
from tests.support.qdrant_server import throwaway_qdrant
from tests.support.server import MORTAL, Server, quoth
from tests.support.valkey import throwaway_valkey

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence


@dataclass(slots=True)
class Fleet:
    """`settings` name the stores. Processes are hurried: they take others for dead within seconds."""

    folder: Path
    settings: Mapping[str, str]
    processes: list[Server] = field(default_factory=list[Server])

    def server(self, *arguments: str, settings: Mapping[str, str] | None = None) -> Server:
        """One more server, on a port and a folder of its own, like a machine of its own."""
        return self._start("serve", "--port", "0", *arguments, settings=settings)

    def worker(self, settings: Mapping[str, str] | None = None) -> Server:
        """One more worker."""
        return self._start("worker", settings=settings)

    def doctor(self, *arguments: str) -> str:
        """What it says; fails where it finds something wrong."""
        diagnosis = quoth(self.folder, "doctor", *arguments, settings=self.settings, program=MORTAL)
        assert diagnosis.returncode == 0, diagnosis.stdout + diagnosis.stderr
        return diagnosis.stdout

    def examined(self) -> str:
        """What the doctor finds wrong; nothing where all is well."""
        try:
            self.doctor()
        except AssertionError as error:
            return str(error)
        return ""

    def collection(self) -> str:
        """Of the current index, on the Qdrant server."""
        aliases = httpx.get(f"{self.settings['QUOTH_QDRANT_URL']}/aliases").json()["result"]["aliases"]
        mine = self.settings["QUOTH_QDRANT_COLLECTION"]
        (name,) = [each["collection_name"] for each in aliases if each["alias_name"] == mine]
        return str(name)

    def end(self) -> None:
        """Every process that is left."""
        for each in self.processes:
            if each.process.poll() is None:
                each.stop()

    def _start(self, *arguments: str, settings: Mapping[str, str] | None) -> Server:
        folder = self.folder / f"machine-{len(self.processes)}"
        folder.mkdir()
        server = Server(folder, {**self.settings, **(settings or {}), "TESTS_HURRY": "1"}, MORTAL, arguments)
        self.processes.append(server)
        return server.start()


@contextlib.contextmanager
def fleet(postgres: str, redis: str, qdrant: str, folder: Path, *, collection: str) -> Generator[Fleet]:
    """Over these stores, which hold nothing yet; its processes end with the block."""
    settings = {
        "QUOTH_DATABASE_URL": postgres,
        "QUOTH_REDIS_URL": redis,
        "QUOTH_QDRANT_URL": qdrant,
        "QUOTH_QDRANT_COLLECTION": collection,
        "QUOTH_CONTENT_URL": (folder / "content").as_uri(),
        "QUOTH_DATABASE_CONNECTIONS": "4",
    }
    migrated = quoth(folder, "migrate", settings=settings)
    assert migrated.returncode == 0, migrated.stderr
    ships = Fleet(folder, settings)
    try:
        yield ships
    finally:
        ships.end()


@contextlib.contextmanager
def fleet_of_its_own() -> Generator[Fleet]:
    """With every store started for it."""
    with (
        throwaway_postgres() as postgres,
        throwaway_valkey() as valkey,
        throwaway_qdrant() as qdrant,
        tempfile.TemporaryDirectory() as folder,
        fleet(postgres, valkey, qdrant, Path(folder), collection="quoth") as ships,
    ):
        yield ships


def lines(servers: Sequence[Server]) -> str:
    """What they have printed."""
    return "".join(line for server in servers for line in server.output)
