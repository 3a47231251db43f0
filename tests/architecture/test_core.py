"""The core imports the standard library and itself, and nothing else."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

import grimp
import pytest


def imported_roots(*packages: str) -> set[str]:
    graph = grimp.build_graph(*packages, include_external_packages=True)
    return {module.split(".")[0] for module in graph.modules}


@pytest.mark.parametrize("packages", [("domain",), ("domain", "application")])
def test_the_core_knows_no_library(packages: tuple[str, ...]) -> None:
    assert imported_roots(*packages) <= sys.stdlib_module_names | set(packages)


def test_the_check_goes_red_on_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "breach"
    package.mkdir()
    (package / "__init__.py").write_text("import msgspec\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    assert "msgspec" in imported_roots("breach") - sys.stdlib_module_names


def test_every_module_of_the_core_can_be_imported_alone() -> None:
    for package in ("domain", "application"):
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            assert importlib.import_module(module.name).__doc__
