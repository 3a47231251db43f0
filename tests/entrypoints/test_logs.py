"""What is logged, and what never is."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from domain.errors import IndexUnavailable
from entrypoints.logs import configure_logging
from entrypoints.settings import LogFormat

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "The merger is called Bluebird."


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def logged(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(capsys.readouterr().err)
    return line


def read(document: str) -> None:
    try:
        int(document)  # its error quotes what it was given
    except ValueError as error:
        raise KeyError(document) from error


@pytest.mark.parametrize("log_format", list(LogFormat))
def test_an_error_of_others_is_told_without_what_it_quotes(
    log_format: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(log_format)

    try:
        read(SECRET)
    except KeyError:
        logging.getLogger("somebody").exception("Reading failed")

    told = capsys.readouterr().err
    assert "Bluebird" not in told
    for wanted in ("Reading failed", "ValueError", "KeyError", "test_logs.py", "somebody"):
        assert wanted in told


def test_an_error_of_ours_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogFormat.JSON)

    logging.getLogger("quoth").error("It failed", exc_info=IndexUnavailable("The vector store does not answer."))

    line = logged(capsys)
    assert line["exception"].endswith("IndexUnavailable: The vector store does not answer.")
    assert (line["event"], line["level"], line["logger"]) == ("It failed", "error", "quoth")
