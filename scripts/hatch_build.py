"""Puts into a wheel what lies outside the packages: the built web chat and the migrations."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class OutsidePackages(BuildHookInterface[Any]):
    """An editable installation finds both where they are, and must not find copies that grow old."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the web chat if it is missing or stale, and add both."""
        if version == "editable":
            return
        root = Path(self.root)
        subprocess.run([str(root / "scripts" / "web" / "build.sh")], check=True)
        build_data["force_include"] |= {
            str(root / "web" / "dist"): "entrypoints/web_dist",
            str(root / "migrations"): "adapters/database/migrations",
        }
