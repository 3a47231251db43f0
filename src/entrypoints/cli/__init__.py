"""The command line `quoth`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import click

from domain.errors import DomainError
from entrypoints.cli.admin import doctor, migrate, openapi, token
from entrypoints.cli.ask import ask
from entrypoints.cli.backup import backup, restore
from entrypoints.cli.output import fail
from entrypoints.cli.serve import serve, worker
from entrypoints.cli.sources import ingest, sources
from entrypoints.settings import SettingError, described, load_settings


class _Group(click.Group):
    """Shows the settings below the commands, and turns failures into one line and an exit code."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The settings, as the code knows them."""
        del ctx
        formatter.write_paragraph()
        with formatter.section("Settings (environment, or .env in the current folder)"):
            formatter.write_dl([(name, f"{what} Default: {default}.") for name, what, default in described()])
        with formatter.section("Exit codes"):
            formatter.write_dl(
                [("0", "done"), ("1", "failed"), ("2", "wrong usage or settings"), ("3", "the sources hold no answer")]
            )


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="quoth", prog_name="quoth")
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Instead of QUOTH_DATA_DIR.")
@click.pass_context
def cli(context: click.Context, data_dir: Path | None) -> None:
    """Quoth answers questions from your own documents, and quotes them."""
    if context.resilient_parsing or "--help" in sys.argv or "-h" in sys.argv:
        return
    settings = load_settings(env_file=Path(".env"))
    context.obj = replace(settings, data_dir=data_dir) if data_dir else settings


for command in (serve, worker, ingest, ask, sources, migrate, openapi, doctor, token, backup, restore):
    cli.add_command(command)


def main() -> None:
    """The entry point; see the exit codes in the help."""
    # Nothing here calls home: models come from the package, or from where the setting says.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        cli(prog_name="quoth")
    except (SettingError, DomainError) as error:
        fail(str(error), code=2)
