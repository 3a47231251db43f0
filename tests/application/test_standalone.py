"""What a follow-up question is searched with where no model rewrites it."""

from __future__ import annotations

from application.answering.standalone import standalone_queries
from application.ports.answerer import Turn
from domain.conversation import Role


def user(text: str) -> Turn:
    return Turn(Role.USER, text)


def assistant(text: str) -> Turn:
    return Turn(Role.ASSISTANT, text)


def test_a_first_question_stands_as_it_is() -> None:
    assert standalone_queries("Who pays the fee?", []) == ("Who pays the fee?",)


def test_a_follow_up_is_also_searched_with_the_two_questions_before_it_latest_first() -> None:
    history = [user("One?"), assistant("1"), user("Two?"), assistant("2"), user("Three?"), assistant("3")]

    assert standalone_queries("And then?", history) == ("And then?", "And then?\nThree?\nTwo?")


def test_what_the_assistant_said_is_left_out() -> None:
    assert standalone_queries("And then?", [assistant("I do not know.")]) == ("And then?",)


def test_a_repeated_question_and_a_blank_one_add_nothing() -> None:
    assert standalone_queries("Who pays?", [user("Who pays?"), user(" \n")]) == ("Who pays?",)


def test_a_long_turn_is_shortened_at_a_word() -> None:
    _, longer = standalone_queries("Why?", [user("harbour " * 100)])

    assert len(longer) <= 205
    assert longer.endswith("harbour")


def test_a_long_turn_without_spaces_is_shortened_too() -> None:
    _, longer = standalone_queries("なぜ?", [user("港" * 1000)])

    assert len(longer) < 210
