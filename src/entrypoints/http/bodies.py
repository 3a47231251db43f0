"""Request bodies, held against their schema strictly and as a whole, before a handler sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from litestar.exceptions import HTTPException

from entrypoints.http.errors import InvalidBodyError
from entrypoints.http.faults import faults_of
from entrypoints.http.schemas import FieldError

if TYPE_CHECKING:
    from litestar import Request


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
        faults = list(faults_of(msgspec.json.decode(raw), kind))
        raise InvalidBodyError(faults or [FieldError(detail=f"{error}.", pointer="")]) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidBodyError([FieldError(detail=f"Not valid JSON: {error}.", pointer="")]) from None
