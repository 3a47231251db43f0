"""The log: structured lines on standard error, as text for people or as JSON for machines; never document text."""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
from typing import TYPE_CHECKING, cast

import structlog
from opentelemetry import trace

from domain.errors import DomainError
from entrypoints.settings import LogFormat

if TYPE_CHECKING:
    from structlog.types import EventDict, Processor, WrappedLogger

_QUIET = ("httpx", "httpx2", "httpcore", "alembic", "anthropic", "aiosqlite", "saq")


def configure_logging(log_format: LogFormat, *, level: int = logging.INFO) -> None:
    """Everything that any library logs goes the same way, with time, level, logger and request id."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        add_trace,
        render_exception,
    ]
    render: Processor = (
        structlog.processors.JSONRenderer()
        if log_format is LogFormat.JSON
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.PositionalArgumentsFormatter()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(_is_worth_a_line)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """A stream that is ended with its server is no failure, though uvicorn takes it for one."""
    error = record.exc_info[1] if record.exc_info else None
    return not (record.name == "uvicorn.error" and isinstance(error, asyncio.CancelledError))


def add_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The trace that the line belongs to, where there is one."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
    return event


def render_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Where it was raised, and what kind it is. What it says is told only of errors of our own and the system's: that
    of others may quote the document that was being read."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    error: object = cast("tuple[object, ...]", raised)[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        event["exception"] = _told(error)
    return event


def _told(error: BaseException) -> str:
    """As Python shows it, oldest first; the lines are of the program, never of its data."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{_told(cause)}\n\nThen:\n\n" if cause is not None else ""
    where = "".join(traceback.format_tb(error.__traceback__))
    what = f": {error}" if isinstance(error, DomainError | OSError) else ""
    return f"{before}Traceback (most recent call last):\n{where}{type(error).__qualname__}{what}"
