"""Ingestion, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import Gauge

if TYPE_CHECKING:
    from collections.abc import Callable

_WAITING = Gauge("quoth_ingestion_waiting", "Documents that wait to be read.")


def watch_queue(waiting: Callable[[], float]) -> None:
    """Report this queue's length from now on."""
    _WAITING.set_function(waiting)
