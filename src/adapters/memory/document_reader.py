"""A document reader that knows UTF-8 text and nothing else."""

from __future__ import annotations

from domain.document import Document
from domain.errors import UnreadableDocument, UnsupportedFormat


class MemoryDocumentReader:
    """Hands the content back as its own text."""

    async def read(self, content: bytes, *, name: str, media_type: str | None) -> Document:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UnsupportedFormat("The file is not UTF-8 text.") from None
        if "\0" in text:
            raise UnsupportedFormat("The file is not text: it holds NUL characters.")
        if not (text if name.endswith(".txt") else text.strip()):
            raise UnreadableDocument("The file holds no text.")
        return Document(text=text, media_type="text/plain")
