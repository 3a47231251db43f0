"""What every document reader keeps to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.documents.reader import IsolatedDocumentReader
from adapters.memory.document_reader import MemoryDocumentReader
from application.ports.document_reader import DocumentReader
from domain.errors import UnreadableDocument, UnsupportedFormat


@pytest.fixture(params=["memory", "isolated"])
async def reader(request: pytest.FixtureRequest) -> AsyncIterator[DocumentReader]:
    if request.param == "memory":
        yield MemoryDocumentReader()
        return
    isolated = IsolatedDocumentReader()
    yield isolated
    await isolated.close()


@pytest.mark.parametrize("text", ["one line", "a\r\nb\rc\n\x0cd", "  indented\n\n", "火星 😀 e\u0301\u2028x"])
async def test_the_text_of_a_text_file_is_its_own_text(reader: DocumentReader, text: str) -> None:
    document = await reader.read(text.encode(), name="notes.txt", media_type="text/plain")

    assert document.text == text
    assert document.media_type == "text/plain"


async def test_a_byte_order_mark_is_no_part_of_the_text(reader: DocumentReader) -> None:
    document = await reader.read(b"\xef\xbb\xbfHello", name="notes.txt", media_type=None)

    assert document.text == "Hello"


@pytest.mark.parametrize("content", [b"", b"  \n\t\n", b"\xef\xbb\xbf"])
async def test_a_file_without_text_is_unreadable(reader: DocumentReader, content: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"."):
        await reader.read(content, name="notes.md", media_type="text/markdown")


async def test_plain_text_may_be_blank_but_not_empty(reader: DocumentReader) -> None:
    document = await reader.read(b"\n\n\n\n", name="record.txt", media_type="text/plain")

    assert document.text == "\n\n\n\n"
    with pytest.raises(UnreadableDocument, match=r"."):
        await reader.read(b"", name="record.txt", media_type="text/plain")


@pytest.mark.parametrize("content", [bytes(range(256)) * 8, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"abc\0\0\0def"])
async def test_what_is_no_document_is_unsupported(reader: DocumentReader, content: bytes) -> None:
    with pytest.raises(UnsupportedFormat, match=r"."):
        await reader.read(content, name="notes.txt", media_type="text/plain")


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "\u202egnp.txt", "a" * 300, "a\0b", "\ud800.txt", "#%20&=+"])
async def test_a_name_is_data(reader: DocumentReader, name: str) -> None:
    document = await reader.read(b"Hello", name=name, media_type=None)

    assert document.text == "Hello"
