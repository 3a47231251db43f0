"""What the command line prints: colours and progress on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from typing import NoReturn

import click
from rich.console import Console
from rich.table import Table

OUT = Console(highlight=False, soft_wrap=True)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)


def print_table(table: Table) -> None:
    """A table for people on a terminal; elsewhere a line a row, its cells separated by tabs, for programs."""
    if OUT.is_terminal:
        OUT.print(table)
        return
    for row in zip(*(column.cells for column in table.columns), strict=True):
        click.echo("\t".join(str(cell).replace("\\[", "[") for cell in row))


def fail(message: str, *, code: int = 1) -> NoReturn:
    """One line on standard error, and the exit code."""
    ERR.print(f"[bold red]quoth:[/] {_plain(message)}")
    sys.exit(code)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def plain(text: str) -> str:
    """Text that is data: its brackets are no markup, and control characters can't drive the terminal."""
    return _plain("".join(character for character in text if character.isprintable() or character in "\n\t"))
