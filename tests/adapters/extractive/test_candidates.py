"""Which stretches of a passage may be quoted, where they stand, and what they are judged by."""

from __future__ import annotations

import pytest
from tests.factories import a_hit

from adapters.extractive.candidates import candidates_in

HOURS = "# Opening hours\n\n- Daily from 8 to 16, on Sundays from 10.\n- Closed in August.\n\nIs there parking? Behind the house."


def test_every_candidate_stands_where_it_says() -> None:
    source = "A preface that is in another passage. " + HOURS
    start = len(source) - len(HOURS)

    candidates = candidates_in([a_hit("One sentence."), a_hit(HOURS, start=start)])

    assert [candidate.hit for candidate in candidates] == [0, 1, 1, 1]
    assert all(source[each.start : each.end] == each.text for each in candidates[1:])


def test_headings_questions_and_list_marks_are_not_quoted() -> None:
    texts = [candidate.text for candidate in candidates_in([a_hit(HOURS)])]

    assert texts == ["Daily from 8 to 16, on Sundays from 10.", "Closed in August.", "Behind the house."]


def test_a_sentence_is_judged_with_the_heading_or_question_before_it() -> None:
    meanings = [candidate.meaning for candidate in candidates_in([a_hit(HOURS)])]

    assert meanings[0] == "# Opening hours Daily from 8 to 16, on Sundays from 10."
    assert meanings[1] == "Closed in August."
    assert meanings[2] == "Is there parking? Behind the house."


@pytest.mark.parametrize(
    ("passage", "texts"),
    [
        ("It ends with a question?", ["It ends with a question?"]),
        ("It is so. # Only a heading", ["It is so."]),
        ("It is so.\n## Only a heading", ["It is so."]),
        ("***\n\n| --- | --- |\n\nText.", ["Text."]),
        ("", []),
    ],
)
def test_the_ends_of_a_passage(passage: str, texts: list[str]) -> None:
    assert [candidate.text for candidate in candidates_in([a_hit(passage)])] == texts
