"""Several rankings made one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.qdrant.fusion import Fusion, fuse

EVERY = pytest.mark.parametrize("fusion", list(Fusion))
rankings = st.lists(
    st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-100, 100), max_size=8), min_size=1, max_size=4
)


@EVERY
@given(lists=rankings)
def test_each_id_comes_once_best_first_and_always_in_the_same_order(
    fusion: Fusion, lists: list[dict[str, float]]
) -> None:
    weights = [1.0] * len(lists)

    ranked = fuse(lists, weights, fusion=fusion)
    again = fuse([dict(reversed(scores.items())) for scores in lists], weights, fusion=fusion)

    assert ranked == again
    assert {candidate for candidate, _ in ranked} == {candidate for scores in lists for candidate in scores}
    assert len({candidate for candidate, _ in ranked}) == len(ranked)
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)


@EVERY
def test_a_single_list_keeps_its_order(fusion: Fusion) -> None:
    ranked = fuse([{"b": 3.0, "a": 9.0, "c": 1.0}], [1.0], fusion=fusion)

    assert [candidate for candidate, _ in ranked] == ["a", "b", "c"]


@EVERY
def test_the_best_of_both_lists_wins(fusion: Fusion) -> None:
    by_meaning = {"a": 0.9, "b": 0.8, "c": 0.1}
    by_words = {"a": 12.0, "c": 11.0, "b": 2.0}

    assert fuse([by_meaning, by_words], [0.5, 0.5], fusion=fusion)[0][0] == "a"


@EVERY
def test_the_scale_of_a_list_does_not_matter(fusion: Fusion) -> None:
    by_meaning = {"a": 0.9, "b": 0.5, "c": 0.1}
    by_words = {"c": 12.0, "b": 11.0, "a": 2.0}
    louder = {candidate: 1000 * score for candidate, score in by_words.items()}

    order = [candidate for candidate, _ in fuse([by_meaning, by_words], [0.5, 0.5], fusion=fusion)]

    assert [candidate for candidate, _ in fuse([by_meaning, louder], [0.5, 0.5], fusion=fusion)] == order


@EVERY
def test_a_weight_of_nothing_silences_a_list(fusion: Fusion) -> None:
    ranked = fuse([{"a": 0.9, "b": 0.1}, {"b": 50.0, "a": 1.0}], [1.0, 0.0], fusion=fusion)

    assert [candidate for candidate, _ in ranked] == ["a", "b"]


@EVERY
def test_a_single_hit_for_words_counts_for_it(fusion: Fusion) -> None:
    by_meaning = {"a": 0.5, "b": 0.5, "c": 0.5}

    ranked = fuse([by_meaning, {"c": 7.0}], [0.5, 0.5], fusion=fusion, floors=[0.5, 0.0])

    assert ranked[0][0] == "c"
    assert [candidate for candidate, _ in ranked] == ["c", "a", "b"]


@EVERY
def test_nothing_fused_is_nothing(fusion: Fusion) -> None:
    assert fuse(list[dict[str, float]](), [], fusion=fusion) == []
    assert fuse([dict[str, float](), dict[str, float]()], [0.5, 0.5], fusion=fusion) == []


def test_weights_must_be_one_a_list() -> None:
    with pytest.raises(ValueError, match="zip"):
        fuse([{"a": 1.0}], [0.5, 0.5])
