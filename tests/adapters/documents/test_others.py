"""E-books, e-mail, notebooks and Rich Text."""

from __future__ import annotations

import json

import pytest
from tests.adapters.documents.reading import read, sections
from tests.adapters.documents.zip_samples import epub

from domain.errors import UnreadableDocument


def test_a_book_is_read_in_the_order_of_its_spine() -> None:
    chapters = {"b.xhtml": "<h1>Ebb</h1><p>The water falls.</p>", "a.xhtml": "<h1>Flood</h1><p>The water rises.</p>"}

    document = read(epub(chapters, spine=["a.xhtml", "b.xhtml", "a.xhtml", "missing"]))

    assert (document.title, document.language) == ("The Tides", "en")
    assert sections(document) == {("Flood",): "Flood\n\nThe water rises.", ("Ebb",): "Ebb\n\nThe water falls."}


def test_a_protected_book_says_so() -> None:
    encryption = '<encryption><CipherReference URI="OEBPS/a.xhtml"/></encryption>'

    with pytest.raises(UnreadableDocument, match="DRM"):
        read(epub({"a.xhtml": "<p>x</p>"}, encryption=encryption))


MAIL = """From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>
To: Ann <ann@example.org>
Subject: =?utf-8?q?H=C3=B6hen?= of the
 tide
Date: Mon, 23 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: multipart/alternative; boundary="a"

--a
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

It was h=F6her today.
--a
Content-Type: text/html

<p>It was <b>higher</b> today.</p>
--a--
--b
Content-Type: application/pdf; name="tide.pdf"
Content-Disposition: attachment; filename="tide.pdf"
Content-Transfer-Encoding: base64

JVBERi0=
--b--
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_mail_has_headers_a_body_and_the_names_of_attachments(newline: str) -> None:
    document = read(MAIL.replace("\n", newline), "notes.txt")

    assert document.title == "Höhen of the tide"
    assert document.text == (
        "Höhen of the tide\n\n"
        "From: Jürgen <j@example.org>\nTo: Ann <ann@example.org>\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n\n"
        "It was höher today.\n\n"
        "Attachment: tide.pdf"
    )


def test_a_mail_in_html_alone_is_read() -> None:
    mail = "From: a@example.org\nSubject: Hi\nTo: b@example.org\nContent-Type: text/html\n\n<style>x</style><p>Hello <b>you</b></p>"

    assert read(mail).text.endswith("Hello you")


def test_a_forwarded_mail_is_read_with_it() -> None:
    mail = (
        "From: a@example.org\nTo: b@example.org\nSubject: Fwd\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nSee below.\n'
        "--x\nContent-Type: message/rfc822\n\nFrom: c@example.org\nSubject: Original\n\nThe first words.\n--x--\n"
    )

    assert list(sections(read(mail))) == [("Fwd",), ("Fwd", "Original")]


def test_a_mailbox_holds_several() -> None:
    box = "".join(f"From x Mon\nFrom: a@example.org\nTo: b@x\nSubject: No. {n}\n\nText {n}\n\n" for n in (1, 2))

    assert list(sections(read(box, "archive.mbox"))) == [("No. 1",), ("No. 2",)]


@pytest.mark.parametrize("text", ["Note: this is a list\nTo: do\n\nText", "From: here to there\n", "Date: today\n"])
def test_a_text_with_a_colon_is_no_mail(text: str) -> None:
    assert read(text, "notes.txt").text == text


def test_a_notebook_is_prose_and_code() -> None:
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "source": ["# Tides\n", "High water."]},
        {
            "cell_type": "code",
            "source": "print('```')",
            "outputs": [{"text": ["```\n"]}, {"data": {"text/plain": "42"}}],
        },
    ]
    notebook = {"cells": cells, "nbformat": 4, "metadata": {"language_info": {"name": "python"}}}

    document = read(json.dumps(notebook), "x.json")

    assert document.text == (
        "# Tides\nHigh water.\n\n````python\nprint('```')\n````\n\n````\n```\n````\n\n```\n42\n```"
    )
    assert document.title == "Tides"


@pytest.mark.parametrize(
    "text", ['{"nbformat": 4, "cells": [', '{"nbformat": 4, "cells": {}}', '{"cells": [3, null], "nbformat": 4}']
)
def test_a_broken_notebook_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDocument):
        read(text, "x.ipynb")


def test_source_code_and_data_are_text() -> None:
    for name, text in (("a.py", "x = '<html>'\n"), ("a.json", '{"a": 1}'), ("a.xml", "<?xml version='1.0'?><a>b</a>")):
        assert read(text, name).text == text


RTF = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\*\generator Hidden;}{\info{\title Meta}}"
    rb"\b Tides\b0\par H\'f6her {\uc1\u1052?\u1080?\u1088?} \u8364\'80 \'93quoted\'94 a\{b\}\\\line next\par "
    rb"{\pict\pngblip 89504e47}\trowd Dover\cell 6.7 m\cell\row \u-10179?\u-8704?}"
)


def test_rich_text_is_its_text() -> None:
    assert read(RTF, "a.doc").text == "Tides\n\nHöher Мир € “quoted” a{b}\\\nnext\n\nDover | 6.7 m\n😀"


def test_rich_text_in_another_code_page_is_read() -> None:
    assert read(b"{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'f0\\'e8\\'e2\\'e5\\'f2}").text == "Привет"
