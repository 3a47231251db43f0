"""Bytes to text with structure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from domain.document import Document


class DocumentReader(Protocol):
    """Reads documents of every format it knows, by content rather than by name, in bounded memory and time."""

    async def read(self, content: bytes, *, name: str, media_type: str | None) -> Document:
        """The document; `name` and `media_type` are hints from the sender and may be wrong or hostile.

        Raises `UnsupportedFormat` (no reader knows this kind), `UnreadableDocument` (damaged, encrypted, scanned,
        empty) or `TooLarge`, each with a sentence that a person understands and can act on.
        """
        ...
