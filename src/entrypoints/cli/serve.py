"""`quoth serve`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
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
    from entrypoints.settings import Settings

# How long open streams may go on after a request to stop, before their answers are kept as interrupted.
GRACE_SECONDS = 10


class _ServeCommand(click.Command):
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Settings (environment, or .env in the current folder)"):
            formatter.write_dl([(name, f"{what} Default: {default}.") for name, what, default in described()])


@click.command(cls=_ServeCommand, context_settings={"max_content_width": 100})
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 for any.")
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Instead of QUOTH_DATA_DIR.")
@click.pass_obj
def serve(settings: Settings, host: str, port: int, data_dir: Path | None) -> None:
    """Serve the API and the web chat."""
    if data_dir is not None:
        settings = replace(settings, data_dir=data_dir)
    configure_logging(settings.log_format)
    asyncio.run(_serve(settings, host, port))


async def _serve(settings: Settings, host: str, port: int) -> None:
    import uvicorn  # noqa: PLC0415  # seconds that a command beside a running server need not wait

    from entrypoints.serving import Server, running  # noqa: PLC0415  # seconds that a command beside a running server need not wait

    async with running(settings, host=host) as app:
        with _listener(host, port) as listener:
            config = uvicorn.Config(
                app, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_SECONDS, server_header=False
            )
            server = Server(config)
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, server.handle_exit, number, None)
            shown = f"[{host}]" if ":" in host else host
            address = f"http://{shown}:{listener.getsockname()[1]}"
            note = server_note(settings.data_dir)
            note.write_text(json.dumps({"address": address, "pid": os.getpid()}), "utf-8")
            OUT.print(plain(f"Quoth serves {address}  (API: {address}/docs; stop with Ctrl+C)"))
            try:
                await server.serve([listener])
            finally:
                with contextlib.suppress(OSError):
                    note.unlink()


def _listener(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
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
