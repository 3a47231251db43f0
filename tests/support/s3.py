"""An S3 server of the tests' own (SeaweedFS), thrown away with its data."""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

_PATIENCE_SECONDS = 60.0
_ROLES = ("master", "volume", "filer", "s3")
_SECRET = "a-secret-of-the-tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Server:
    """Where it is. Its bucket is there; `writer` may do all with it, `reader` only read."""

    endpoint: str
    bucket: str
    process: subprocess.Popen[bytes]

    def variables(self, key: str = "writer") -> dict[str, str]:
        """As a process is told of it."""
        return {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        }

    def kill(self) -> None:
        """As the power cut does it."""
        self.process.kill()
        self.process.wait(_PATIENCE_SECONDS)


@contextlib.contextmanager
def throwaway_s3(bucket: str = "quoth") -> Generator[S3Server]:
    """A server on free ports of the loopback interface; leaving the block stops it."""
    base = Path(tempfile.mkdtemp(prefix="quoth-s3-"))
    ports = dict(zip([*_ROLES, *(f"{role}.grpc" for role in _ROLES)], _free_ports(2 * len(_ROLES)), strict=True))
    server: S3Server | None = None
    try:
        server = S3Server(endpoint=f"http://127.0.0.1:{ports['s3']}", bucket=bucket, process=_start(base, ports))
        # The filer keeps a bucket as a folder; made here, it takes no signature.
        _wait(server.process, base, ports["filer"], "POST", f"/buckets/{bucket}/", 201)
        _wait(server.process, base, ports["s3"], "GET", "/healthz", 200)
        yield server
    finally:
        if server is not None and server.process.poll() is None:
            server.kill()
        shutil.rmtree(base, ignore_errors=True)
        for role in _ROLES:  # it puts these there whatever it is told
            grpc = ports[f"{role}.grpc"]
            Path(f"/tmp/seaweedfs-{role}-grpc-{grpc}.sock").unlink(missing_ok=True)


def _program() -> str:
    found = shutil.which("weed", path=sysconfig.get_path("scripts")) or shutil.which("weed")
    if found is None:
        raise RuntimeError("There is no SeaweedFS (`weed`): install the development group.")
    return found


def _start(base: Path, ports: dict[str, int]) -> subprocess.Popen[bytes]:
    config = base / "s3.json"
    config.write_text(json.dumps({"identities": [_identity("writer", "Admin"), _identity("reader", "Read", "List")]}))
    options = {
        "dir": base,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": 128,
        "master.port": ports["master"],
        "master.port.grpc": ports["master.grpc"],
        "volume.max": 0,
        "volume.port": ports["volume"],
        "volume.port.grpc": ports["volume.grpc"],
        "filer": "true",
        "filer.port": ports["filer"],
        "filer.port.grpc": ports["filer.grpc"],
        "filer.localSocket": base / "filer.sock",
        "s3": "true",
        "s3.port": ports["s3"],
        "s3.port.grpc": ports["s3.grpc"],
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.localSocket": base / "s3.sock",
        "s3.config": config,
        "s3.iam": "false",
        "s3.autoCreateBucket": "false",
    }
    with (base / "log").open("wb") as log:
        return subprocess.Popen(
            [_program(), "server", *(f"-{name}={value}" for name, value in options.items())],
            stdout=log,
            stderr=log,
            env={"PATH": "/usr/bin:/bin", "HOME": str(base), "TMPDIR": str(base)},
            cwd=base,
            start_new_session=True,
        )


def _identity(name: str, *actions: str) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": name, "secretKey": _SECRET}], "actions": actions}


def _wait(process: subprocess.Popen[bytes], base: Path, port: int, method: str, path: str, status: int) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while _answer(port, method, path) != status:
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"SeaweedFS did not start: {(base / 'log').read_text(errors='replace')}")
        time.sleep(0.05)


def _answer(port: int, method: str, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
