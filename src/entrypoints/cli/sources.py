"""`quoth ingest` and `quoth sources`."""

from __future__ import annotations

import asyncio
import sys
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import httpx2
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from entrypoints.cli.client import connected
from entrypoints.cli.output import ERR, OUT, fail, plain, print_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from entrypoints.settings import Settings

_POLL_SECONDS = 0.15


@click.command()
@click.argument("what", nargs=-1, required=True, metavar="PATH|URL...")
@click.pass_obj
def ingest(settings: Settings, what: tuple[str, ...]) -> None:
    """Add files, whole folders and web pages.

    Prints a line for each: ready, unchanged, or why not. Exits with 1 if any could not be read.
    """
    paths = list(_found(what))
    if not paths:
        fail("There is no file in what was named.", code=2)
    sys.exit(asyncio.run(_ingest(settings, paths)))


@click.command()
@click.option("--search", help="Only those with words that begin like this.")
@click.option("--type", "source_type", type=click.Choice(["document", "webpage", "api"]), help="Only those of a type.")
@click.option("--remove", metavar="ID", help="Remove this source.")
@click.pass_obj
def sources(settings: Settings, search: str | None, source_type: str | None, remove: str | None) -> None:
    """List the sources, or remove one."""
    asyncio.run(_remove(settings, remove) if remove else _list(settings, search, source_type))


def _found(what: tuple[str, ...]) -> Iterator[tuple[str, Path | None]]:
    """Names to show and upload under, with the file, or None for an address. Folders are walked; hidden entries are
    left out."""
    for name in what:
        if name.startswith(("http://", "https://")):
            yield name, None
            continue
        path = Path(name).expanduser()
        if path.is_dir():
            root = path.resolve()
            for file in sorted(root.rglob("*")):
                inside = file.relative_to(root)
                if file.is_file() and not any(part.startswith(".") for part in inside.parts):
                    yield str(Path(root.name) / inside), file
        elif path.is_file():
            yield path.name, path
        else:
            fail(f"{name}: there is no such file or folder.", code=2)


async def _ingest(settings: Settings, paths: list[tuple[str, Path | None]]) -> int:
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=ERR,
        transient=True,
        disable=not ERR.is_terminal,
    )
    failures = 0
    async with connected(settings) as client:
        with progress:
            bar = progress.add_task("Reading", total=len(paths))
            for name, path in paths:
                progress.update(bar, description=plain(name[-40:]))
                ok, word, detail = await _add(client, name, path)
                failures += not ok
                OUT.print(f"[{'green' if ok else 'red'}]{word:<9}[/] {plain(name)}{plain(detail)}")
                progress.advance(bar)
    return 1 if failures else 0


async def _add(client: httpx2.AsyncClient, name: str, path: Path | None) -> tuple[bool, str, str]:
    """Whether it went well, the word for it, and what more there is to say."""
    before = await _known(client, name, path)
    if path is None:
        answer = await client.post("/sources", json={"url": name})
    else:
        answer = await client.post("/sources", files={"file": (name, await asyncio.to_thread(path.read_bytes))})
    if not answer.is_success:
        return False, "failed", f": {_reason(answer)}"
    source = answer.json()[0]
    if source["status"] == "ready" and before is not None and before["last_updated"] == source["last_updated"]:
        return True, "unchanged", ""
    while source["status"] == "indexing":
        await asyncio.sleep(_POLL_SECONDS)
        source = (await client.get(f"/sources/{source['id']}")).json()
    if source["problem"]:
        return False, "failed", f": {source['problem']['detail']}"
    return True, "ready", f" ({source['passages']} passage{'' if source['passages'] == 1 else 's'})"


async def _known(client: httpx2.AsyncClient, name: str, path: Path | None) -> dict[str, Any] | None:
    url = name if path is None else f"file:///{urllib.parse.quote(name)}"
    found = await client.get("/sources", params={"search": name[-200:], "limit": 200})
    rows: list[dict[str, Any]] = found.json() if found.is_success else []
    return next((row for row in rows if row["url"] == url), None)


async def _list(settings: Settings, search: str | None, source_type: str | None) -> None:
    table = Table("id", "title", "type", "status", "passages", "updated", box=None, pad_edge=False)
    async with connected(settings) as client:
        given = {name: value for name, value in {"search": search, "type": source_type}.items() if value}
        address = "/sources?" + urllib.parse.urlencode({**given, "limit": 200})
        while address:
            answer = await client.get(address)
            if not answer.is_success:
                fail(_reason(answer))
            for row in answer.json():
                updated = row["last_updated"][:16].replace("T", " ")
                title = row["title"] + (f" — {row['problem']['detail']}" if row["problem"] else "")
                table.add_row(row["id"], plain(title), row["type"], row["status"], str(row["passages"]), updated)
            address = answer.links.get("next", {}).get("url", "").removeprefix("/api/v1")
    if table.row_count:
        print_table(table)
    else:
        ERR.print("There are no sources yet: quoth ingest PATH adds some.")


async def _remove(settings: Settings, source_id: str) -> None:
    async with connected(settings) as client:
        answer = await client.delete(f"/sources/{urllib.parse.quote(source_id, safe='')}")
    if not answer.is_success:
        fail(_reason(answer))
    OUT.print(f"removed   {plain(source_id)}")


def _reason(answer: httpx2.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"The server answered {answer.status_code}."
