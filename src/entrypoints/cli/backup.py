"""`quoth backup` and `quoth restore`."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

import click

from adapters.backup.errors import BackupFailed, BackupRefused
from entrypoints.cli.output import ERR, OUT, fail, plain

if TYPE_CHECKING:
    from entrypoints.settings import Settings

_FILE = click.Path(path_type=Path, dir_okay=False)
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_THOUSAND = 1000


@click.command()
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.pass_obj
def backup(settings: Settings, file: Path, *, force: bool) -> None:
    """Write everything that is kept on this machine to FILE, a tar archive, compressed if it ends in .gz.

    Works beside a running server. The search index is left out: a restored instance makes it anew.
    """
    from adapters.backup.making import back_up  # noqa: PLC0415  # what the other commands need not load

    _refuse_servers(settings)
    try:
        made = back_up(
            database=_database(settings),
            content=_content(settings),
            target=file,
            quoth=importlib.metadata.version("quoth"),
            replace=force,
        )
    except BackupRefused as error:
        fail(str(error), code=2)
    except BackupFailed as error:
        fail(str(error))
    OUT.print(
        f"backed up {_count(made.conversations, 'conversation')} and {_count(made.sources, 'source')} "
        f"to {plain(str(file))} ({_size(made.size)})"
    )
    if made.incomplete:
        ERR.print(
            f"{_count(len(made.incomplete), 'source')} had lost an original before: "
            f"{', '.join(made.incomplete)}. `quoth doctor` says more."
        )
    if made.unrecorded:
        ERR.print(
            f"{_count(len(made.unrecorded), 'source')} had no record and is left out: {', '.join(made.unrecorded)}. "
            "If nothing was just being added or removed, start this version once and back up again."
        )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_obj
def restore(settings: Settings, file: Path) -> None:
    """Fill an empty data folder from FILE, which `quoth backup` made.

    Everything in it is checked first; what is damaged leaves nothing behind.
    """
    from adapters.backup.restoring import restore as unpack  # noqa: PLC0415  # what the other commands need not load

    _refuse_servers(settings)
    if settings.database_url is not None or settings.content_url is not None:
        fail(
            "A backup is restored into a data folder: unset QUOTH_DATABASE_URL and QUOTH_CONTENT_URL. "
            "docs/operating.md says how to go on.",
            code=2,
        )
    try:
        restored = unpack(archive=file, data_dir=settings.data_dir.resolve(), known_schemas=_known_schemas())
    except BackupRefused as error:
        fail(str(error), code=2)
    except BackupFailed as error:
        fail(str(error))
    OUT.print(
        f"restored  {_count(restored.conversations, 'conversation')} and {_count(restored.sources, 'source')} of "
        f"{plain(restored.created)} to {plain(str(settings.data_dir))}; the next start makes the search index"
    )


def _refuse_servers(settings: Settings) -> None:
    """What is kept on servers is backed up with those servers' own tools."""
    named = [
        name
        for name, is_server in (
            ("QUOTH_DATABASE_URL", (settings.database_url or "").startswith("postgresql")),
            ("QUOTH_QDRANT_URL", settings.qdrant_url is not None),
            ("QUOTH_CONTENT_URL", (settings.content_url or "").startswith("s3:")),
        )
        if is_server
    ]
    if named:
        fail(
            f"{' and '.join(named)}: what is kept on servers is backed up and restored with their own tools; "
            "see docs/operating.md.",
            code=2,
        )


def _database(settings: Settings) -> Path:
    if settings.database_url is None:
        return settings.data_dir / "quoth.sqlite3"
    return Path(urlsplit(settings.database_url).path.removeprefix("/"))


def _content(settings: Settings) -> Path:
    if settings.content_url is None:
        return settings.data_dir / "content"
    return Path(url2pathname(urlsplit(settings.content_url).path))


def _known_schemas() -> frozenset[str]:
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # what the other commands need not load

    from adapters.database.schema import migrations_folder  # noqa: PLC0415  # what the other commands need not load

    scripts = ScriptDirectory(str(migrations_folder()))
    return frozenset(script.revision for script in scripts.walk_revisions())


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _size(number: float) -> str:
    unit = 0
    while number >= _THOUSAND and unit < len(_UNITS) - 1:
        number, unit = number / _THOUSAND, unit + 1
    return f"{number:.1f} {_UNITS[unit]}" if unit else f"{number:.0f} {_UNITS[0]}"
