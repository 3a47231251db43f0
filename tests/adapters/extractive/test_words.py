"""How the wording of a question and of a sentence is compared."""

from __future__ import annotations

from adapters.extractive.words import fragments, rarity, share


def test_forms_of_a_word_have_most_fragments_in_common() -> None:
    one, other = fragments("Verteidigung"), fragments("verteidigten")

    assert len(one & other) >= len(one) / 2


def test_a_compound_has_the_fragments_of_its_part() -> None:
    assert fragments("Versicherung") & fragments("Krankenversicherung")


def test_short_words_count_whole_and_letter_case_does_not() -> None:
    assert fragments("In a ZIP") == fragments("zip IN A")
    assert not fragments("zip") & fragments("zipper")


def test_scripts_without_spaces_are_compared_by_pairs() -> None:
    assert fragments("日本の首都") == {"日本", "本の", "の首", "首都"}
    assert fragments("木") == {"木"}


def test_what_every_sentence_says_counts_least() -> None:
    asked = fragments("the cat")
    weights = rarity(asked, [fragments("the dog"), fragments("the bird"), fragments("the cat")])

    assert weights["^the$"] < weights["^cat$"]


def test_the_share_is_between_nothing_and_everything() -> None:
    weights = rarity(fragments("cat"), [fragments("cat"), fragments("dog")])

    assert share(fragments("a cat"), weights) == 1
    assert share(fragments("a dog"), weights) == 0
    assert share(fragments("a dog"), {}) == 0
