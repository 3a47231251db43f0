"""The table of problems is complete."""

from __future__ import annotations

from collections.abc import Iterator

from domain import errors
from entrypoints.http.examples import PROBLEM_TITLES
from entrypoints.http.problems import TABLE, problem_body


def kinds(kind: type[errors.DomainError] = errors.DomainError) -> Iterator[type[errors.DomainError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from kinds(each)


def test_every_error_of_the_domain_has_a_status_and_every_code_is_one_errors() -> None:
    codes = [kind.code for kind in kinds()]

    assert set(codes) <= TABLE.keys()
    assert len(set(codes)) == len(codes)


def test_every_status_is_documented() -> None:
    assert {shown.status for shown in TABLE.values()} <= PROBLEM_TITLES.keys()


def test_a_code_of_another_version_is_shown_as_a_fault_of_ours() -> None:
    assert problem_body(errors.Problem(code="from-the-future", detail="…")).status == 500
