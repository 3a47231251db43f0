"""Pages of lists: total counts and stable cursors in headers."""

from __future__ import annotations

import base64
import binascii
import urllib.parse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar import Request

    from domain.conversation import Message


def encode_cursor(at: datetime, row: UUID) -> str:
    """A place in a list, opaque to clients."""
    return base64.urlsafe_b64encode(f"{at.astimezone(UTC).isoformat()}|{row}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, UUID]:
    """Raises `InvalidInput` for what no list of ours handed out."""
    try:
        text = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        at, _, row = text.partition("|")
        return datetime.fromisoformat(at).replace(tzinfo=UTC), UUID(row)
    except (ValueError, binascii.Error):
        raise InvalidInput("cursor", "Not a cursor that a list gave out in its Link header.") from None


def page_headers(request: Request[Any, Any, Any], *, total: int, cursor: str | None) -> dict[str, str]:
    """`X-Total-Count`, and where there is more, `Link` (RFC 8288) to the next page."""
    headers = {"X-Total-Count": str(total)}
    return headers if cursor is None else headers | _link(request, "cursor", cursor, instead_of={"offset"})


def earlier_headers(request: Request[Any, Any, Any], messages: Sequence[Message]) -> dict[str, str]:
    """`Link` to the page before these messages of a branch, oldest first, unless they begin it."""
    if not messages or messages[0].parent_id is None:
        return {}
    return _link(request, "before", str(messages[0].id), instead_of=set())


def _link(request: Request[Any, Any, Any], name: str, value: str, *, instead_of: set[str]) -> dict[str, str]:
    kept = [(other, given) for other, given in request.query_params.multi_items() if other not in {name, *instead_of}]
    query = urllib.parse.urlencode([*kept, (name, value)])
    return {"Link": f'<{request.scope["path"]}?{query}>; rel="next"'}
