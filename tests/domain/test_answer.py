"""A quote is verified by exact comparison, and references count what is cited."""

from __future__ import annotations

import pytest
from tests.factories import a_hit, a_reference

from domain.answer import references_from, verified_quote
from domain.errors import Problem
from domain.run import RunFailed, TextAdded, is_last

SOURCE = "Records are kept for 30 days. They are not kept longer."


@pytest.mark.parametrize(
    ("text", "start", "end", "verified"),
    [
        ("Records are kept for 30 days.", 0, 29, True),
        ("They are not kept longer.", 30, 55, True),
        ("Records are kept for 365 days.", 0, 29, False),  # another number
        ("They are kept longer.", 30, 55, False),  # a negation lost
        ("Records are kept longer.", 0, 29, False),  # two fragments stitched together
        ("Records are kept for 30 days.", 1, 30, False),  # beside its place
        ("", 3, 3, False),
        ("Records", -55, -48, False),
        ("longer. ", 48, 56, False),
    ],
)
def test_only_the_exact_words_at_their_exact_place_are_verified(
    text: str,
    start: int,
    end: int,
    verified: bool,  # noqa: FBT001
) -> None:
    assert verified_quote(SOURCE, text, start, end).verified is verified


def test_references_are_numbered_from_one_in_the_order_found() -> None:
    references = references_from((a_hit("first"), a_hit("second", start=10)))

    assert [(reference.number, reference.text, reference.start) for reference in references] == [
        (1, "first", 0),
        (2, "second", 10),
    ]
    assert not any(reference.cited for reference in references)


def test_citing_twice_with_the_same_words_keeps_one_quote() -> None:
    quote = verified_quote(SOURCE, "Records", 0, 7)

    reference = a_reference().citing(quote).citing(quote).citing(None)

    assert reference.cited
    assert reference.quotes == (quote,)


def test_a_failure_is_a_last_event_and_text_is_not() -> None:
    assert is_last(RunFailed(problem=Problem(code="internal", detail="…")))
    assert not is_last(TextAdded(text="…"))
