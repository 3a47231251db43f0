"""The package holds all that it needs to serve."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_the_web_chat_and_the_migrations(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)

    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("quoth-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "entrypoints/web_dist/index.html" in names
    assert any(name.startswith("entrypoints/web_dist/assets/") for name in names)
    assert "adapters/database/migrations/env.py" in names
    assert any(name.startswith("adapters/database/migrations/versions/0001") for name in names)
    assert any(name.startswith("adapters/embedding/data/") for name in names)
