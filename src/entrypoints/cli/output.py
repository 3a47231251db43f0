"""What the command line prints: colours and progress on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from typing import NoReturn

from rich.console import Console

OUT = Console(highlight=False, soft_wrap=True)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)


def fail(message: str, *, code: int = 1) -> NoReturn:
    """One line on standard error, and the exit code."""
    ERR.print(f"[bold red]quoth:[/] {_plain(message)}")
    sys.exit(code)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def plain(text: str) -> str:
    """Text that is data: its brackets are no markup, and control characters can't drive the terminal."""
    return _plain("".join(character for character in text if character.isprintable() or character in "\n\t"))
