"""The OpenAPI document: what the server serves at /schema/openapi.json and what clients are generated from."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

import msgspec
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Tag

from entrypoints.http import schemas
from entrypoints.http.errors import MEDIA_TYPE
from entrypoints.http.examples import PROBLEM_TITLES
from entrypoints.http.openapi_requests import correct_request, request_schemas
from entrypoints.http.openapi_responses import correct_responses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar import Litestar, Request

_API, _HEALTH = "/api/", "/health/"

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
            media_type=MEDIA_TYPE,
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
            Tag(name="Health", description="How the service is; needs no token."),
        ],
        components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
        use_handler_docstrings=True,
    )


def document(app: Litestar) -> dict[str, Any]:
    """The document, made to say what really happens where the framework's own differs."""
    made = copy.deepcopy(app.openapi_schema.to_schema())
    made["components"]["schemas"] |= request_schemas()
    for path, method, operation in _operations(made):
        correct_request(operation, method)
        correct_responses(operation, path, method)
        operation["security"] = [{"token": []}, {}] if path.startswith(_API) else []
    _correct_types(made)
    made["components"]["schemas"] = dict(sorted(made["components"]["schemas"].items()))
    return made


def document_bytes(app: Litestar) -> bytes:
    """The document in a form that differs only where it says something else."""
    return msgspec.json.format(msgspec.json.encode(document(app)), indent=2) + b"\n"


def _operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    made["paths"] = {path: item for path, item in sorted(made["paths"].items()) if path.startswith((_API, _HEALTH))}
    for path, item in made["paths"].items():
        for method in ("get", "post", "put", "delete"):
            if method in item:
                yield path, method, item[method]


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
