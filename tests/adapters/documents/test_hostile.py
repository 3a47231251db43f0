"""Whatever the bytes: a document whose offsets are right, or a refusal that says why."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.adapters.documents.pdf_samples import pdf
from tests.adapters.documents.reading import read
from tests.adapters.documents.test_html import PAGE
from tests.adapters.documents.test_office import presentation, word_document, workbook
from tests.adapters.documents.test_others import MAIL, RTF
from tests.adapters.documents.zip_samples import epub, opendocument

from domain.errors import TooLarge, UnreadableDocument, UnsupportedFormat

SAMPLES = {
    "a.pdf": pdf([(72, 700, "First page.")], [(72, 700, "Second.")], title="T", outline=[("First", 0)]),
    "a.docx": word_document(),
    "a.pptx": presentation(),
    "a.xlsx": workbook([["a", "b"], [1, 2]]),
    "a.odt": opendocument("text", "<text:p>text</text:p>"),
    "a.epub": epub({"a.xhtml": "<p>text</p>"}),
    "a.html": PAGE.encode(),
    "a.eml": MAIL.encode(),
    "a.rtf": RTF,
    "a.ipynb": b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = 1", "outputs": [{"text": "1"}]}]}',
    "a.md": b"# One\n\ntext\n\n## Two\n\ntext",
    "a.csv": b"a;b\n1;2\n",
}


@pytest.fixture(scope="module", params=sorted(SAMPLES))
def sample(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def read_or_refuse(content: bytes, name: str) -> None:
    try:
        read(content, name)
    except (UnsupportedFormat, UnreadableDocument, TooLarge) as refusal:
        sentence = str(refusal)
        if not sentence.endswith((".", ")")) or len(sentence) < 15:
            pytest.fail(f"No sentence: {sentence!r}")


@given(content=st.binary(max_size=400), name=st.sampled_from([*SAMPLES, "a", "", ".", "a.txt"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    read_or_refuse(content, name)


@given(content=st.binary(max_size=200), start=st.sampled_from([data[:40] for data in SAMPLES.values()]))
def test_any_bytes_behind_a_true_beginning_are_read_or_refused(content: bytes, start: bytes) -> None:
    read_or_refuse(start + content, "file")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_sample_is_read_or_refused(sample: str, data: st.DataObject) -> None:
    content = bytearray(SAMPLES[sample])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]

    read_or_refuse(bytes(content), sample)


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    tag=st.sampled_from(["p", "h1", "li", "td", "pre"]),
)
def test_any_text_in_a_page_keeps_offsets_right(text: str, tag: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")

    with contextlib.suppress(UnreadableDocument, UnsupportedFormat):
        read(f"<html><h1>Head</h1><table><tr><{tag}>{escaped}</{tag}></table><h2>{escaped}</h2>x", "page.html")


NAMES = [
    *("../../etc/passwd", "/etc/passwd", "C:\\con", "a\0b.md", "\u202egnp.md", "a" * 300 + ".md", ".", "..", "", "/"),
    *("quote'\"; rm -rf ~ #%20&=+.md", "..%2f..%2fetc%2fpasswd.md", "\ud800.md", "a\r\nb: c.md", "💥.md", "%s%n{0}.md"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_a_hint(name: str) -> None:
    assert read("# Title\n\ntext", name).text == "# Title\n\ntext"


@pytest.mark.parametrize(
    "claim", ["", "text/html", "application/pdf", "image/png; charset=\ud800", "x" * 5000, ";;=", "a/b/c"]
)
def test_a_claimed_type_is_only_a_hint(claim: str) -> None:
    assert read("Just text.", "notes.txt", media_type=claim).text == "Just text."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", "- " * 20_000),
        ("a.md", "> " * 20_000),
        ("a.md", "[" * 50_000),
        ("a.md", "# " + " " * 100_000 + "x{"),
        ("a.md", "a" * 199_000),
        ("a.html", "<p>" + "<a " * 50_000),
        ("a.txt", "From: a\n" + "x: y\n" * 20_000),
        ("a.txt", "From " + " " * 100_000),
        ("a.rtf", "{\\rtf1" + "{" * 50_000 + "x"),
        ("a.ipynb", '{"nbformat": 4, "cells": ' + "[" * 50_000),
        ("a.csv", ";" * 100_000 + '\n"'),
        ("a.csv", '"' + "a" * 190_000),
    ],
)
def test_texts_that_are_made_to_take_long_do_not(name: str, content: str) -> None:
    read_or_refuse(content.encode(), name)
