"""Which claim a marker is about, and which words of a passage support it."""

from __future__ import annotations

import pytest

from application.answering.support import last_claim, supporting_quote

HOUSE = (
    "The canteen opens at 8:00 and closes at 16:30. Dr. Okafor has run it since 2019! Smoking is not allowed in the "
    "building, but guests may smoke in the yard.\nThe library has 12,500 books; four librarians work there. "
    "Visitors need no card. The yard was paved in 2004. The paving cost 80,000 euros."
)


def quote_of(claim: str, passage: str = HOUSE) -> str | None:
    found = supporting_quote(claim, passage, 0)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The canteen opens at 8:00", "The canteen opens at 8:00 and closes at 16:30."),
        ("Dr. Okafor has been running the canteen since 2019.", "Dr. Okafor has run it since 2019!"),
        ("The **library** holds `12500` books.", "The library has 12,500 books; four librarians work there."),
        ("There are 4 librarians working", "The library has 12,500 books; four librarians work there."),
        ("A card is not needed by visitors", "Visitors need no card."),
        ("Visitors don't need a card", "Visitors need no card."),
    ],
)
def test_a_claim_is_supported_by_the_sentence_that_says_the_same(claim: str, sentence: str) -> None:
    assert quote_of(claim) == sentence


@pytest.mark.parametrize(
    "claim",
    [
        "The canteen opens at 9:00",
        "Smoking is allowed in the building",
        "Visitors need a card",
        "Bananas grow in warm countries",
        "Yes.",
        "",
    ],
)
def test_a_claim_that_the_passage_does_not_make_has_no_support(claim: str) -> None:
    assert quote_of(claim) is None


def test_a_negation_in_another_clause_does_not_count() -> None:
    assert quote_of("Guests may smoke in the yard.") is not None


def test_several_sentences_are_quoted_where_one_is_not_enough() -> None:
    quote = quote_of("The yard was paved in 2004 and the paving cost 80000 euros.")

    assert quote == "The yard was paved in 2004. The paving cost 80,000 euros."


def test_the_place_counts_in_the_source() -> None:
    source = "Preface. " + HOUSE
    found = supporting_quote("Visitors need no card", HOUSE, len("Preface. "))

    assert found is not None
    text, start, end = found
    assert source[start:end] == text == "Visitors need no card."


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        ("東京は日本の首都です", "京都は古い。東京は日本の首都であり、大きい。", "東京は日本の首都であり、大きい。"),
        ("京", "東。京。", "京。"),
        (
            "Die Bibliothek hat vier Mitarbeiter",
            "Ruhe bitte. Vier Mitarbeiter hat die Bibliothek.",
            "Vier Mitarbeiter hat die Bibliothek.",
        ),
        (
            "Am 3. März schließt das Museum",
            "Das Museum schließt am 3. März. Es regnet.",
            "Das Museum schließt am 3. März.",
        ),
    ],
)
def test_other_languages_work_too(claim: str, passage: str, expected: str) -> None:
    assert quote_of(claim, passage) == expected


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("One is so. The next sentence is this one.", "The next sentence is this one."),
        ("One is so [1]. The next sentence is this one. [2][3]", "The next sentence is this one."),
        ("The canteen opens early [1] and the library closes late", "and the library closes late"),
        ("The canteen opens early [1] too", "The canteen opens early too"),
        ("Is it open? Yes.", "Is it open? Yes."),
        ("Intro:\n- **Opening hours**: from 8 to 16", "Opening hours : from 8 to 16"),
        ("Dr. Okafor runs the canteen", "Dr. Okafor runs the canteen"),
        ("これは文です。次の文[1]", "次の文"),
        ("", ""),
        ("[1]", ""),
    ],
)
def test_the_last_claim_is_the_sentence_before_the_marker(text: str, claim: str) -> None:
    assert last_claim(text) == claim
