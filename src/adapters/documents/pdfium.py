"""The part of PDFium that is used here, with types: its Python binding has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, cast

import pypdfium2  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # ships no types
import pypdfium2.raw  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # ships no types


class Destination(Protocol):
    """Where a bookmark leads."""

    def get_index(self) -> int | None: ...


class Bookmark(Protocol):
    """An entry of the outline."""

    level: int

    def get_title(self) -> str: ...
    def get_dest(self) -> Destination | None: ...


class TextPage(Protocol):
    """The characters of a page."""

    def count_chars(self) -> int: ...
    def get_charbox(self, index: int) -> tuple[float, float, float, float]: ...
    def close(self) -> None: ...


class Page(Protocol):
    """A page."""

    def get_textpage(self) -> TextPage: ...
    def close(self) -> None: ...


class PdfDocument(Protocol):
    """A document; pages count from 0."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> Page: ...
    def get_metadata_dict(self) -> dict[str, str]: ...
    def get_toc(self, max_depth: int = 15) -> Iterator[Bookmark]: ...
    def close(self) -> None: ...


_get_unicode = cast("Callable[[TextPage, int], int]", pypdfium2.raw.FPDFText_GetUnicode)  # pyright: ignore[reportUnknownMemberType]  # ships no types
PdfError = cast("type[RuntimeError]", pypdfium2.PdfiumError)


def open_pdf(content: bytes) -> PdfDocument:
    """The document. Raises `PdfError`."""
    return cast("PdfDocument", pypdfium2.PdfDocument(content))


def code_at(page: TextPage, index: int) -> int:
    """The code of a character, a half of one (UTF-16) included."""
    return _get_unicode(page, index)
