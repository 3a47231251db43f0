"""How a server keeps vectors in memory."""

from __future__ import annotations

from enum import StrEnum


class Quantization(StrEnum):
    """`SCALAR`: one byte a dimension instead of four, with the exact vectors on disk for the last ranking."""

    NONE = "none"
    SCALAR = "scalar"
