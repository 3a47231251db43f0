"""The marker filter: what is a marker, what is not, and that the cuts of a stream make no difference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from application.answering.markers import MarkerFilter

if TYPE_CHECKING:
    from collections.abc import Iterable

TRICKY = st.text(alphabet="[]()`~\\ \n\t12a.-–:;†【】^,>x", max_size=60)


def filtered(pieces: Iterable[str]) -> list[str | int]:
    """What the filter makes of the pieces, adjacent text joined."""
    marker_filter = MarkerFilter()
    out: list[str | int] = []
    for piece in [*(marker_filter.feed(piece) for piece in pieces), marker_filter.flush()]:
        for part in piece:
            if isinstance(part, str) and out and isinstance(out[-1], str):
                out[-1] += part
            else:
                out.append(part)
    return out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is so [1].", ["It is so", 1, "."]),
        ("It is so[1]. It is not.", ["It is so", 1, ". It is not."]),
        ("So [1, 2] and [3][1] and [2] [3] too", ["So", 1, 2, " and", 3, 1, " and", 2, 3, " too"]),
        ("So [1-3], so [2–3] .", ["So", 1, 2, 3, ", so", 2, 3, "."]),
        ("a 【1】 b 【2†handbook】 c [^3] d [Source 4] e [1 and 2]", ["a", 1, " b", 2, " c", 3, " d", 4, " e", 1, 2]),
        ("[1] says so", [1, " says so"]),
        ("- [1] says so", ["-", 1, " says so"]),
        ("one\n[1] two", ["one\n", 1, " two"]),
        ("twice [1, 1]", ["twice", 1]),
    ],
)
def test_markers_come_apart_and_the_text_around_them_stays_tidy(text: str, expected: list[str | int]) -> None:
    assert filtered([text]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "no brackets at all, é 🎉 日本",
        "a [link](https://example.com/a) and [ ] and [x] and [a 1] and []",
        "array `a[1]` and ``b ` [2]`` stay",
        "```python\nx[1] = y[2]\n```\nafter",
        "~~~\nx[1]\n~~~\nafter",
        "> ```\n> x[1]\n> ```\n> after",
        "- ```\n  x[1]\n  ```\n- after",
        "1. ```\n   x[1]\n   ```\nafter",
        "````\n```\nx[1]\n````\nafter",
        "```\nx[1] and no end",
        "~~struck~~ and a ~ and ~~~ in the middle",
        "a \\* b \\\\ c \\",
        "a \\[not a number\\] b \\n",
        "open [1",
        "open [",
        "open \\[",
        "open \\[12",
        "open `code",
        "spaces   inside\n\n\nand lines",
        "[" + "1, " * 30 + "2]",
        "``` a `b` ``` inline",
        "```" + "x" * 300 + " inline ```",
        "```` a",
    ],
)
def test_everything_else_passes_unchanged(text: str) -> None:
    assert filtered([text]) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see [1](https://example.com) there", ["see [(1)](https://example.com) there"]),
        ("see ![2](picture.png)", ["see ![(2)](picture.png)"]),
        ("in [1998] or [0] or [3-1] or [1-90]", ["in \\[1998\\] or \\[0\\] or \\[3-1\\] or \\[1-90\\]"]),
        ("so \\[1] or \\[2\\]", ["so \\[1\\] or \\[2\\]"]),
    ],
)
def test_a_number_in_brackets_that_is_no_marker_is_written_so_that_it_does_not_look_like_one(
    text: str, expected: list[str | int]
) -> None:
    assert filtered([text]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("so [1](as it says there)", ["so", 1, " (as it says there)"]),
        ("so [1](", ["so", 1, " ("]),
        ("so [1]()", ["so", 1, " ()"]),
        ("so [1](" + "x" * 600, ["so", 1, " (" + "x" * 600]),
        ("so [1][why]", ["so", 1, " [why]"]),
        ("[1]: https://example.com", [1, " : https://example.com"]),
        ("[[9]1]", ["[", 9, " 1]"]),
    ],
)
def test_what_follows_a_marker_never_turns_it_into_a_link_or_another_marker(
    text: str, expected: list[str | int]
) -> None:
    assert filtered([text]) == expected


def test_a_backtick_that_is_never_closed_protects_nothing() -> None:
    assert filtered(["a ` b [1]\n\nc [2]"]) == ["a ` b", 1, "\n\nc", 2]
    assert filtered(["a `" + "x" * 2000 + " [1] `"]) == ["a `" + "x" * 2000, 1, " `"]


def test_text_is_held_back_only_while_it_may_become_a_marker() -> None:
    marker_filter = MarkerFilter()

    assert marker_filter.feed("It is so [") == ["It is so"]
    assert marker_filter.feed("1") == []
    assert marker_filter.feed("] ") == [1]
    assert marker_filter.feed("and") == [" and"]
    assert marker_filter.feed(" [see") == []
    assert marker_filter.feed("!") == [" [see!"]


def test_code_is_given_out_line_by_line() -> None:
    marker_filter = MarkerFilter()

    assert marker_filter.feed("```") == []
    assert marker_filter.feed("py\n``") == ["```py\n"]
    assert marker_filter.feed("x[1]") == ["``x[1]"]
    assert marker_filter.feed("\n```") == ["\n"]
    assert marker_filter.feed("\nso [1].") == ["```\nso", 1, "."]


def test_white_space_before_a_marker_from_elsewhere_comes_after_it() -> None:
    marker_filter = MarkerFilter()

    before = [*marker_filter.feed("A claim.\n\n"), *marker_filter.flush()]
    after = marker_filter.feed("(The next")

    assert before == ["A claim."]
    assert after == ["\n\n(The next"]


def test_white_space_at_the_end_is_left_out() -> None:
    assert filtered(["The end. \n"]) == ["The end."]


@given(text=TRICKY, cuts=st.lists(st.integers(1, 6), min_size=1, max_size=80))
@settings(max_examples=400, deadline=None)
@example(text="so \\[ 2]", cuts=[1])
@example(text="- ```\nx[1]\n```", cuts=[1])
def test_how_the_text_is_cut_makes_no_difference(text: str, cuts: list[int]) -> None:
    pieces: list[str] = []
    at = 0
    for turn in range(len(text)):
        cut = cuts[turn % len(cuts)]
        pieces.append(text[at : at + cut])
        at += cut

    assert filtered(pieces) == filtered([text])


@given(text=st.text(alphabet="[]()\\ 12a.-:,^【】", max_size=60))
@settings(max_examples=400, deadline=None)
def test_no_bracketed_number_is_left_in_the_text(text: str) -> None:
    left = "".join(part for part in filtered([text]) if isinstance(part, str))

    assert not re.search(r"\[\d+\]", left)
