"""Which words a text is found by, and what a search asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fulltext import LONGEST_WORD, MOST_WORDS, NOTHING, Term, folded, words_of, words_searched


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", set[str]()),
        ("Don't stop, foo_bar!", {"don", "t", "stop", "foo", "bar"}),
        ("Größe STRASSE Łódź Œuvre", {"grosse", "strasse", "lodz", "oeuvre"}),
        ("cafe\u0301 café", {"cafe"}),
        ("火星人", {"火星", "星人", "人"}),
        ("iPhone手机", {"iphone", "手机", "机"}),
        ("😀a", {"😀", "a"}),
        ("שָׁלוֹם", {"שלום"}),
        ("half-width ｶﾀ", {"half", "width", "カタ", "タ"}),
        ("x" * 100, {"x" * LONGEST_WORD}),
    ],
)
def test_the_words_of_a_text(text: str, words: set[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("search", "asked"),
    [
        ("", ()),
        ("  ", ()),
        ("?!", ((NOTHING,),)),
        ("Claims paid", ((Term("claims"),), (Term("paid", prefix=True),))),
        ("火星人", ((Term("火星"), Term("星人")),)),
        ("火 a", ((Term("火", prefix=True),), (Term("a", prefix=True),))),
        ("a a", ((Term("a"),), (Term("a", prefix=True),))),
    ],
)
def test_what_a_search_asks_for(search: str, asked: tuple[tuple[Term, ...], ...]) -> None:
    assert words_searched(search) == asked


def test_a_search_of_very_many_words_asks_for_the_last_ones() -> None:
    asked = words_searched(" ".join(f"w{number}" for number in range(100)))

    assert len(asked) == MOST_WORDS
    assert asked[-1] == (Term("w99", prefix=True),)


def test_a_prefix_is_in_a_text_that_has_a_word_beginning_with_it() -> None:
    assert Term("cla", prefix=True).is_in(frozenset({"claims"}))
    assert not Term("cla").is_in(frozenset({"claims"}))
    assert Term("claims").is_in(frozenset({"claims"}))


@given(st.text())
def test_a_text_is_found_by_itself(text: str) -> None:
    words = words_of(text)

    assert all(term.is_in(words) for terms in words_searched(text) if NOTHING not in terms for term in terms)


@given(st.text())
def test_words_are_clean(text: str) -> None:
    for word in words_of(text):
        assert 0 < len(word) <= LONGEST_WORD
        assert not any(character.isspace() or character in "'\"\\\x00" for character in word)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)
