"""PDF: pages, columns, divided words, outlines, encryption, and files that hold no text."""

from __future__ import annotations

import pytest
from tests.adapters.documents.pdf_samples import Placed, pdf
from tests.adapters.documents.reading import read, sections

from domain.errors import TooLarge, UnreadableDocument

LEFT = [
    "The moon pulls the water of the",
    "sea towards itself, and twice a",
    "day the shore falls dry where the",
    "water was an hour ago, and then",
    "it comes back, slowly at first",
    "and then faster than one walks.",
]
RIGHT = [
    "Sailors keep a table of the tides",
    "beside the chart, as the depth of",
    "a channel is never what is drawn",
    "there; it is more at high water",
    "and less at low water, and only",
    "the table tells which of them it is.",
]


def lines(texts: list[str], *, x: float = 72, top: float = 700) -> list[Placed]:
    return [(x, top - 12 * index, text) for index, text in enumerate(texts)]


def across(left: list[str], right: list[str]) -> list[Placed]:
    """Two columns, drawn line by line across both."""
    pairs = zip(lines(left), lines(right, x=320), strict=True)
    return [placed for pair in pairs for placed in pair]


def test_pages_count_from_one_and_hold_their_text() -> None:
    document = read(pdf([(72, 700, "First page.")], [], [(72, 700, "Third page.")], title="Tides"))

    assert document.text == "First page.\n\nThird page."
    assert [(page.number, document.text[page.start : page.end]) for page in document.pages] == [
        (1, "First page."),
        (3, "Third page."),
    ]
    assert (document.title, document.media_type) == ("Tides", "application/pdf")


def test_a_pdf_is_known_by_its_content() -> None:
    content = b"\n" + pdf([(72, 700, "Hello")])

    assert read(content, "notes.txt", media_type="text/plain").text == "Hello"


def test_lines_stay_lines_and_paragraphs_are_parted() -> None:
    placed = [*lines(["One of the first", "two of the first"]), *lines(["one of the second", "and two"], top=640)]

    assert read(pdf(placed)).text == "One of the first\ntwo of the first\n\none of the second\nand two"


@pytest.mark.parametrize("order", ["column by column", "line by line"])
def test_columns_are_read_one_after_the_other(order: str) -> None:
    heading = [(200.0, 740.0, "On the tides")]
    columns = across(LEFT, RIGHT) if order == "line by line" else [*lines(LEFT), *lines(RIGHT, x=320)]

    text = read(pdf([*heading, *columns])).text

    assert " ".join(text.split()) == " ".join(["On the tides", *LEFT, *RIGHT])


def test_the_rows_of_a_table_stay_together() -> None:
    names, heights = (
        ["Dover", "Deal", "Margate", "Ramsgate", "Whitstable", "Herne Bay"],
        ["6.7", "6.1", "4.8", "5.2", "5.4", "5.0"],
    )

    text = read(pdf(across(names, heights))).text

    assert text.splitlines() == [f"{name} {height}" for name, height in zip(names, heights, strict=True)]


def test_a_divided_word_is_made_whole_and_a_compound_keeps_its_hyphen() -> None:
    placed = lines(["The tide tables are in the har-", "bour office of state-of-the-", "art Anglo-", "Saxon make."])

    text = read(pdf(placed)).text

    assert "harbour office" in text
    assert "state-of-the-art" in text
    assert "Anglo-Saxon" in text


def test_the_outline_makes_sections() -> None:
    pages = [[(72.0, 700.0, "Before")], [(72.0, 700.0, "2. Springs"), (72.0, 680.0, "Text"), (72.0, 600.0, "Neaps")]]

    document = read(pdf(*pages, outline=[("Springs", 1), ("Neaps", 1)]))

    assert sections(document) == {("Springs",): "2. Springs\nText", ("Neaps",): "Neaps"}


def test_encryption_that_opens_without_a_password_is_no_obstacle() -> None:
    assert read(pdf([(72, 700, "For everybody")], user_password="")).text == "For everybody"


def test_a_pdf_that_needs_a_password_says_so() -> None:
    with pytest.raises(UnreadableDocument, match="password"):
        read(pdf([(72, 700, "Secret")], user_password="letmein"))


def test_a_pdf_without_a_text_layer_says_so() -> None:
    with pytest.raises(UnreadableDocument, match="no text layer"):
        read(pdf([], []))


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.4\n" + bytes(range(256)) * 4, pdf([(1, 1, "x")])[:120]])
def test_a_damaged_pdf_says_so(content: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"damaged|no text layer"):
        read(content)


def test_what_is_only_called_a_pdf_says_so() -> None:
    with pytest.raises(UnreadableDocument, match="called a PDF"):
        read(bytes((i * 7919 + i * i) % 256 for i in range(2048)), "report.pdf")


def test_a_broken_cross_reference_table_is_repaired() -> None:
    content = pdf([(72, 700, "Still here")]).replace(b"startxref\n", b"startxref\n9")

    assert read(content).text == "Still here"


def test_too_many_pages_are_too_large() -> None:
    with pytest.raises(TooLarge, match="51 pages"):
        read(pdf(*([(72.0, 700.0, "x")] for _ in range(51))))
