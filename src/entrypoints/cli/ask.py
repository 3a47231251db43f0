"""`quoth ask`."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import click

from entrypoints.cli.client import connected
from entrypoints.cli.output import OUT, fail, plain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx2

    from entrypoints.settings import Settings

_ABSTAINED = 3


@click.command()
@click.argument("question")
@click.option("--source", "sources", multiple=True, metavar="ID|URL", help="Search only this source; repeatable.")
@click.option("--conversation", metavar="ID", help="Go on with this conversation.")
@click.option("--limit", type=click.IntRange(1, 50), default=5, show_default=True, help="Passages to answer from.")
@click.pass_obj
def ask(settings: Settings, question: str, sources: tuple[str, ...], conversation: str | None, limit: int) -> None:
    """Ask, and print the answer as it comes, with footnotes that quote the sources.

    Exits with 3 when the sources hold no answer.
    """
    body: dict[str, Any] = {"message": question, "limit": limit}
    if sources:
        body["sources"] = list(sources)
    if conversation:
        body["conversation_id"] = conversation
    sys.exit(asyncio.run(_ask(settings, body)))


async def _ask(settings: Settings, body: dict[str, Any]) -> int:
    done: dict[str, Any] | None = None
    async with connected(settings) as client, client.stream("POST", "/chat/stream", json=body) as answer:
        if not answer.is_success:
            await answer.aread()
            problem = answer.json()
            faults = [f"{fault.get('pointer', '')} {fault['detail']}" for fault in problem.get("errors", [])]
            fail(" ".join(faults) or str(problem["detail"]))
        async for event in _events(answer):
            match event["type"]:
                case "delta":
                    OUT.print(plain(event["text"]), end="")
                    OUT.file.flush()
                case "done":
                    done = event
                case "error":
                    OUT.print()
                    fail(event["problem"]["detail"])
                case _:
                    pass
    if done is None:
        fail("The stream ended before the answer was complete; the question is kept.")
    return _finish(done)


async def _events(answer: httpx2.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in answer.aiter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def _finish(done: dict[str, Any]) -> int:
    cited = [reference for reference in done["sources"] if reference["cited"]]
    OUT.print("\n")
    for reference in cited:
        place = [reference["title"]]
        if reference.get("page"):
            place.append(f"page {reference['page']}")
        if reference.get("section"):
            place.append(reference["section"])
        OUT.print(f"[cyan]\\[{reference['number']}][/] [bold]{plain(', '.join(place))}[/]")
        for quote in reference["quotes"]:
            words = " ".join(quote["text"].split())
            doubt = "" if quote["verified"] else " [yellow](not verified)[/]"
            OUT.print(f"    “{plain(words)}”{doubt}")
    if OUT.is_terminal:
        OUT.print(f"[dim]quoth ask --conversation {done['conversation_id']} goes on from here[/]")
    return _ABSTAINED if done["message"]["metadata"].get("abstained") else 0
