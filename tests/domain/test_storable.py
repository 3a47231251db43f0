"""What every store can keep exactly."""

from __future__ import annotations

import pytest

from domain.errors import InvalidInput
from domain.storable import check_storable


@pytest.mark.parametrize("value", ["", "naïve 😀", {"a": [1, None, {"b": ("c", 1.5)}]}, [], 1, None, True])
def test_ordinary_values_are_storable(value: object) -> None:
    check_storable("metadata", value)


@pytest.mark.parametrize(
    "value", ["a\x00b", "\ud800", {"a\x00": 1}, {"a": ["b", {"c": "\x00"}]}, ["\udfff"], ({"a": "\x00"},)]
)
def test_what_no_store_can_keep_is_refused_by_the_name_of_its_field(value: object) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_storable("metadata", value)

    assert refusal.value.field == "metadata"
