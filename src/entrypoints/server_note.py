"""Where a running server notes its address, for the commands of the same data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def server_note(data_dir: Path) -> Path:
    """The file with the address and the process id."""
    return data_dir / "server.json"
