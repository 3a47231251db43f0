"""A document's words in Markdown: shown as they are, and nothing in them comes alive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from adapters.extractive.markdown import literal

RENDERER = MarkdownIt("gfm-like", {"linkify": False})


def shown(text: str) -> str:
    tokens = RENDERER.parse(f"> {text}")
    inline = [child for token in tokens for child in token.children or []]
    assert {child.type for child in inline} <= {"text", "text_special"}, inline
    assert [token.type for token in tokens] in (
        ["blockquote_open", "paragraph_open", "inline", "paragraph_close", "blockquote_close"],
        ["blockquote_open", "blockquote_close"],
    )
    return "".join(child.content for child in inline)


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, 3.5 % of them – “quoted” (so).",
        "*bold* __bold__ _it_ `code` ~~gone~~ snake_case",
        "[link](javascript:alert(1)) ![image](https://example.com/x.png) [1] [ref]: x",
        "<script>alert(1)</script> <b>&amp;</b> <https://example.com>",
        "1. first",
        "2019) so",
        "- item",
        "+ item",
        "# heading",
        "=== line",
        "| a | b |",
        "back\\slash",
        "https://example.com and www.example.com",
        "1998. Es war kalt.",
    ],
)
def test_the_words_are_shown_as_they_are(text: str) -> None:
    assert shown(literal(text)) == text


def test_lines_become_one() -> None:
    assert literal("one\n\n  two\tthree") == "one two three"


@given(st.text(alphabet="ab1 .)*_`[]()<>&!#+-=|~\\:/\"'\n", max_size=40))
def test_nothing_comes_alive(text: str) -> None:
    assert shown(literal(text)) == " ".join(text.split())
