"""A trace goes from the request to the model, and holds nothing that anybody wrote."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from tests.support.messages_api import MessagesApi
from tests.support.server import running, upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CALLER = "0af7651916cd43dd8448eb211c80319c"


class Collector(ThreadingHTTPServer):
    """Takes traces over OTLP/HTTP and keeps their spans."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.spans: list[Any] = []
        self.raw = b""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def span(self, name: str, trace: str = CALLER) -> Any:
        [found] = [span for span in self.spans if span.name == name and span.trace_id.hex() == trace]
        return found


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        collector = cast("Collector", self.server)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request: Any = ExportTraceServiceRequest.FromString(body)
        collector.raw += body
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                collector.spans += scope.spans
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.end_headers()
        self.wfile.write(ExportTraceServiceResponse().SerializeToString())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def attributes(span: Any) -> dict[str, Any]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_a_request_is_traced_to_the_model(tmp_path: Path, collector: Collector) -> None:
    with MessagesApi() as model:
        settings = {
            "QUOTH_ANTHROPIC_BASE_URL": model.address,
            "QUOTH_MODEL": "stub",
            "QUOTH_LOG_FORMAT": "json",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
        }
        with running(tmp_path, settings) as server:
            with server.client() as client:
                upload(client, "handbook.md", b"# Claims\n\nClaims are paid within ten days.")
                caller = {"traceparent": f"00-{CALLER}-b7ad6b7169203331-01"}
                answer = client.post("/chat", json={"message": "When are claims paid?"}, headers=caller)
                client.get("/conversations/none", headers={"traceparent": f"00-{'1' * 32}-b7ad6b7169203331-01"})
            server.stop()
            log = "".join(server.output)

    assert answer.status_code == 200
    request, run = collector.span("POST /api/v1/chat"), collector.span("run")
    retrieve, chat = collector.span("retrieve"), collector.span("chat stub")
    assert request.parent_span_id.hex() == "b7ad6b7169203331"
    assert run.parent_span_id == request.span_id
    assert (retrieve.parent_span_id, chat.parent_span_id) == (run.span_id, run.span_id)
    assert attributes(request)["http.response.status_code"] == 200
    assert attributes(retrieve)["quoth.hits"] == 1
    assert attributes(chat)["gen_ai.usage.output_tokens"] > 0
    assert [event.name for event in chat.events] == ["first part"]
    assert any(span.name == "ingest" for span in collector.spans)
    assert CALLER in log
    for written in (b"ten days", b"When are", b"handbook"):
        assert written not in collector.raw


def test_without_a_collector_nothing_is_traced(tmp_path: Path, collector: Collector) -> None:
    with running(tmp_path, {"OTEL_TRACES_SAMPLER": "always_on"}) as server, server.client() as client:
        client.get("/conversations")
        server.stop()

    assert collector.spans == []


def test_a_collector_that_is_away_holds_up_nobody(tmp_path: Path) -> None:
    with running(tmp_path, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}) as server:
        with server.client() as client:
            assert client.post("/chat", json={"message": "Hello?", "use_rag": False}).status_code == 200
        assert server.stop() == 0
