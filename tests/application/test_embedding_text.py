"""What is embedded of a passage."""

from __future__ import annotations

import pytest

from application.sources.embedding_text import embedding_text


@pytest.mark.parametrize(
    ("title", "section", "line"),
    [
        ("Harbour rules", None, "Harbour rules"),
        ("Harbour rules", "Fees › Ships", "Harbour rules › Fees › Ships"),
        (None, "Fees", "Fees"),
        ("Harbour rules", "Harbour Rules › Fees", "Harbour Rules › Fees"),
        ("Contract_Miller_2024.pdf", None, "Contract Miller 2024"),
        ("  Harbour\n rules ", None, "Harbour rules"),
        ("港湾規則", None, "港湾規則"),
    ],
)
def test_the_names_stand_above_the_text(title: str | None, section: str | None, line: str) -> None:
    assert embedding_text(title, section, "Ships pay.") == f"{line}\n\nShips pay."


@pytest.mark.parametrize("title", [None, "", " ", "report.pdf", "scan_0012.tif", "2024-03-01.txt", "a b"])
def test_a_name_that_says_nothing_is_left_out(title: str | None) -> None:
    assert embedding_text(title, None, "Ships pay.") == "Ships pay."


def test_long_names_lose_their_beginning() -> None:
    text = embedding_text("very " * 100 + "long title", "outer › " * 100 + "inner", "Ships pay.")

    line = text.partition("\n")[0]
    assert len(line) <= 210
    assert "long title › " in line
    assert line.endswith("inner")
