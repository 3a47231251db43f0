"""Containers that are made to harm, and those of other kinds."""

from __future__ import annotations

import struct

import pytest
from tests.adapters.documents.reading import read
from tests.adapters.documents.zip_samples import W, docx, epub, zipped

from domain.errors import TooLarge, UnreadableDocument, UnsupportedFormat

PLAIN = "<w:p><w:r><w:t>text</w:t></w:r></w:p>"


def test_what_unpacks_to_too_much_is_too_large() -> None:
    with pytest.raises(TooLarge, match="8 MB"):
        read(docx(PLAIN + " " * 9_000_000))


def test_a_declared_size_that_is_a_lie_does_not_help() -> None:
    size = 9_000_000
    honest = docx(PLAIN + " " * size)
    real = len(f'<w:document xmlns:w="{W}"><w:body>{PLAIN}</w:body></w:document>') + size
    lying = honest.replace(struct.pack("<I", real), struct.pack("<I", 1000))
    assert lying != honest

    with pytest.raises((TooLarge, UnreadableDocument)):
        read(lying)


def test_too_many_parts_are_too_large() -> None:
    with pytest.raises(TooLarge, match="parts"):
        read(docx(PLAIN, **{f"part{number}": "" for number in range(200)}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_not_read(encoding: str) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    document = f'{laughs}<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>'
    parts: dict[str, str | bytes] = {"[Content_Types].xml": "<Types/>", "word/document.xml": document.encode(encoding)}

    with pytest.raises(UnreadableDocument, match="entities"):
        read(zipped(parts))


def test_files_of_the_machine_are_not_read() -> None:
    chapter = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><p>&f;</p><p>Chapter</p>'

    text = read(epub({"a.xhtml": chapter})).text

    assert "root:" not in text
    assert "Chapter" in text


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"a.txt": "text"}, "ZIP archive"),
        ({"xl/workbook.bin": "x", "[Content_Types].xml": "x"}, "xlsb"),
        ({"mimetype": "application/zip", "x": "y"}, "ZIP archive"),
    ],
)
def test_other_containers_are_refused_by_name(parts: dict[str, str], what: str) -> None:
    with pytest.raises(UnsupportedFormat, match=what):
        read(zipped(parts))


@pytest.mark.parametrize(
    ("stream", "error", "what"),
    [
        ("EncryptedPackage", UnreadableDocument, "password"),
        ("WordDocument", UnsupportedFormat, r"\.docx"),
        ("Workbook", UnsupportedFormat, r"\.xlsx"),
        ("PowerPoint Document", UnsupportedFormat, r"\.pptx"),
        ("__substg1.0_0037001F", UnsupportedFormat, r"\.eml"),
        ("Unheard of", UnsupportedFormat, "current format"),
    ],
)
def test_old_office_files_are_refused_with_a_way_out(stream: str, error: type[Exception], what: str) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(64)

    with pytest.raises(error, match=what):
        read(content, "report.doc")


@pytest.mark.parametrize(
    "parts",
    [
        {"word/document.xml": ""},
        {"word/document.xml": "<w:document/>"},
        {"ppt/presentation.xml": "<x/>"},
        {"xl/workbook.xml": "<x/>"},
        {"mimetype": "application/epub+zip"},
        {"mimetype": "application/vnd.oasis.opendocument.text"},
        {"word/../../../etc/passwd": "x"},
    ],
)
def test_a_container_without_its_document_is_damaged(parts: dict[str, str]) -> None:
    with pytest.raises(UnreadableDocument):
        read(zipped(parts))


def test_the_rest_of_a_package_may_be_missing() -> None:
    parts = {
        "_rels/.rels": '<Relationships><Relationship Type="x/officeDocument" Target="/word/main.xml"/></Relationships>',
        "word/main.xml": f'<w:document xmlns:w="{W}"><w:body>{PLAIN}</w:body></w:document>',
    }

    assert read(zipped(parts)).text == "text"
