"""The part of PDFium that is used here, with types: its Python binding has none."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import c_double
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


PdfError = cast("type[RuntimeError]", pypdfium2.PdfiumError)
# As they are in the C library: called for every character, they are worth no layer between.
_raw = cast("_Raw", pypdfium2.raw)


class _Raw(Protocol):
    def FPDFText_GetUnicode(self, page: TextPage, index: int) -> int: ...  # noqa: N802 - the library's name
    def FPDFText_GetCharBox(  # noqa: N802
        self, page: TextPage, index: int, left: c_double, right: c_double, bottom: c_double, top: c_double
    ) -> int: ...
    def FPDFText_GetCharOrigin(self, page: TextPage, index: int, x: c_double, y: c_double) -> int: ...  # noqa: N802


def open_pdf(content: bytes) -> PdfDocument:
    """The document. Raises `PdfError`."""
    return cast("PdfDocument", pypdfium2.PdfDocument(content))


class Characters:
    """The characters of a page in the order of its content; where they are is looked up when asked for."""

    def __init__(self, page: TextPage) -> None:
        self._page = page
        self._a, self._b, self._c, self._d = c_double(), c_double(), c_double(), c_double()
        self.texts = [_character(_raw.FPDFText_GetUnicode(page, index)) for index in range(page.count_chars())]

    def box(self, index: int) -> tuple[float, float, float, float]:
        """Left, bottom, right and top, in points from the lower left corner of the page."""
        left, right, bottom, top = self._a, self._b, self._c, self._d
        _raw.FPDFText_GetCharBox(self._page, index, left, right, bottom, top)
        return left.value, bottom.value, right.value, top.value

    def baseline(self, index: int) -> float:
        """How high the line is that the character stands on."""
        _raw.FPDFText_GetCharOrigin(self._page, index, self._a, self._b)
        return self._b.value


def _character(code: int) -> str:
    return chr(code) if code < 0x110000 else "\ufffd"  # noqa: PLR2004 - the end of Unicode
