"""Sentences in running text, lists, tables, broken lines and other scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.answering.sentences import sentence_ranges


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_ranges(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('One is so. "Is it?" he asked. No!', ["One is so.", '"Is it?" he asked.', "No!"]),
        ("Dr. A. Lind came on Nr. 5, e.g. in 3.5 hours. Then left.", ["Dr. A. Lind came on Nr. 5, e.g. in 3.5 hours.", "Then left."]),
        ("Am 3. März kam Karl IV. Er blieb.", ["Am 3. März kam Karl IV. Er blieb."]),
        ("It is known. [8] [note 2] By then it was.", ["It is known. [8] [note 2]", "By then it was."]),
        ("これは文です。「次。」最後", ["これは文です。", "「次。」", "最後"]),
        ("# Opening hours\nDaily.", ["# Opening hours", "Daily."]),
        ("A title\nThe text.", ["A title", "The text."]),
        ("A full long line that was broken\nby a PDF. The next.", ["A full long line that was broken\nby a PDF.", "The next."]),
        ("- one item here, long enough, so that\n  it goes on\n- two", ["- one item here, long enough, so that\n  it goes on", "- two"]),
        ("One long enough paragraph without an end\n\nTwo", ["One long enough paragraph without an end", "Two"]),
        ("| a cell that is long | and another one |\n| c | d |", ["| a cell that is long | and another one |", "| c | d |"]),
        ("What follows is a list of good things:\nfirst", ["What follows is a list of good things:", "first"]),
        (" \n\t", []),
        ("", []),
    ],
)  # fmt: skip
def test_sentences_are_found(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet='aB. \n"]。|-1', max_size=60))
def test_nothing_but_white_space_is_left_out(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    assert all(sentence == sentence.strip() for sentence in sentences(text))
