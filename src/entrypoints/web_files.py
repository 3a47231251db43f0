"""Where the built web chat lies: beside the package in a wheel, in `web/dist` in a checkout."""

from __future__ import annotations

from pathlib import Path


def web_folder() -> Path | None:
    """The folder with index.html, or None where the web chat is not built."""
    here = Path(__file__).resolve().parent
    for folder in (here / "web_dist", here.parent.parent / "web" / "dist"):
        if (folder / "index.html").is_file():
            return folder
    return None
