"""What the OpenAPI document says of requests, where the framework's own says less, or something else."""

from __future__ import annotations

from typing import Any, cast

import msgspec

from application.access.once import KEY_LENGTH
from entrypoints.http import schemas
from entrypoints.http.examples import REQUEST_EXAMPLES
from entrypoints.http.uploads import MOST_FILES


def request_schemas() -> dict[str, Any]:
    """The bodies as msgspec itself describes what it accepts: the framework leaves out the limits of what a list holds,
    and that unknown fields are refused. One of them is in no signature, as its handler takes files in its place too."""
    _, made = msgspec.json.schema_components(
        schemas.Request.__subclasses__(), ref_template="#/components/schemas/{name}"
    )
    return made


def correct_request(operation: dict[str, Any], method: str) -> None:
    """Parameters, body and example of a request."""
    for parameter in operation.get("parameters", []):
        if parameter["name"] in {"last_event_id", "Last-Event-ID"}:
            _set_minimum(parameter["schema"], 0)
    if method == "post":
        _add_idempotency_key(operation)
    name = operation["operationId"]
    if name == "addSources":
        operation["requestBody"] = _files_or_source()
    if name in REQUEST_EXAMPLES:
        operation["requestBody"]["content"]["application/json"]["example"] = REQUEST_EXAMPLES[name]


def _set_minimum(schema: dict[str, Any], minimum: int) -> None:
    for alternative in cast("list[dict[str, Any]]", schema["oneOf"]):
        if alternative["type"] == "integer":
            alternative["minimum"] = minimum


def _add_idempotency_key(operation: dict[str, Any]) -> None:
    operation.setdefault("parameters", []).append(
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Sent again with the same key, the request gets the first answer and does nothing twice.",
            "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": r"\S"},
        }
    )


def _files_or_source() -> dict[str, Any]:
    file = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
    files = {
        "type": "object",
        "properties": {"file": {"type": "array", "items": file, "minItems": 1, "maxItems": MOST_FILES}},
        "required": ["file"],
        "additionalProperties": False,
    }
    return {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": files},
            "application/json": {"schema": {"$ref": "#/components/schemas/SourceRequest"}},
        },
    }
