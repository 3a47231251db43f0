"""Metrics of several processes, and of a process that serves nothing else.

Import this before anything that counts: where the counts are kept is decided when the first is made.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def prepare_multiprocess(folder: Path) -> None:
    """Let this process and its children keep their counts in this folder, which is empty, so that each can tell those
    of all."""
    os.environ[_FOLDER] = str(folder)


def mark_dead(pid: int) -> None:
    """A process is gone: what it counted stays, what it had under way does not."""
    from prometheus_client import multiprocess  # noqa: PLC0415  # see above

    multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def serve_metrics(port: int, *, host: str) -> Generator[None]:
    """Serve `GET /metrics` from a thread during the block. Raises `OSError` when the address is taken."""
    from prometheus_client import start_http_server  # noqa: PLC0415  # see above

    server, thread = start_http_server(port, addr=host)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
