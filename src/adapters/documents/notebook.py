"""Jupyter notebooks as Markdown: prose as it is, code and its printed results in fences."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from adapters.documents.detection import Kind
from adapters.documents.limits import ReadingLimits
from adapters.documents.markdown import read_markdown
from adapters.documents.text_builder import clean
from adapters.documents.zip_container import damaged
from domain.document import Document

_MAX_OUTPUT = 20_000


def read_notebook(text: str, limits: ReadingLimits) -> Document:
    """The cells in order."""
    try:
        notebook: object = json.loads(text)
    except (ValueError, RecursionError):
        raise damaged("The notebook") from None
    language = _language(notebook)
    blocks = [block for cell in _list(_get(notebook, "cells")) for block in _cell(cell, language) if block.strip()]
    document = read_markdown(clean("\n\n".join(blocks)), Kind.MARKDOWN, limits)
    return replace(document, media_type=Kind.NOTEBOOK.value)


def _cell(cell: object, language: str) -> Iterator[str]:
    source = _joined(_get(cell, "source"))
    if _get(cell, "cell_type") != "code":
        yield source.strip("\n")
        return
    yield _fenced(source, language)
    for output in _list(_get(cell, "outputs")):
        printed = _joined(_get(output, "text")) or _joined(_get(_get(output, "data"), "text/plain"))
        yield _fenced(printed[:_MAX_OUTPUT], "")


def _fenced(code: str, language: str) -> str:
    code = code.strip("\n")
    if not code.strip():
        return ""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code}\n{fence}"


def _language(notebook: object) -> str:
    name = _get(_get(_get(notebook, "metadata"), "language_info"), "name")
    return name if isinstance(name, str) and name.isalnum() else ""


def _get(value: object, key: str) -> object:
    return cast("dict[str, object]", value).get(key) if isinstance(value, dict) else None


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _joined(value: object) -> str:
    """Text in a notebook is a string or a list of lines."""
    if isinstance(value, str):
        return value
    return "".join(part for part in _list(value) if isinstance(part, str))
