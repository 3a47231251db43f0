"""The examples of the API guide do what the guide says, on a real server."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.support.server import environment, running

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "api.md").read_text("utf-8")
# Each request's status, in the guide's order; a list that changes with the guide.
EXPECTED = [
    *[202, 202, 422],  # sources: files, text, a private address
    *[200, 200, 200, 200],  # list, list, text, content
    200,  # search
    *[200, 200, 200, 200],  # chat, stream, in one source, follow-up
    *[200, 200, 204],  # the run's id, follow, stop
    *[200, 200, 200],  # twice with a key, regenerate
    *[200, 200, 200, 200, 200, 204, 204],  # conversations
    400,  # all faults at once
]


def test_every_example_gets_the_answer_that_the_guide_promises(tmp_path: Path) -> None:
    tools, work, data = tmp_path / "bin", tmp_path / "work", tmp_path / "data"
    for folder in (tools, work, data):
        folder.mkdir()
    curl = tools / "curl"
    curl.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT}/tests/support/curl.py" "$@"\n')
    curl.chmod(0o755)
    with running(data) as server:
        script = "\n".join(re.findall(r"^```sh\n(.*?)^```", GUIDE, flags=re.MULTILINE | re.DOTALL))
        script = script.replace("http://127.0.0.1:8000", server.address)
        # What a reader does without noticing: wait until the file was read.
        script = script.replace("source=$(", "sleep 2\nsource=$(", 1)
        variables = environment(data)
        variables["PATH"] = f"{tools}:{Path(sys.executable).parent}:{variables['PATH']}"
        run = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=work,
            env=variables,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )

    assert run.returncode == 0, run.stderr
    assert [int(status) for status in re.findall(r"^\d{3}$", run.stderr, flags=re.MULTILINE)] == EXPECTED
    assert "Claims are paid within ten days." in run.stdout
    assert (work / "original.md").read_text() == (work / "handbook.md").read_text()
