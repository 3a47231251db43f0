"""Middleware that holds on to the service's own state."""

from __future__ import annotations

from typing import Self

from litestar.middleware import ASGIMiddleware


class SharedMiddleware(ASGIMiddleware):
    """The framework copies handlers deeply, their middleware included: a copy of a store would be another store."""

    def __deepcopy__(self, _memo: dict[int, object]) -> Self:
        """Itself."""
        return self
