"""Conversations refuse what breaks a rule, and show themselves briefly."""

from __future__ import annotations

import pytest
from tests.factories import NOW, ConversationFactory, MessageFactory

from domain.conversation import Role, preview_of, title_from, without_repeats
from domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", {"title": ""}),
        ("title", {"title": " \n "}),
        ("title", {"title": "x" * 256}),
        ("title", {"title": "nul\x00"}),
        ("space", {"space": ""}),
        ("space", {"space": "x" * 51}),
        ("tags", {"tags": tuple(str(n) for n in range(51))}),
        ("tags/1", {"tags": ("fine", "x" * 51)}),
    ],
)
def test_a_conversation_that_breaks_a_rule_is_refused_by_the_field(field: str, values: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ConversationFactory.build(**values)

    assert refusal.value.field == field


def test_the_limits_themselves_are_allowed() -> None:
    conversation = ConversationFactory.build(title="x" * 255, space="y" * 50, tags=tuple(f"{n:050}" for n in range(50)))

    assert len(conversation.tags) == 50


def test_a_conversation_shows_the_branch_it_was_put_at() -> None:
    message = MessageFactory.build()

    moved = ConversationFactory.build().at(message.id, NOW)

    assert moved.active_message_id == message.id


def test_tags_keep_their_order_and_lose_their_repeats() -> None:
    assert without_repeats(["b", "a", "b"]) == ("b", "a")


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("When are claims paid?", "When are claims paid?"),
        ("\n  **Claims** [paid]:\nwhen?", "Claims paid:"),
        ("***", "***"),
        ("", "Conversation"),
        ("word " * 40, "word " * 15 + "word…"),
        ("x" * 200, "x" * 79 + "…"),
    ],
)
def test_a_title_is_the_first_line_of_the_question_cut_at_a_word(question: str, title: str) -> None:
    assert title_from(question) == title


def test_a_preview_folds_white_space_and_has_at_most_200_characters() -> None:
    preview = preview_of("some\n\nwords  " * 50)

    assert preview is not None
    assert preview.startswith("some words some")
    assert len(preview) <= 200
    assert preview.endswith("…")


def test_there_is_no_preview_of_nothing() -> None:
    assert preview_of(" \n ") is None


def test_only_an_answer_made_by_a_run_has_a_status() -> None:
    assert MessageFactory.build(role=Role.ASSISTANT, metadata={"status": "complete"}).status == "complete"
    assert MessageFactory.build(metadata={"status": 3}).status is None
