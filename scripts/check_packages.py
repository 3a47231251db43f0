"""Assert that the four top-level packages are this repository's: their names exist on the package index too."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"


def main() -> int:
    """The exit code: 0 when each package lies under src/."""
    strangers = 0
    for name in ("domain", "application", "adapters", "entrypoints"):
        found = Path(importlib.import_module(name).__file__ or "")
        if SOURCE not in found.parents:
            print(f"{name} is imported from {found}, not from {SOURCE}")
            strangers += 1
    return 1 if strangers else 0


if __name__ == "__main__":
    sys.exit(main())
