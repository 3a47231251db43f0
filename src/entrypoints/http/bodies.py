"""Request bodies, held against their schema strictly and as a whole, before a handler sees them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from litestar.exceptions import HTTPException

from entrypoints.http.errors import InvalidBodyError
from entrypoints.http.faults import faults_of
from entrypoints.http.schemas import FieldError

if TYPE_CHECKING:
    from litestar import Request

# What msgspec takes for a body that ends too early.
_HALF = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")


async def check_body(request: Request[Any, Any, Any]) -> None:
    """For `before_request`: raises `InvalidBodyError` with all faults, or 415 for a body that is not JSON."""
    field = request.route_handler.parsed_data_field
    if field is None:
        return
    decode(await request.body(), request.content_type[0], field.annotation)


def decode(raw: bytes, media_type: str, kind: Any) -> Any:
    """The body as this type: numbers are no strings, and unknown fields are faults."""
    if media_type != "application/json":
        raise HTTPException(status_code=415, detail="The body must be application/json.")
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        detail = f"{str(error).partition(' - at ')[0]}."
        raise InvalidBodyError(_all_faults(raw, kind) or [FieldError(detail=detail, pointer="")]) from None
    except RecursionError:
        raise InvalidBodyError([FieldError(detail="It is nested too deeply.", pointer="")]) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidBodyError([FieldError(detail=_why_not_json(raw, error), pointer="")]) from None


def _all_faults(raw: bytes, kind: Any) -> list[FieldError]:
    """None where the body can't be read as anything: a number is too large, or it is nested too deeply."""
    try:
        return list(faults_of(msgspec.json.decode(raw), kind))
    except (msgspec.DecodeError, RecursionError):
        return []


def _why_not_json(raw: bytes, error: Exception) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError as fault:
        return f"Not UTF-8: byte {raw[fault.start]:#04x} at position {fault.start:,}."
    if _HALF.search(text):
        return "An escape \\u is one half of a surrogate pair, which is no character."
    return f"Not valid JSON: {error}."
