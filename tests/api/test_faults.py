"""All faults of a body are found at once, each with its place."""

from __future__ import annotations

import pytest

from entrypoints.http.faults import faults_of
from entrypoints.http.schemas import ChatRequest, CreateConversationRequest, FeedbackRequest, UpdateConversationRequest


def pointers(value: object, kind: type) -> dict[str, str]:
    return {str(fault.pointer): fault.detail for fault in faults_of(value, kind)}


def test_every_fault_of_a_body_is_named_with_its_pointer() -> None:
    body: dict[str, object] = {
        "title": "",
        "space": 7,
        "tags": ["fine", "", "x" * 51],
        "nickname": "?",
        "initial_message": {"role": "robot", "metadata": []},
    }

    found = pointers(body, CreateConversationRequest)

    assert set(found) == {
        "/title",
        "/space",
        "/tags/1",
        "/tags/2",
        "/nickname",
        "/initial_message/role",
        "/initial_message/content",
        "/initial_message/metadata",
    }
    assert found["/initial_message/content"] == "This field is required."


def test_faults_inside_a_list_that_may_be_left_out_keep_their_places() -> None:
    assert set(pointers({"tags": ["fine", "", 3]}, UpdateConversationRequest)) == {"/tags/1", "/tags/2"}
    assert set(pointers({"message": "Hi", "sources": [1, "a"]}, ChatRequest)) == {"/sources/0"}
    assert set(pointers({"message": "Hi", "sources": {}}, ChatRequest)) == {"/sources"}


def test_numbers_in_quotes_are_no_numbers() -> None:
    assert set(pointers({"message": "Hi", "limit": "5", "use_rag": "yes"}, ChatRequest)) == {"/limit", "/use_rag"}


@pytest.mark.parametrize("value", [[], "text", 3, None])
def test_a_body_that_is_no_object_is_one_fault_of_the_whole(value: object) -> None:
    assert list(pointers(value, FeedbackRequest)) == [""]


def test_names_are_escaped_as_json_pointers_are() -> None:
    assert "/a~1b~0c" in pointers({"rating": None, "a/b~c": 1}, FeedbackRequest)


def test_a_sound_body_has_no_faults() -> None:
    assert pointers({"rating": "up", "comment": "Good."}, FeedbackRequest) == {}


def test_a_list_that_is_too_long_is_a_fault_of_the_list() -> None:
    assert list(pointers({"title": "t", "tags": [str(n) for n in range(51)]}, CreateConversationRequest)) == ["/tags"]
