"""Traces (OpenTelemetry), sent to a collector over OTLP/HTTP; off unless one is named.

The variables are those of OpenTelemetry's specification, read by its own SDK: `OTEL_EXPORTER_OTLP_ENDPOINT` turns it on,
`OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_TRACES_SAMPLER` and the others of the exporter say how.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from opentelemetry import trace

from adapters.telemetry.traced import TracedAnswerer, TracedBackground, TracedRetriever

if TYPE_CHECKING:
    from collections.abc import Generator

    from entrypoints.wiring import Adapters

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
# An end of the process waits no longer than this for a collector that does not answer.
_LAST_SECONDS = 2.0


def is_traced() -> bool:
    """Whether a collector is named."""
    is_off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    return not is_off and any(os.environ.get(name) for name in _ENDPOINTS)


@contextlib.contextmanager
def tracing() -> Generator[None]:
    """Spans begun during the block are sent, in the background, if a collector is named; what it does not take is
    dropped."""
    if not is_traced():
        yield
        return
    # Half a second of imports that nobody else needs.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    given = Resource.create({SERVICE_VERSION: importlib.metadata.version("quoth")})
    is_named = "OTEL_SERVICE_NAME" in os.environ or "service.name" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    provider = TracerProvider(resource=given if is_named else given.merge(Resource({SERVICE_NAME: "quoth"})))
    processor = BatchSpanProcessor(OTLPSpanExporter())
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    try:
        yield
    finally:
        # The processor's own end sends what is left, and waits as long as its exporter does for an answer.
        ending = threading.Thread(target=processor.shutdown, name="last spans", daemon=True)
        ending.start()
        ending.join(_LAST_SECONDS)


def traced(adapters: Adapters) -> Adapters:
    """With spans around what an answer waits for, where traces are sent."""
    if not is_traced():
        return adapters
    return replace(
        adapters,
        background=TracedBackground(adapters.background),
        retriever=TracedRetriever(adapters.retriever),
        answerer=TracedAnswerer(adapters.answerer),
    )
