# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUntypedFunctionDecorator=false
# (the checker of the document is not typed in full)
"""The OpenAPI document says what the server does, and the server does what it says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import msgspec
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
from tests.api.conftest import client_of
from tests.support.documented import APP, DOCUMENT, OPERATIONS, Operation

from entrypoints.http import schemas
from entrypoints.http.app import create_app
from entrypoints.http.openapi import document
from entrypoints.wiring import use_cases
from entrypoints.wiring.in_memory import in_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS: dict[str, dict[str, Any]] = DOCUMENT["components"]["schemas"]
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=[each.name for each in OPERATIONS])
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


@each_operation
def test_every_operation_is_told_in_full(operation: Operation) -> None:
    told = operation.told
    assert operation.path.startswith(("/api/v1/", "/health/"))
    assert told["summary"]
    assert told["description"]
    assert told["tags"]
    assert ({"400", "401", "403", "500", "503"} if operation.is_in_the_api else {"400", "500"}) <= told[
        "responses"
    ].keys()
    if operation.method != "delete":
        success = min(told["responses"])
        for media_type, content in told["responses"][success]["content"].items():
            assert "example" in content or media_type in {"text/plain", "application/octet-stream", "text/markdown"}
    for status, response in told["responses"].items():
        if int(status) >= 400 and (operation.name, status) != ("readReadiness", "503"):
            assert list(response["content"]) == ["application/problem+json"]


@each_operation
def test_every_refusal_has_an_example(operation: Operation) -> None:
    instance = re.sub(r"{\w+}", "[0-9a-f-]{36}", operation.path)
    for status in operation.refusals:
        example = operation.example_of(status)
        problem = msgspec.convert(example, schemas.Problem, strict=True)
        assert problem.status == status
        assert problem.title
        assert problem.detail
        assert re.fullmatch(instance, str(problem.instance))
        if status == 400 and (operation.body or operation.takes_a_query):
            assert example["errors"]


def test_health_is_told_with_and_without_success() -> None:
    told = {each.name: each.told for each in OPERATIONS if not each.is_in_the_api}

    assert told.keys() == {"readLiveness", "readReadiness"}
    assert all(each["security"] == [] for each in told.values())
    for status, health in (("200", "ok"), ("503", "failing")):
        content = told["readReadiness"]["responses"][status]["content"]["application/json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Health"}
        assert msgspec.convert(content["example"], schemas.Health).status == health


def test_bodies_are_told_with_their_limits_and_without_unknown_fields() -> None:
    limits = {
        "title": {(1, 255)},
        "space": {(1, 50)},
        "tags": {(None, 50), (1, 50)},
        "content": {(1, 100_000)},
        "message": {(1, 100_000)},
        "comment": {(1, 2000)},
        "query": {(1, 10_000)},
    }
    bodies = {name: each for name, each in SCHEMAS.items() if name.endswith("Request")}
    fields = [(name, field) for each in bodies.values() for name, field in each["properties"].items()]

    assert bodies.keys() == {each.__name__ for each in schemas.Request.__subclasses__()}
    assert all(each["additionalProperties"] is False for each in bodies.values())
    for name, field in fields:
        if name in limits:
            assert set(limits_in(field)) == limits[name], name
        if name == "metadata":
            assert field.get("additionalProperties") is not False


def limits_in(field: dict[str, Any]) -> Iterator[tuple[int | None, int | None]]:
    """Least and most of a text or list, and of what is in it."""
    for alternative in field.get("anyOf", [field]):
        if alternative.get("type") == "string":
            yield alternative.get("minLength"), alternative.get("maxLength")
        if alternative.get("type") == "array":
            yield alternative.get("minItems"), alternative.get("maxItems")
            yield from limits_in(alternative["items"])


@each_operation
def test_every_number_in_a_request_has_a_least_value(operation: Operation) -> None:
    for parameter in operation.parameters:
        for alternative in parameter["schema"].get("oneOf", [parameter["schema"]]):
            if alternative.get("type") == "integer":
                assert "minimum" in alternative, parameter["name"]


@pytest.mark.parametrize("key", [b"k", b"a b", "ü".encode("latin-1"), b"x" * 255, b"x" * 256, b" ", b""])
async def test_a_key_is_told_to_be_what_is_accepted(key: bytes) -> None:
    told = [p["schema"] for each in OPERATIONS if each.method == "post" for p in each.parameters if p["in"] == "header"]
    async with client_of(APP) as client:
        answer = await client.post("/search", json={"query": "Why?"}, headers=[(b"Idempotency-Key", key)])

    text = key.decode("latin-1")
    assert len(told) == len([each for each in OPERATIONS if each.method == "post"])
    for schema in told:
        fits = schema["minLength"] <= len(text) <= schema["maxLength"] and re.search(schema["pattern"], text)
        assert bool(fits) == (answer.status_code == 200)


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
