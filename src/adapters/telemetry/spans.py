"""How a span is begun and ended here.

Names and attributes are those of OpenTelemetry's semantic conventions where there are some; ours begin with `quoth.`.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Generator

    from opentelemetry.trace import Span

_TRACER = trace.get_tracer("quoth")


@contextlib.contextmanager
def span(name: str, *, kind: SpanKind = SpanKind.INTERNAL, **attributes: str | int) -> Generator[Span]:
    """A span that is current during the block; what is raised ends it as failed."""
    with _TRACER.start_as_current_span(
        name,
        kind=kind,
        attributes={key.replace("__", "."): value for key, value in attributes.items()},
        record_exception=False,
        set_status_on_exception=False,
    ) as begun:
        try:
            yield begun
        except Exception as error:
            note_failure(begun, error)
            raise


def begin(name: str, *, kind: SpanKind, **attributes: str | int) -> Span:
    """A span below the current one that does not become current itself: for generators, whose consumers' context
    would be changed between two parts. To be ended by `end()`."""
    return _TRACER.start_span(
        name, kind=kind, attributes={key.replace("__", "."): value for key, value in attributes.items()}
    )


def note_failure(failed: Span, error: BaseException) -> None:
    """Say what kind of failure it was. Its words are left out: they may quote what was being worked on."""
    failed.set_attribute("error.type", error.code if isinstance(error, DomainError) else type(error).__qualname__)
    failed.set_status(Status(StatusCode.ERROR))
