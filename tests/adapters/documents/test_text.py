"""Plain text, tables of values and Markdown: whatever the encoding, the text is the file's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.documents.reading import read, sections

from domain.errors import TooLarge, UnreadableDocument, UnsupportedFormat

CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy.\n"
GERMAN = "Die Straße über die Brücke ist gesperrt, weil die Züge fahren müssen.\n"
FRENCH = "Déjà vu, naïve café — “quotes” à la façon d’être.\n"
POLISH = "Zażółć gęślą jaźń, proszę o więcej żurku.\n"
HUNGARIAN = "Árvíztűrő tükörfúrógép, őszi szél.\n"
SPANISH = "El niño comió piñas en la mañana; ¿qué más?\n"
PORTUGUESE = "Ação e coração não são pão.\n"
RUSSIAN = "Съешь ещё этих мягких французских булок, да выпей же чаю.\n"
GREEK = "Το γρήγορο καφέ αλεπού πηδά πάνω από το τεμπέλικο σκυλί.\n"
TURKISH = "Türkçe karakterler: ığüşöç İstanbul'da güneşli bir gün.\n"
HEBREW = "שלום עולם, זה טקסט בעברית לבדיקה של קידוד.\n"
JAPANESE = "これは日本語の文章です。吾輩は猫である。名前はまだ無い。\n"
CHINESE = "火星是太阳系的八大行星之一，也是最小的行星之一。\n"
TRADITIONAL = "火星是太陽系的八大行星之一，也是最小的行星之一。\n"
KOREAN = "화성은 태양계의 네 번째 행성이다. 붉은색을 띠고 있다.\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, encoding) for text in (CZECH, CHINESE) for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32")),
        *((text, f"utf-{bits}-{order}") for text in (GERMAN, CHINESE) for bits in (16, 32) for order in ("le", "be")),
        *((text, "cp1252") for text in (GERMAN, FRENCH, SPANISH, PORTUGUESE)),
        *((text, encoding) for text in (CZECH, POLISH, HUNGARIAN) for encoding in ("cp1250", "iso8859_2")),
        *((RUSSIAN, encoding) for encoding in ("cp1251", "koi8-r", "cp866")),
        *((JAPANESE, encoding) for encoding in ("shift_jis", "euc_jp", "iso2022_jp")),
        *((CHINESE, "gb18030"), (TRADITIONAL, "big5"), (KOREAN, "euc_kr"), (GREEK, "cp1253"), (TURKISH, "cp1254")),
        *((HEBREW, "cp1255"), (FRENCH, "mac_roman")),
    ],
)
def test_a_text_is_read_in_its_own_encoding(text: str, encoding: str) -> None:
    assert read((text * 20).encode(encoding), "notes.txt").text == text * 20


@pytest.mark.parametrize("text", [GERMAN, FRENCH, CZECH, RUSSIAN, JAPANESE, KOREAN])
def test_one_short_line_is_enough_to_tell_the_encoding(text: str) -> None:
    encoding = {GERMAN: "cp1252", FRENCH: "cp1252", CZECH: "cp1250", RUSSIAN: "koi8-r"}.get(text, "shift_jis")
    encoding = "euc_kr" if text == KOREAN else encoding

    assert read(text.encode(encoding)).text == text


def test_the_letters_of_a_large_text_may_come_late() -> None:
    text = "plain ascii, line after line\n" * 5_000 + GERMAN

    assert read(text.encode("cp1252")).text == text


def test_the_encoding_that_a_sender_names_is_believed_where_it_fits() -> None:
    text = "Привет"

    assert read(text.encode("koi8-r"), media_type="text/plain; charset=koi8-r").text == text
    assert read(text.encode(), media_type="text/plain; charset=koi8-r").text == text


@pytest.mark.parametrize("charset", ["hex", "rot13", "unicode_escape", "utf-7", "zip", "../../x", "undefined", ""])
def test_an_encoding_that_is_none_is_not_believed(charset: str) -> None:
    assert read(GERMAN.encode("cp1252"), media_type=f"text/plain; charset={charset}").text == GERMAN


@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"], exclude_characters="\ufeff"), min_size=1)
)
def test_utf8_text_is_its_own_text_to_the_character(text: str) -> None:
    body = f"The text: {text}\r\nand more\rand more\n"

    assert read(body, "notes.txt").text == body


def test_line_ends_and_form_feeds_stay() -> None:
    text = "one\r\ntwo\rthree\n\x0cfour\x85five\u2028six"

    assert read(text).text == text


def test_a_stray_nul_is_made_visible_in_its_place() -> None:
    text = "line of a log\n" * 500 + "\0" + "the rest\n"

    assert read(text).text == text.replace("\0", "\ufffd")


@pytest.mark.parametrize("content", [b"", b" ", b"\n\t \r\n", b"\xef\xbb\xbf", b"\xff\xfe", "\u3000\u2003".encode()])
def test_a_file_without_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"empty|no text"):
        read(content, "notes.md")


@pytest.mark.parametrize("text", ["\n\n\n\n", " \t\r\n"])
def test_plain_text_may_be_blank(text: str) -> None:
    """As a record of a collection may be; but a file without a single character is refused."""
    assert read(text, "record.txt").text == text
    with pytest.raises(UnreadableDocument, match="empty"):
        read(b"", "record.txt")


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 8,
        b"abc\0def",
        b"\0" * 1000,
        bytes((i * 7919 + i * i) % 256 for i in range(2048)),
        b"\x01\x02",
    ],
)
def test_binary_mush_is_no_text(content: bytes) -> None:
    with pytest.raises(UnsupportedFormat):
        read(content, "notes.txt", media_type="text/plain")


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"7z\xbc\xaf\x27\x1c\0", "7z"),
        (b"\x7fELF\x02\x01", "program"),
        (b"SQLite format 3\0", "CSV"),
        (b"\0\0\0\x18ftypmp42", "video"),
        (b"RIFF\0\0\0\0WEBP", "WebP"),
    ],
)
def test_a_refusal_names_what_the_file_is(start: bytes, what: str) -> None:
    with pytest.raises(UnsupportedFormat, match=what):
        read(start + bytes(200), "notes.txt")


def test_a_text_may_begin_like_a_signature() -> None:
    assert read("ID3 tags are explained here. BZh is bzip2.").text.startswith("ID3")
    assert read("A PDF begins with %PDF-1.7, and this text is none.").media_type == "text/plain"


def test_too_much_text_is_too_large() -> None:
    with pytest.raises(TooLarge, match="200,000"):
        read("x " * 100_001)


def test_columns_name_the_section_of_a_table() -> None:
    text = 'Name;"Height; m";Since\r\nMont Blanc;4807;1786\r\n'

    document = read(text, "peaks.csv")

    assert document.text == text
    assert sections(document) == {("Name, Height; m, Since",): text.strip()}


@pytest.mark.parametrize("text", ["1,2,3\n4,5,6\n", "just one line of prose\n", "\n\n,,\n"])
def test_a_table_without_names_has_no_section(text: str) -> None:
    assert read(text, "table.csv").sections == ()


MARKDOWN = """---
title: "Front matter's title"
---
Before all headings.

# The *first* [heading](https://example.org)

```sh
# a comment, no heading
```

## Below it

    # code by indentation

Setext
------

> # quoted, no section

# Last
end
"""


def test_markdown_is_its_own_text_with_sections_by_its_headings() -> None:
    document = read(MARKDOWN.replace("\n", "\r\n"), "notes.md")

    assert document.text == MARKDOWN.replace("\n", "\r\n")
    assert document.title == "Front matter's title"
    assert list(sections(document)) == [
        ("The first heading",),
        ("The first heading", "Below it"),
        ("The first heading", "Setext"),
        ("Last",),
    ]
    assert sections(document)["Last",] == "# Last\r\nend"


def test_the_title_of_markdown_is_its_first_heading() -> None:
    assert read("## Small\n\n# Title `code` \\_x\\_ #\n", "x.md").title == "Title code _x_"
    assert read("# \n\ntext", "x.md").title is None


def test_the_name_and_the_claimed_type_are_only_hints() -> None:
    assert read("# Title\n", "notes.txt").sections == ()
    assert read("# Title\n", "notes", media_type="text/markdown; charset=utf-8").title == "Title"
    assert read("<!-- x --><!doctype html><title>T</title><p>Hello</p>", "notes.md").media_type == "text/html"


@given(text=st.text(alphabet="# \r\n`~->*+1.ab\t=\u2028\x0c\x85", max_size=200))
def test_any_markdown_has_its_sections_in_range(text: str) -> None:
    assert read(f"start\n{text}", "x.md").text == f"start\n{text}"


@given(text=st.text(alphabet="# \r\nab-=", max_size=100))
def test_a_section_of_markdown_begins_where_its_heading_does(text: str) -> None:
    document = read(f"start\n\n{text}", "x.md")

    for section in document.sections:
        assert section.start == 0 or document.text[section.start - 1] in "\r\n"
        assert section.path[-1].split()[0] in document.text[section.start : section.end]
