"""`quoth migrate`, `openapi`, `doctor` and `token`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click
from rich.table import Table

from domain.errors import NotFound
from entrypoints.cli.output import ERR, OUT, fail, plain, print_table
from entrypoints.logs import configure_logging

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from entrypoints.settings import Settings
    from entrypoints.wiring.stores import Access


@click.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database's schema up to date."""
    from entrypoints.wiring.stores import migrate_database  # noqa: PLC0415  # seconds that a command beside a running server need not wait

    before, after = asyncio.run(migrate_database(settings))
    OUT.print(f"The schema is at {after}." if before == after else f"Migrated the schema from {before} to {after}.")


@click.command()
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of standard output.")
def openapi(output: Path | None) -> None:
    """Print the OpenAPI document."""
    from entrypoints.http.app import create_app  # noqa: PLC0415  # seconds that a command beside a running server need not wait
    from entrypoints.http.openapi import document_bytes  # noqa: PLC0415  # seconds that a command beside a running server need not wait
    from entrypoints.wiring import use_cases  # noqa: PLC0415  # seconds that a command beside a running server need not wait
    from entrypoints.wiring.in_memory import in_memory  # noqa: PLC0415  # seconds that a command beside a running server need not wait

    document = document_bytes(create_app(use_cases(in_memory())))
    if output:
        output.write_bytes(document)
    else:
        sys.stdout.buffer.write(document)


@click.command()
@click.option("--repair", is_flag=True, help="Put right what can be put right, then look again.")
@click.pass_obj
def doctor(settings: Settings, *, repair: bool) -> None:
    """Look for what is wrong with the stores, the model and the settings, and say what to do.

    Compares database, index and stored content with each other. Exits with 1 if anything is wrong.
    """
    from entrypoints.diagnosis import diagnose  # noqa: PLC0415  # seconds that a command beside a running server need not wait

    async def work() -> bool:
        all_well = True
        async for finding in diagnose(settings, repair=repair):
            mark = "[green]ok[/]     " if finding.ok else "[red]wrong[/]  "
            OUT.print(f"{mark} {finding.subject}: {plain(finding.detail)}")
            all_well = all_well and finding.ok
        return all_well

    configure_logging(settings.log_format, level=logging.ERROR)
    sys.exit(0 if asyncio.run(work()) else 1)


@click.group()
def token() -> None:
    """Issue, list and revoke access tokens, for QUOTH_AUTH=token."""


@contextlib.asynccontextmanager
async def _access(settings: Settings) -> AsyncGenerator[Access]:
    from entrypoints.wiring.stores import database_at  # noqa: PLC0415  # seconds that a command beside a running server need not wait

    async with database_at(settings) as access:
        yield access


@token.command("issue")
@click.argument("user")
@click.option("--name", default="command line", show_default=True, help="What the token is for.")
@click.pass_obj
def issue(settings: Settings, user: str, name: str) -> None:
    """Issue a token for USER and print it: it is shown only now."""

    async def work() -> str:
        async with _access(settings) as access:
            return await access.issue_token(user, name=name)

    OUT.print(asyncio.run(work()))


@token.command("list")
@click.pass_obj
def list_tokens(settings: Settings) -> None:
    """List the tokens, newest first."""

    async def work() -> Table:
        table = Table("id", "user", "name", "created", box=None, pad_edge=False)
        async with _access(settings) as access:
            for each in await access.list_tokens():
                created = f"{each.created_at:%Y-%m-%d %H:%M}"
                table.add_row(str(each.id), plain(each.owner), plain(each.name), created)
        return table

    table = asyncio.run(work())
    if table.row_count:
        print_table(table)
    else:
        ERR.print("There are no tokens yet: quoth token issue USER makes one.")


@token.command("revoke")
@click.argument("token_id", type=click.UUID)
@click.pass_obj
def revoke(settings: Settings, token_id: UUID) -> None:
    """Revoke a token by its id."""

    async def work() -> None:
        async with _access(settings) as access:
            await access.revoke_token(token_id)

    try:
        asyncio.run(work())
    except NotFound as error:
        fail(error.detail)
    OUT.print(f"revoked   {token_id}")
