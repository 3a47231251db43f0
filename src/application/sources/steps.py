"""A hook between the steps of a change to a source, so that a test can end the process at each of them."""

from __future__ import annotations

from collections.abc import Callable

# Told the name of each step before it is taken.
StepHook = Callable[[str], None]


def no_hook(_step: str) -> None:
    """Between two steps nothing happens."""
