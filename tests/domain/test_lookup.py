"""Looking up a source while typing."""

from __future__ import annotations

import pytest

from domain.lookup import lookup_words, typed_words


def found(search: str, title: str, url: str = "file:///x") -> bool:
    words = lookup_words(title, url)
    return all(any(word.startswith(typed) for word in words) for typed in typed_words(search))


@pytest.mark.parametrize(
    ("search", "title"),
    [
        ("ann rep", "Annual report 2023"),
        ("REPORT", "annual report"),
        ("elan", "Élan vital"),
        ("ÉLAN", "elan vital"),
        ("strasse", "Die Straße"),
        ("lodz", "Łódź"),
        ("smor", "Smørrebrød"),
        ("istanbul", "İstanbul"),
        ("ДОГОВ", "Договор аренды"),
        ("한그", "한글 문서"),
        ("하", "한글 문서"),
        ("歴史", "東京都の歴史"),
        ("ประเทศ", "ราชอาณาจักรไทยประเทศ"),
        ("שלום", "שלום עולם"),
        ("ﬁnance", "Finance"),
        ("my_fi", "my_file-v2.pdf"),
        ("", "anything"),
        ("  !? ", "anything"),
    ],
)
def test_each_typed_word_is_a_prefix_of_a_word(search: str, title: str) -> None:
    assert found(search, title)


@pytest.mark.parametrize(
    ("search", "title"), [("nual", "Annual"), ("annual bird", "Annual report"), ("都市", "東京都")]
)
def test_the_middle_of_a_word_or_a_missing_word_does_not_match(search: str, title: str) -> None:
    assert not found(search, title)


def test_the_words_of_the_url_count_as_a_person_reads_them() -> None:
    assert found("café menu", "x", "file:///caf%C3%A9/menu.pdf")


def test_a_long_unspaced_search_matches_by_its_beginning() -> None:
    assert found("語" * 40, "語" * 50)
