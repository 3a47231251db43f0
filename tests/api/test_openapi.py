# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUntypedFunctionDecorator=false
# (the checker of the document is not typed in full)
"""The OpenAPI document says what the server does, and the server does what it says."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from entrypoints.http.app import create_app
from entrypoints.http.openapi import document
from entrypoints.wiring import use_cases
from entrypoints.wiring.in_memory import in_memory

APP = create_app(use_cases(in_memory()))
DOCUMENT: dict[str, Any] = document(APP)
OPERATIONS = [
    (path, method, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method in {"get", "post", "put", "delete"}
]
# Not the check that whatever fits the schema is accepted: that a source exists, or that text is not blank, no schema says.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.app = APP


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=[o["operationId"] for _, _, o in OPERATIONS])
def test_every_operation_is_told_in_full(path: str, method: str, operation: dict[str, Any]) -> None:
    assert path.startswith("/api/v1/")
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    assert {"401", "500"} <= operation["responses"].keys()
    if method != "delete":
        success = min(operation["responses"])
        for media_type, content in operation["responses"][success]["content"].items():
            assert "example" in content or media_type in {"text/plain", "application/octet-stream", "text/markdown"}
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            assert list(response["content"]) == ["application/problem+json"]


def test_every_reference_leads_to_a_schema() -> None:
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))

    assert names <= DOCUMENT["components"]["schemas"].keys()


def test_the_document_is_the_same_each_time() -> None:
    again = document(create_app(use_cases(in_memory())))

    assert json.dumps(again) == json.dumps(DOCUMENT)


@schema.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    derandomize=True,
)
def test_no_request_gets_an_answer_that_is_not_documented(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS)
