"""Runs are counted by their outcome, and a metered log is a run log like any other."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY
from tests.support.service import MemoryService

from adapters.memory.answerer import ScriptedAnswerer
from adapters.metrics.run_log import MeteredRunLog
from application.ports.answerer import AnswerText
from domain.errors import ModelUnavailable


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize(
    ("script", "outcome"), [((AnswerText("Well."),), "complete"), ((ModelUnavailable("Down."),), "model-unavailable")]
)
async def test_a_run_is_counted_once_by_how_it_ended(script: tuple[object, ...], outcome: str) -> None:
    service = MemoryService()
    service.answerer = ScriptedAnswerer(script)  # type: ignore[arg-type]  # a test's shorthand
    service.run_log = MeteredRunLog(run_log=service.run_log, clock=service.clock)  # type: ignore[assignment]  # one port for another
    before = value("quoth_runs_total", outcome=outcome), value("quoth_retrieval_seconds_count")

    run = await service.begin("Hello?")
    await service.events_of(run.run_id)
    await service.background.close(grace_seconds=5)

    after = value("quoth_runs_total", outcome=outcome), value("quoth_retrieval_seconds_count")
    assert after == (before[0] + 1, before[1] + 1)
    assert value("quoth_runs_active") == 0
