"""How the health of a component is asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

# Returns when the component is well, with what there is to say of it; else raises a `DomainError` that says what is wrong.
Probe = Callable[[], Awaitable[str | None]]
Probes = Mapping[str, Probe]
