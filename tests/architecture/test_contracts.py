"""The arrows between the packages are checked, and the checks go red on a breach."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter over a copy of the sources, so that a breach can be made in it."""
    command = [
        sys.executable,
        "-c",
        "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command as c; c()",
    ]
    return subprocess.run([*command, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "web_dist", "data"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(copy: Path) -> None:
    checked = lint_imports(copy)

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("module", "breach"),
    [
        ("src/domain/source.py", "import application.ports.clock"),
        ("src/application/sources/read_source.py", "import adapters.memory.clock"),
        ("src/adapters/memory/clock.py", "import adapters.system.clock"),
        ("src/adapters/system/clock.py", "import entrypoints.settings"),
        ("src/entrypoints/http/chat.py", "import adapters.memory.clock"),
    ],
)
def test_a_breach_is_found(copy: Path, module: str, breach: str) -> None:
    file = copy / module
    file.write_text(f"{file.read_text('utf-8')}\n{breach}\n", "utf-8")

    checked = lint_imports(copy)

    assert checked.returncode != 0
    assert "BROKEN" in checked.stdout
