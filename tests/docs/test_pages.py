"""The documentation agrees with the code, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scripts.settings_page import env_example, settings_page

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_within_the_project_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#)([^)#\s]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_the_settings_page_and_the_example_say_what_the_code_does() -> None:
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == settings_page()
    assert (ROOT / ".env.example").read_text("utf-8") == env_example()
