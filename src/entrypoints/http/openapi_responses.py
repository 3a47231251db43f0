"""What the OpenAPI document says of responses: every refusal with an example, every header that means something."""

from __future__ import annotations

from typing import Any

from entrypoints.http.errors import MEDIA_TYPE
from entrypoints.http.examples import MARKDOWN_EXAMPLE, NOT_READY_EXAMPLE, PROBLEM_TITLES, RESPONSE_EXAMPLES
from entrypoints.http.openapi_problems import problem_example

_HEADERS: dict[str, dict[str, Any]] = {
    "X-Total-Count": {
        "description": "How many there are on all pages together.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    },
    "Link": {
        "description": 'The next page, as `<URL>; rel="next"` (RFC 8288), where there is one.',
        "required": False,
        "schema": {"type": "string"},
    },
    "Content-Disposition": {
        "description": "The name of the file, which is always a download (RFC 6266).",
        "required": True,
        "schema": {"type": "string"},
        "example": "attachment; filename=\"handbook.md\"; filename*=UTF-8''handbook.md",
    },
    "Retry-After": {
        "description": "After how many seconds to try again, where that is known.",
        "required": False,
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {
        "description": "How to authenticate (RFC 6750).",
        "required": True,
        "schema": {"type": "string"},
        "example": "Bearer",
    },
}
_OF_REFUSALS = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}
_OF_OPERATIONS = {
    "listConversations": ("X-Total-Count", "Link"),
    "listMessages": ("Link",),
    "listSources": ("X-Total-Count", "Link"),
    "exportConversation": ("Content-Disposition",),
    "readSourceContent": ("Content-Disposition",),
}


def correct_responses(operation: dict[str, Any], path: str, method: str) -> None:
    """Success and refusals of an operation, with examples and headers."""
    responses = operation["responses"]
    if operation["operationId"] == "exportConversation":
        responses["200"]["content"] = {
            "text/markdown": {"schema": {"type": "string"}},
            "application/json": {"schema": {"$ref": "#/components/schemas/ConversationDetail"}},
        }
    if operation["operationId"] == "readReadiness":
        responses["503"]["content"]["application/json"]["example"] = NOT_READY_EXAMPLE
    for status in _refusals(operation, method):
        responses[str(status)] = _refusal(operation, path, status)
    operation["responses"] = dict(sorted(responses.items()))
    _complete_success(operation)


def _refusals(operation: dict[str, Any], method: str) -> set[int]:
    # 400 also for a Host header that is none.
    if "Health" in operation["tags"]:
        return {400, 500}
    refused = {int(status) for status in operation["responses"] if int(status) >= 400} | {400, 503}
    if operation.get("requestBody"):
        refused |= {413, 415}
    if method == "post":
        refused.add(409)
    return refused


def _refusal(operation: dict[str, Any], path: str, status: int) -> dict[str, Any]:
    content = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "example": problem_example(operation, path, status),
    }
    response: dict[str, Any] = {"description": PROBLEM_TITLES[status], "content": {MEDIA_TYPE: content}}
    if status in _OF_REFUSALS:
        response["headers"] = {_OF_REFUSALS[status]: _HEADERS[_OF_REFUSALS[status]]}
    return response


def _complete_success(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    success = operation["responses"][min(operation["responses"])]
    if name in _OF_OPERATIONS:
        success["headers"] = {header: _HEADERS[header] for header in _OF_OPERATIONS[name]}
    if name in RESPONSE_EXAMPLES:
        for content in success.get("content", {}).values():
            content["example"] = RESPONSE_EXAMPLES[name]
    if name == "exportConversation":
        success["content"]["text/markdown"]["example"] = MARKDOWN_EXAMPLE
        success["content"]["application/json"]["example"] = RESPONSE_EXAMPLES["readConversation"]
