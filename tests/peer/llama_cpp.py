"""The answerer's contract in front of a real server, so that the protocol is not only our own reading of it.

Not a part of `make test`: its name keeps it from being collected. The model is so small that nothing can be expected of
what it says, only of how it is said.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx2
import pytest
from tests.contracts.test_answerer_contract import (
    test_an_answer_ends_with_one_last_part,
    test_ready_to_answer_the_check_returns,
    test_rewriting_gives_a_question_or_nothing,
    test_the_conversation_before_the_question_may_be_anything,
    test_where_nothing_was_found_it_says_so,
    test_without_a_search_nothing_is_cited,
)
from tests.factories import a_hit
from tests.support.answerers import asking, parts_of, text_of

from adapters.anthropic.answerer import AnthropicAnswerer
from adapters.anthropic.limits import Budget, Deadlines
from application.ports.answerer import AnswerCompleted, AnswerPart
from domain.errors import ModelAnswerTruncated, ModelContextExceeded, ModelTimeout

__all__ = [
    "test_an_answer_ends_with_one_last_part",
    "test_ready_to_answer_the_check_returns",
    "test_rewriting_gives_a_question_or_nothing",
    "test_the_conversation_before_the_question_may_be_anything",
    "test_where_nothing_was_found_it_says_so",
    "test_without_a_search_nothing_is_cited",
]

pytestmark = pytest.mark.timeout(900)
_PATIENCE_SECONDS = 120
PACKAGES = Path(os.environ.get("QUOTH_PEER_PACKAGES", ".venv/peer")).resolve()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(Path(__file__).with_name("serve.py")), str(port)]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGES)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        _wait_for(f"http://127.0.0.1:{port}/health", server)
        yield f"http://127.0.0.1:{port}"
        server.send_signal(signal.SIGTERM)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, f"The server did not start: are its packages in {PACKAGES}?"
        try:
            if httpx2.get(url).is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    pytest.fail("The server did not become ready.")


@dataclass
class LlamaStage:
    """It answers as it likes."""

    answerer: AnthropicAnswerer

    def answer(self) -> None: ...

    def abstain(self) -> None: ...

    def fail(self) -> None: ...


def an_answerer(address: str, *, answer: int = 1000, total: float = 600, model: str = "smollm2") -> AnthropicAnswerer:
    return AnthropicAnswerer(
        api_key=None,
        base_url=address,
        model=model,
        deadlines=Deadlines(total=total, rewriting=60),
        budget=Budget(answer=answer),
    )


@pytest.fixture
async def stage(address: str) -> AsyncGenerator[LlamaStage]:
    made = LlamaStage(an_answerer(address))
    yield made
    await made.answerer.close()


async def test_it_counts_tokens(stage: LlamaStage) -> None:
    parts = await parts_of(stage.answerer, asking("Hello", passages=(), grounded=False))

    usage = cast("AnswerCompleted", parts[-1]).usage
    assert usage is not None
    assert usage.input_tokens > 50
    assert usage.output_tokens > 0
    assert text_of(parts)


async def test_an_answer_that_reaches_the_limit_is_truncated(address: str) -> None:
    answerer = an_answerer(address, answer=3)

    with pytest.raises(ModelAnswerTruncated):
        await parts_of(answerer)

    await answerer.close()


async def test_more_passages_than_its_window_holds_are_cut_down(address: str) -> None:
    answerer = an_answerer(address, answer=8)
    passages = [a_hit(f"Claim {number} was paid on day {number}. " * 40) for number in range(40)]

    # The window holds 4096 tokens: the third prompt fits, and the answer meets its own limit.
    with pytest.raises(ModelAnswerTruncated):
        await parts_of(answerer, asking(passages=passages))

    await answerer.close()


async def test_a_question_that_its_window_does_not_hold_is_too_long(address: str) -> None:
    answerer = an_answerer(address)

    with pytest.raises(ModelContextExceeded):
        await parts_of(answerer, asking("When? " * 10_000))

    await answerer.close()


async def test_who_leaves_or_runs_out_of_time_frees_the_server_for_others(address: str) -> None:
    answerer, hasty = an_answerer(address), an_answerer(address, total=0.1)
    asked = asking("Write a very long story of a hundred chapters.", passages=(), grounded=False)

    async with aclosing(cast("AsyncGenerator[AnswerPart]", answerer.answer(asked))) as parts:
        await anext(parts)
    with pytest.raises(ModelTimeout):
        await parts_of(hasty, asked)

    end = time.monotonic() + _PATIENCE_SECONDS
    while any(slot["is_processing"] for slot in httpx2.get(f"{address}/slots").json()):
        assert time.monotonic() < end, "It goes on writing."
    await answerer.close()
    await hasty.close()
