"""The real server in a process of its own, as a user starts it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

QUOTH = [sys.executable, "-m", "entrypoints.cli"]
MORTAL = [sys.executable, "-m", "tests.support.launcher"]
_ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 60.0


def environment(data_dir: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of the tests without settings of whoever runs the tests."""
    others = r"QUOTH_(?!TEST_)|ANTHROPIC_|OTEL_"
    mine = {name: value for name, value in os.environ.items() if not re.match(others, name)}
    path = {"PYTHONPATH": str(_ROOT)}
    return {**mine, **path, "QUOTH_DATA_DIR": str(data_dir), "NO_COLOR": "1", **(settings or {})}


@dataclass(slots=True)
class Server:
    """One server process. `output` is what it has printed so far; a `worker` is one that serves nobody."""

    data_dir: Path
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    program: Sequence[str] = tuple(QUOTH)
    arguments: Sequence[str] = ("serve", "--port", "0")
    process: subprocess.Popen[str] = field(init=False)
    address: str = field(init=False)
    output: list[str] = field(default_factory=list[str])
    _collector: threading.Thread = field(init=False)

    def start(self) -> Server:
        """Start it and wait until it answers."""
        self.output.clear()
        self.process = subprocess.Popen(
            [*self.program, *self.arguments],
            env=environment(self.data_dir, self.settings),
            cwd=self.data_dir,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._collector = threading.Thread(target=self._collect, daemon=True)
        self._collector.start()
        self.address = self._wait_for("reads documents" if self.arguments[0] == "worker" else r"http://[\d.]+:\d+")
        return self

    def client(self) -> httpx.Client:
        """A client of its API."""
        return httpx.Client(base_url=f"{self.address}/api/v1", timeout=60)

    def kill(self) -> None:
        """As the power cut does it."""
        self.process.send_signal(signal.SIGKILL)
        self.ended()

    def ended(self) -> None:
        """Return when it has."""
        self.process.wait(_PATIENCE_SECONDS)
        self._collector.join(_PATIENCE_SECONDS)

    def stop(self) -> int:
        """As an operator does it; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(_PATIENCE_SECONDS)
        self._collector.join(_PATIENCE_SECONDS)
        return code

    def _collect(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        with stdout:
            for line in stdout:
                self.output.append(line)

    def _wait_for(self, pattern: str) -> str:
        end = time.monotonic() + _PATIENCE_SECONDS
        is_over = False
        while time.monotonic() < end:
            found = re.search(pattern, "".join(self.output))
            if found:
                return found[0]
            if is_over:
                break
            if self.process.poll() is not None:
                self._collector.join(_PATIENCE_SECONDS)  # its last words, and one more look
                is_over = True
            time.sleep(0.02)
        raise AssertionError(f"The server did not start:\n{''.join(self.output)}")


@contextlib.contextmanager
def running(
    data_dir: Path,
    settings: Mapping[str, str] | None = None,
    *,
    program: Sequence[str] = tuple(QUOTH),
    arguments: Sequence[str] = ("serve", "--port", "0"),
) -> Generator[Server]:
    """A server for the time of the block."""
    server = Server(data_dir, settings or {}, program, arguments)
    try:
        yield server.start()
    finally:
        if server.process.poll() is None:
            server.kill()


def quoth(
    data_dir: Path,
    *arguments: str,
    settings: Mapping[str, str] | None = None,
    program: Sequence[str] = tuple(QUOTH),
) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    return subprocess.run(
        [*program, *arguments],
        env=environment(data_dir, settings),
        cwd=data_dir,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS * 2,
        check=False,
    )


def upload(client: httpx.Client, name: str, content: bytes) -> dict[str, Any]:
    """A file, read to the end."""
    added = client.post("/sources", files={"file": (name, content)})
    assert added.status_code == 202, added.text
    source: dict[str, Any] = added.json()[0]
    while source["status"] == "indexing":
        time.sleep(0.05)
        source = client.get(f"/sources/{source['id']}").json()
    return source


def events_in(text: str) -> list[dict[str, Any]]:
    """The data of server-sent events."""
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]
