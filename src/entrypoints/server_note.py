"""Where a running server notes its address, for the commands of the same data folder."""

from __future__ import annotations

import json
import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def server_note(data_dir: Path) -> Path:
    """The file with the address and the process id."""
    return data_dir / "server.json"


def running_server(data_dir: Path) -> str | None:
    """The address of the live server of this data folder, as it noted it there."""
    try:
        note = json.loads(server_note(data_dir).read_text("utf-8"))
        os.kill(int(note["pid"]), 0)
        address = str(note["address"])
        host, _, port = address.removeprefix("http://").rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port)), timeout=2):
            return address
    except (OSError, ValueError, KeyError, TypeError):
        return None
