"""A document to the stretches that are embedded and cited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.document import Chunk, Document


class Splitter(Protocol):
    """Cuts at headings, paragraphs and sentences, and inside a sentence only where it alone is too long."""

    async def split(self, document: Document) -> Sequence[Chunk]:
        """In order, without overlap, together covering every character that is not white space. None is empty,
        none begins or ends with white space, none has more tokens than the embedding model reads."""
        ...
