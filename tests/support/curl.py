"""As much of curl as the examples of the documentation use, for machines that have none."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import httpx


def main(arguments: list[str]) -> int:
    """The exit code: 0 whenever there was an answer, as curl has it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-N", action="store_true")
    parser.add_argument("-X", dest="method")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-F", dest="parts", action="append", default=[])
    parser.add_argument("-o", dest="output", type=Path)
    parser.add_argument("--json")
    options = parser.parse_args(arguments)
    headers = dict(header.split(": ", 1) for header in options.headers)
    files = [(name, (path.name, path.read_bytes())) for name, path in map(_part, options.parts)]
    if options.json is not None:
        headers["Content-Type"] = "application/json"
    method = options.method or ("POST" if options.json is not None or files else "GET")
    answer = httpx.request(method, options.url, headers=headers, files=files or None, content=options.json, timeout=60)
    sys.stderr.write(f"{answer.status_code}\n")
    if options.output:
        options.output.write_bytes(answer.content)
    else:
        sys.stdout.buffer.write(answer.content)
    return 0


def _part(text: str) -> tuple[str, Path]:
    name, _, path = text.partition("=@")
    return name, Path(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
