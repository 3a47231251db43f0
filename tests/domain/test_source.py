"""A source's status follows from its versions, and its id from its owner and address."""

from __future__ import annotations

from tests.factories import NOW, SourceFactory, SourceVersionFactory

from domain.errors import Problem
from domain.identity import LOCAL_USER, UserId, VersionId
from domain.source import SourceStatus, passage_id_for, source_id_for

PROBLEM = Problem(code="unreadable-document", detail="It is damaged.")


def test_a_new_source_is_indexing_then_ready() -> None:
    version = SourceVersionFactory.build(size=7)

    received = SourceFactory.build().received(version)
    ready = received.indexed(title="handbook.md", passages=3, at=NOW)

    assert (received.status, received.size) == (SourceStatus.INDEXING, 7)
    assert (ready.status, ready.current, ready.pending, ready.passages) == (SourceStatus.READY, version, None, 3)


def test_a_source_whose_only_version_was_rejected_has_failed() -> None:
    failed = SourceFactory.build().received(SourceVersionFactory.build()).rejected(PROBLEM, at=NOW)

    assert (failed.status, failed.problem, failed.size) == (SourceStatus.FAILED, PROBLEM, 0)


def test_a_failed_replacement_leaves_the_old_version_and_says_why() -> None:
    old = SourceFactory.build(current=SourceVersionFactory.build(), passages=3)

    after = old.received(SourceVersionFactory.build()).rejected(PROBLEM, at=NOW)

    assert (after.status, after.current, after.passages, after.problem) == (
        SourceStatus.READY,
        old.current,
        3,
        PROBLEM,
    )


def test_ids_repeat_for_the_same_and_differ_by_owner_address_and_place() -> None:
    version = VersionId(source_id_for(LOCAL_USER, "x"))

    assert source_id_for(LOCAL_USER, "a") == source_id_for(LOCAL_USER, "a")
    assert source_id_for(LOCAL_USER, "a") != source_id_for(UserId("other"), "a")
    assert source_id_for(LOCAL_USER, "a") != source_id_for(LOCAL_USER, "b")
    assert passage_id_for(version, 0) != passage_id_for(version, 1)
