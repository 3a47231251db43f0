"""The worked example of the documentation passes its contract."""

from __future__ import annotations

import re
import types
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from tests.contracts import test_content_store_contract as contract

if TYPE_CHECKING:
    from application.ports.content_store import ContentStore

PAGE = (Path(__file__).parents[2] / "docs" / "adding-an-adapter.md").read_text("utf-8")


# The contract's own tests, over the store below.
globals().update({name: value for name, value in vars(contract).items() if name.startswith("test_")})


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    """The example's adapter."""
    example = types.ModuleType("example")
    [code] = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    exec(compile(code, "docs/adding-an-adapter.md", "exec"), example.__dict__)  # our own page
    return cast("ContentStore", example.ZipContentStore(tmp_path / "content.zip"))
