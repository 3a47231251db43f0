"""`quoth serve` and `quoth worker`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.errors import StartRefused
from entrypoints.cli.output import OUT, plain
from entrypoints.logs import configure_logging
from entrypoints.server_note import server_note
from entrypoints.settings import described

if TYPE_CHECKING:
    from collections.abc import Generator

    from entrypoints.settings import Settings


class _WithSettings(click.Command):
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Settings (environment, or .env in the current folder)"):
            formatter.write_dl([(name, f"{what} Default: {default}.") for name, what, default in described()])


@click.command(cls=_WithSettings, context_settings={"max_content_width": 100})
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 for any.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes; more than one need PostgreSQL, a Qdrant server and Redis.",
)
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Instead of QUOTH_DATA_DIR.")
@click.pass_obj
def serve(settings: Settings, host: str, port: int, workers: int, data_dir: Path | None) -> None:
    """Serve the API and the web chat."""
    if data_dir is not None:
        settings = replace(settings, data_dir=data_dir)
    configure_logging(settings.log_format)
    if workers > 1:
        settings.require_shared("--workers")
        _serve_with_several(settings, host, port, workers)
    else:
        asyncio.run(_serve(settings, host, port))


@click.command(cls=_WithSettings, context_settings={"max_content_width": 100})
@click.option("--metrics-port", type=click.IntRange(1, 65535), help="Serve GET /metrics on this port.")
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="Address for the metrics to listen on.")
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Instead of QUOTH_DATA_DIR.")
@click.pass_obj
def worker(settings: Settings, metrics_port: int | None, metrics_host: str, data_dir: Path | None) -> None:
    """Read documents for servers that share their stores. Any number of workers can run."""
    if data_dir is not None:
        settings = replace(settings, data_dir=data_dir)
    configure_logging(settings.log_format)
    settings.require_shared("A worker")
    asyncio.run(_work(settings, metrics_host, metrics_port))


async def _serve(settings: Settings, host: str, port: int) -> None:
    import uvicorn  # noqa: PLC0415  # seconds that a command beside a running server need not wait

    from entrypoints.serving import GRACE_SECONDS, Server, running  # noqa: PLC0415  # as above

    async with running(settings, host=host) as app:
        with listening_at(host, port) as listener, _announced(settings, host, listener):
            config = uvicorn.Config(
                app, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_SECONDS, server_header=False
            )
            server = Server(config)
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, server.handle_exit, number, None)
            await server.serve([listener])


def _serve_with_several(settings: Settings, host: str, port: int, workers: int) -> None:
    from entrypoints.metrics import prepare_multiprocess  # noqa: PLC0415  # before anything counts

    with tempfile.TemporaryDirectory(prefix="quoth-metrics-") as folder:
        prepare_multiprocess(Path(folder))
        from entrypoints.several import check_start, serve_with_several  # noqa: PLC0415  # after that

        check_start(settings)
        with listening_at(host, port) as listener, _announced(settings, host, listener):
            serve_with_several(settings, host=host, listener=listener, workers=workers)


async def _work(settings: Settings, metrics_host: str, metrics_port: int | None) -> None:
    from entrypoints.metrics import serve_metrics  # noqa: PLC0415  # as above
    from entrypoints.serving import working  # noqa: PLC0415  # as above

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with working(settings):
        with serve_metrics(metrics_port, host=metrics_host) if metrics_port else contextlib.nullcontext():
            OUT.print("Quoth reads documents  (stop with Ctrl+C)")
            await stop.wait()


@contextlib.contextmanager
def _announced(settings: Settings, host: str, listener: socket.socket) -> Generator[None]:
    """Say where the server is, to people and to the commands of the same data folder."""
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listener.getsockname()[1]}"
    note = server_note(settings.data_dir)
    note.write_text(json.dumps({"address": address, "pid": os.getpid()}), "utf-8")
    OUT.print(plain(f"Quoth serves {address}  (API: {address}/docs; stop with Ctrl+C)"))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink()


def listening_at(host: str, port: int) -> socket.socket:
    """A socket that takes connections at this address. Raises `StartRefused` where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol by name, or the event loop would leave Nagle's algorithm on (RFC 896): head and body of an answer are
    # written apart, and the second would wait for the client's delayed acknowledgement of the first, 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
        # From here on clients wait to be let in instead of being turned away.
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise StartRefused(
            f"Can't listen on {host}:{port}: {error.strerror or error}. Choose another --port."
        ) from None
    return listener
