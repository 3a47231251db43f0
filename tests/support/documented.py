"""The operations of the OpenAPI document, as tests go through them."""

from __future__ import annotations

from typing import Any, NamedTuple

from entrypoints.http.app import create_app
from entrypoints.http.openapi import document
from entrypoints.wiring import use_cases
from entrypoints.wiring.in_memory import in_memory

APP = create_app(use_cases(in_memory()))
DOCUMENT: dict[str, Any] = document(APP)
PROBLEM = "application/problem+json"


class Operation(NamedTuple):
    """One of them, with its example ids in its path."""

    path: str
    method: str
    told: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.told["operationId"])

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return list(self.told.get("parameters", []))

    @property
    def takes_a_query(self) -> bool:
        return any(each["in"] == "query" for each in self.parameters)

    @property
    def body(self) -> dict[str, Any] | None:
        """The example of its JSON body."""
        content = self.told.get("requestBody", {}).get("content", {}).get("application/json")
        return None if content is None else dict(content["example"])

    @property
    def refusals(self) -> dict[int, dict[str, Any]]:
        """Its problems by status."""
        responses: dict[str, dict[str, Any]] = self.told["responses"]
        return {int(status): each for status, each in responses.items() if PROBLEM in each.get("content", {})}

    @property
    def is_in_the_api(self) -> bool:
        return self.path.startswith("/api/v1/")

    def example_of(self, status: int) -> dict[str, Any]:
        return dict(self.refusals[status]["content"][PROBLEM]["example"])


OPERATIONS = [
    Operation(path, method, told)
    for path, item in DOCUMENT["paths"].items()
    for method, told in item.items()
    if method in {"get", "post", "put", "delete"}
]
