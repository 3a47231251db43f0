"""The short form of `make chaos`."""

from __future__ import annotations

import pytest
from tests.chaos.run import chaos, summary

ROUNDS = 6


@pytest.mark.timeout(300)
@pytest.mark.parametrize("stores", ["embedded", "shared"])
def test_nothing_is_lost_doubled_or_half_done_whatever_dies(stores: str) -> None:
    world = chaos(rounds=ROUNDS, seed=7, is_shared=stores == "shared", say=print)

    assert world.faults == []
    assert world.done["processes killed"] >= ROUNDS / 2
    assert world.done["streams equal to the byte"] > 0
    assert world.done["uploads"] > 0
    assert summary(world).endswith("0 lost, 0 doubled, 0 ghosts, 0 half, doctor clean")
