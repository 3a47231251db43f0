"""Excel workbooks: each sheet is a section; each row says what its values are, by the names of their columns."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from typing import TYPE_CHECKING, Protocol, cast

import openpyxl

from adapters.documents.detection import Kind
from adapters.documents.limits import ReadingLimits
from adapters.documents.sheet import Sheet
from adapters.documents.text_builder import TextBuilder
from adapters.documents.zip_container import open_checked
from domain.document import Document
from domain.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WHOLE = 1e15


class _Worksheet(Protocol):
    """What openpyxl gives in read-only mode, which its stubs take for the other one."""

    title: str

    @property
    def values(self) -> Iterator[tuple[object, ...]]: ...
    def reset_dimensions(self) -> None: ...


def read_xlsx(content: bytes, limits: ReadingLimits) -> Document:
    """All sheets. Of formulas, the values that were last computed; a declared range means nothing."""
    open_checked(content, limits).close()
    builder = TextBuilder(limits.characters)
    with warnings.catch_warnings():
        # It warns of what it can't write back: nobody writes here.
        warnings.simplefilter("ignore")
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            title = workbook.properties.title
            cells = 0
            for worksheet in cast("list[_Worksheet]", workbook.worksheets):
                cells = _read_sheet(worksheet, builder, limits, cells)
        finally:
            workbook.close()
    return builder.build(media_type=Kind.XLSX.value, title=title)


def _read_sheet(worksheet: _Worksheet, builder: TextBuilder, limits: ReadingLimits, cells: int) -> int:
    worksheet.reset_dimensions()
    builder.heading(1, worksheet.title)
    sheet = Sheet(builder)
    for row in worksheet.values:
        if not row:
            continue
        values = _texts(row)
        cells += len(values)
        if cells > limits.cells:
            raise TooLarge(f"The workbook holds more than {limits.cells:,} cells. Divide it and add the parts.")
        sheet.row(values)
    sheet.end()
    return cells


def _texts(row: Sequence[object]) -> list[str]:
    texts = ["" if value is None else _text(value) for value in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(value: object) -> str:
    """As a person would write it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ", timespec="seconds")
    return " ".join(str(value).split())
