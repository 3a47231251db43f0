"""The API's documentation as one page without scripts, made from the OpenAPI document."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any, cast

from litestar import Request, Response, get

from entrypoints.http import openapi

if TYPE_CHECKING:
    from collections.abc import Iterator

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
details { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .5rem 0; }
summary { cursor: pointer; }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }
pre { overflow: auto; padding: .75rem; background: color-mix(in srgb, currentColor 6%, transparent); }
.method { display: inline-block; min-width: 4.5rem; font-weight: 600; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top; }
"""


@get("/docs", include_in_schema=False, media_type="text/html")
async def page(request: Request[Any, Any, Any]) -> Response[str]:
    """Every operation with its parameters, bodies, examples and refusals."""
    document = openapi.document(request.app)
    body = "".join(_sections(document))
    text = (
        "<!doctype html><html lang=en><head><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        "<title>Quoth API</title><link rel=stylesheet href=/docs.css></head><body><h1>Quoth API</h1>"
        f"<p>{html.escape(document['info']['description'])} Machine-readable: "
        "<a href=/schema/openapi.json>openapi.json</a> (OpenAPI 3.1).</p>"
        f"{body}</body></html>"
    )
    return Response(text, media_type="text/html")


@get("/docs.css", include_in_schema=False, media_type="text/css")
async def style() -> str:
    """The page's style, as a file, since the policy allows none inline."""
    return _STYLE


HANDLERS = [page, style]


def _sections(document: dict[str, Any]) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method, operation in cast("dict[str, dict[str, Any]]", item).items():
            by_tag.setdefault(operation["tags"][0], []).append("".join(_operation(method, path, operation)))
    for tag, operations in by_tag.items():
        yield f"<h2>{html.escape(tag)}</h2>{''.join(operations)}"
    yield "<h2>Objects</h2>"
    for name, schema in document["components"]["schemas"].items():
        yield f"<details id='{html.escape(name)}'><summary><code>{html.escape(name)}</code></summary>{_json(schema)}</details>"


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield (
        f"<details id='{html.escape(operation['operationId'])}'><summary><span class=method>{method.upper()}</span> "
        f"<code>{html.escape(path)}</code> {html.escape(operation['summary'])}</summary>"
        f"<p>{html.escape(operation.get('description', ''))}</p>"
    )
    if operation.get("parameters"):
        yield "<table><tr><th>parameter</th><th>in</th><th>type</th></tr>"
        for each in operation["parameters"]:
            kind = html.escape(json.dumps(each["schema"]))
            yield f"<tr><td><code>{html.escape(each['name'])}</code></td><td>{each['in']}</td><td><code>{kind}</code></td></tr>"
        yield "</table>"
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<h4>Body: <code>{html.escape(media_type)}</code></h4>{_content(content)}"
    for status, response in operation["responses"].items():
        yield f"<h4>{status}: {html.escape(response['description'])}</h4>"
        if int(status) < 400:
            yield from (_content(content) for content in response.get("content", {}).values())
    yield "</details>"


def _content(content: dict[str, Any]) -> str:
    reference = str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]
    link = f"<p><a href='#{html.escape(reference)}'>{html.escape(reference)}</a></p>" if reference else ""
    return link + (_json(content["example"]) if "example" in content else "")


def _json(value: object) -> str:
    return f"<pre>{html.escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>"
