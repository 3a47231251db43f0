"""How much one document may cost."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """The bounds of reading one document; all of them are far above what people write."""

    seconds: float = 120.0
    memory_bytes: int = 1024 * _MIB
    characters: int = 20_000_000
    pages: int = 10_000
    cells: int = 5_000_000
    unpacked_bytes: int = 256 * _MIB
    members: int = 20_000
