"""The OpenAPI document: what the server serves at /schema/openapi.json and what clients are generated from."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

import msgspec
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Tag

from application.access.once import KEY_LENGTH
from entrypoints.http import schemas
from entrypoints.http.examples import MARKDOWN_EXAMPLE, PROBLEM_TITLES, REQUEST_EXAMPLES, RESPONSE_EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar import Litestar, Request

PROBLEM_JSON = "application/problem+json"

EVENT_STREAM: dict[int, ResponseSpec] = {
    200: ResponseSpec(
        data_container=schemas.AnswerEvent,
        media_type="text/event-stream",
        description="Server-sent events; the data of each is one of these objects, by its `type`.",
        generate_examples=False,
    )
}


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """The refusals of an operation, for its documentation; 401, 403 and 500 are added to every operation."""
    return {
        status: ResponseSpec(
            data_container=schemas.Problem,
            media_type=PROBLEM_JSON,
            description=PROBLEM_TITLES[status],
            generate_examples=False,
        )
        for status in sorted({*statuses, 401, 403, 500})
    }


class _CorrectedJson(JsonRenderPlugin):
    """Serves the document as it is committed with the TypeScript client, and nothing else."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The document's bytes."""
        del openapi_schema
        return document_bytes(request.app)


def openapi_config(version: str) -> OpenAPIConfig:
    """Served as JSON only; the page that shows it is our own, since it must load nothing from elsewhere."""
    return OpenAPIConfig(
        title="Quoth",
        version=version,
        description="Answers questions from your own documents, and quotes them.",
        path="/schema",
        render_plugins=[_CorrectedJson()],
        tags=[
            Tag(name="Conversations", description="What was asked and answered, kept."),
            Tag(name="Chat", description="Questions and their answers."),
            Tag(name="Sources", description="What answers rest on."),
        ],
        components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
        use_handler_docstrings=True,
    )


def document(app: Litestar) -> dict[str, Any]:
    """The document, made to say what really happens where the framework's own differs."""
    made = copy.deepcopy(app.openapi_schema.to_schema())
    for method, operation in _operations(made):
        if method == "post":
            _add_idempotency_key(operation)
        _correct_responses(operation, method)
        _correct_body(operation)
        _add_examples(operation)
        operation.setdefault("security", [{"token": []}, {}])
    # Read by its handler itself, which takes files in its place too, this body is in no signature.
    _, extra = msgspec.json.schema_components([schemas.SourceRequest], ref_template="#/components/schemas/{name}")
    made["components"]["schemas"] |= extra
    _correct_types(made)
    made["components"]["schemas"] = dict(sorted(made["components"]["schemas"].items()))
    return made


def document_bytes(app: Litestar) -> bytes:
    """The document in a form that differs only where it says something else."""
    return msgspec.json.format(msgspec.json.encode(document(app)), indent=2) + b"\n"


def _operations(made: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    made["paths"] = {path: item for path, item in sorted(made["paths"].items()) if path.startswith("/api/")}
    for item in made["paths"].values():
        for method in ("get", "post", "put", "delete"):
            if method in item:
                yield method, item[method]


def _correct_responses(operation: dict[str, Any], method: str) -> None:
    statuses = {int(status) for status in operation["responses"]}
    refused = {status for status in statuses if status >= 400} | {503}
    if operation.get("parameters") or operation.get("requestBody"):
        refused.add(400)
    if operation.get("requestBody"):
        refused |= {413, 415}
    if method == "post":
        refused.add(409)
    for status in refused:
        operation["responses"][str(status)] = {
            "description": PROBLEM_TITLES[status],
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _add_idempotency_key(operation: dict[str, Any]) -> None:
    operation.setdefault("parameters", []).append(
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Sent again with the same key, the request gets the first answer and does nothing twice.",
            "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": r"^[!-~]+$"},
        }
    )


def _correct_body(operation: dict[str, Any]) -> None:
    if operation["operationId"] == "exportConversation":
        operation["responses"]["200"]["content"] = {
            "text/markdown": {"schema": {"type": "string"}},
            "application/json": {"schema": {"$ref": "#/components/schemas/ConversationDetail"}},
        }
    if operation["operationId"] != "addSources":
        return
    file = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
    files = {
        "type": "object",
        "properties": {"file": {"type": "array", "items": file, "minItems": 1}},
        "required": ["file"],
        "additionalProperties": False,
    }
    operation["requestBody"] = {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": files},
            "application/json": {"schema": {"$ref": "#/components/schemas/SourceRequest"}},
        },
    }


def _add_examples(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    if name in REQUEST_EXAMPLES:
        operation["requestBody"]["content"]["application/json"]["example"] = REQUEST_EXAMPLES[name]
    if name in RESPONSE_EXAMPLES:
        success = min(operation["responses"])
        for content in operation["responses"][success].get("content", {}).values():
            content["example"] = RESPONSE_EXAMPLES[name]
    if name == "exportConversation":
        examples = operation["responses"]["200"]["content"]
        examples["text/markdown"]["example"] = MARKDOWN_EXAMPLE
        examples["application/json"]["example"] = RESPONSE_EXAMPLES["readConversation"]


def _correct_types(node: object) -> None:
    """Whole numbers as bounds, and no choice where there is one alternative."""
    if isinstance(node, dict):
        mapping = cast("dict[str, object]", node)
        for name in ("minimum", "maximum"):
            bound = mapping.get(name)
            if isinstance(bound, float) and bound.is_integer():
                mapping[name] = int(bound)
        alternatives = cast("list[dict[str, object]]", mapping.get("oneOf", []))
        if len(alternatives) == 1:
            del mapping["oneOf"]
            mapping.update(alternatives[0])
        for value in list(mapping.values()):
            _correct_types(value)
    elif isinstance(node, list):
        for value in cast("list[object]", node):
            _correct_types(value)
