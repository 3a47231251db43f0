"""What only the content store in S3 has to keep to."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import pytest
from tests.support.s3 import S3Server, throwaway_s3

from adapters.objects.connection import connect
from adapters.objects.content_store import ObjectContentStore
from domain.errors import ContentMissing, ContentUnavailable, StartRefused
from domain.identity import SourceId
from domain.source import ContentHash

if TYPE_CHECKING:
    from obstore import ObjectMeta

CONTENT = ContentHash(hashlib.sha256(b"x").hexdigest())
MEGABYTE = 1024 * 1024
KEYS = {"AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "something", "AWS_REGION": "us-east-1"}

Asked = Callable[[ObjectContentStore, SourceId], Awaitable[object]]

# All that can be asked of a store.
EVERYTHING: dict[str, Asked] = {
    "put_original": lambda store, source_id: store.put_original(source_id, CONTENT, b"x"),
    "get_original": lambda store, source_id: store.get_original(source_id, CONTENT),
    "put_text": lambda store, source_id: store.put_text(source_id, CONTENT, "x"),
    "get_text": lambda store, source_id: store.get_text(source_id, CONTENT),
    "put_record": lambda store, source_id: store.put_record(source_id, b"{}"),
    "get_record": lambda store, source_id: store.get_record(source_id),
    "remove_record": lambda store, source_id: store.remove_record(source_id),
    "remove": lambda store, source_id: store.remove(source_id),
    "kept": lambda store, source_id: store.kept(source_id),
    "sources": lambda store, source_id: store.sources(),
    "check": lambda store, source_id: store.check(),
}


@pytest.fixture
def source_id() -> SourceId:
    return SourceId(uuid.uuid4())


def set_environment(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def objects(url: str) -> Sequence[ObjectMeta]:
    return connect(url).list().collect()  # pyright: ignore[reportUnknownMemberType]  # as Arrow tables, if they were installed


def names(url: str) -> set[str]:
    return {each["path"] for each in objects(url)}


async def test_objects_are_named_by_source_and_hash(s3_url: str, source_id: SourceId) -> None:
    store = ObjectContentStore.open(s3_url)

    await store.put_original(source_id, CONTENT, b"x")
    await store.put_text(source_id, CONTENT, "x")
    await store.put_record(source_id, b"{}")

    assert names(s3_url) == {f"{source_id}/{CONTENT}.bin", f"{source_id}/{CONTENT}.txt", f"{source_id}/source.json"}


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63, f"{'a' * 64}\n", "/" + "a" * 63])
async def test_what_is_no_hash_never_becomes_a_key(s3_url: str, source_id: SourceId, name: str) -> None:
    store = ObjectContentStore.open(s3_url)

    with pytest.raises(ValueError, match="SHA-256"):
        await store.put_original(source_id, ContentHash(name), b"x")

    assert names(s3_url) == set()


async def test_prefixes_of_one_bucket_know_nothing_of_each_other(s3_url: str, source_id: SourceId) -> None:
    mine, theirs, below = (ObjectContentStore.open(url) for url in (s3_url, f"{s3_url}-theirs", f"{s3_url}/below"))
    for store in (theirs, below):
        await store.put_original(source_id, CONTENT, b"theirs")

    await mine.put_original(source_id, CONTENT, b"mine")
    await mine.remove(source_id)

    assert list(await mine.sources()) == []
    for store in (theirs, below):
        assert await store.get_original(source_id, CONTENT) == b"theirs"
        assert list(await store.sources()) == [source_id]


async def test_objects_that_are_no_sources_are_left_alone(s3_url: str, source_id: SourceId) -> None:
    store = ObjectContentStore.open(s3_url)
    for key in ("notes.txt", str(source_id), f"{uuid.uuid4().hex}/source.json", "lost+found/x"):
        await connect(s3_url).put_async(key, b"mine")

    await store.check()

    assert list(await store.sources()) == []


async def test_more_sources_than_fit_a_page_are_all_listed(s3_url: str) -> None:
    store, ids = ObjectContentStore.open(s3_url), {SourceId(uuid.uuid4()) for _ in range(1005)}
    for source_id in ids:
        await store.put_record(source_id, b"{}")

    listed = await store.sources()

    assert len(listed) == len(ids)
    assert set(listed) == ids


async def test_two_stores_on_one_prefix_see_the_same(s3_url: str, source_id: SourceId) -> None:
    await ObjectContentStore.open(s3_url).put_text(source_id, CONTENT, "x")

    assert await ObjectContentStore.open(s3_url).get_text(source_id, CONTENT) == "x"


async def test_a_large_object_travels_in_parts(s3_url: str, source_id: SourceId) -> None:
    store, data = ObjectContentStore.open(s3_url), bytes(range(256)) * (60 * MEGABYTE // 256)

    await store.put_original(source_id, CONTENT, data)

    [kept] = objects(s3_url)
    assert (kept["size"], (kept["e_tag"] or "").strip('"')[-2:]) == (len(data), "-8")  # S3's name for eight parts
    assert await store.get_original(source_id, CONTENT) == data


async def test_a_server_that_has_gone_is_unavailable_soon_and_nothing_is_missing(
    monkeypatch: pytest.MonkeyPatch, source_id: SourceId
) -> None:
    with throwaway_s3() as server:
        set_environment(monkeypatch, server.variables())
        store = ObjectContentStore.open("s3://quoth/folder")
        await store.put_record(source_id, b"{}")
        server.kill()

        begun = time.monotonic()
        outcomes = await asyncio.gather(*(ask(store, source_id) for ask in EVERYTHING.values()), return_exceptions=True)

    assert time.monotonic() - begun < 10
    for outcome in outcomes:
        assert isinstance(outcome, ContentUnavailable)
        assert "s3://quoth/folder can't be reached" in outcome.detail
        assert "check AWS_ENDPOINT_URL" in outcome.detail


async def test_a_server_that_says_nothing_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        set_environment(monkeypatch, {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}", **KEYS})
        store = ObjectContentStore(connect("s3://quoth"), name="s3://quoth", patience_seconds=0.5)
        begun = time.monotonic()

        with pytest.raises(ContentUnavailable, match=r"did not answer in time: check AWS_ENDPOINT_URL"):
            await store.check()

    assert time.monotonic() - begun < 5


async def test_a_server_that_speaks_no_s3_has_no_missing_content(
    monkeypatch: pytest.MonkeyPatch, s3_server: S3Server, source_id: SourceId
) -> None:
    set_environment(monkeypatch, {"AWS_ENDPOINT_URL": f"{s3_server.endpoint}/status", **KEYS})
    store = ObjectContentStore.open("s3://quoth")

    with pytest.raises(ContentUnavailable):
        await store.get_record(source_id)


@pytest.mark.parametrize("ask", EVERYTHING.values(), ids=EVERYTHING)
async def test_a_bucket_that_is_missing_is_named(s3_url: str, source_id: SourceId, ask: Asked) -> None:
    store = ObjectContentStore.open("s3://no-such-bucket/folder")

    with pytest.raises(ContentUnavailable, match=r"no-such-bucket.* has no such bucket: check QUOTH_CONTENT_URL"):
        await ask(store, source_id)


@pytest.mark.parametrize("wrong", [{"AWS_ACCESS_KEY_ID": "nobody"}, {"AWS_SECRET_ACCESS_KEY": "another"}], ids=str)
@pytest.mark.parametrize("ask", EVERYTHING.values(), ids=EVERYTHING)
async def test_a_wrong_key_is_said_to_be_wrong(
    monkeypatch: pytest.MonkeyPatch, s3_url: str, source_id: SourceId, wrong: dict[str, str], ask: Asked
) -> None:
    set_environment(monkeypatch, wrong)
    store = ObjectContentStore.open(s3_url)

    with pytest.raises(ContentUnavailable, match=r"refuses: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        await ask(store, source_id)


async def test_a_key_that_may_only_read_does_not_pass_the_check(
    monkeypatch: pytest.MonkeyPatch, s3_server: S3Server, s3_url: str, source_id: SourceId
) -> None:
    await ObjectContentStore.open(s3_url).put_record(source_id, b"{}")
    set_environment(monkeypatch, s3_server.variables("reader"))
    store = ObjectContentStore.open(s3_url)

    with pytest.raises(ContentUnavailable, match="read, write and delete"):
        await store.check()

    assert await store.get_record(source_id) == b"{}"
    with pytest.raises(ContentMissing):
        await store.get_original(source_id, CONTENT)


@pytest.mark.parametrize("url", ["s3://", "s3:///folder", "https://bucket.example", "s3://bucket/folder?versionId=1"])
def test_an_address_without_a_bucket_stops_the_start(url: str) -> None:
    with pytest.raises(StartRefused, match="write s3://BUCKET"):
        ObjectContentStore.open(url)


def test_a_variable_that_can_not_be_used_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, {"AWS_PROXY_URL": "not a URL"})

    with pytest.raises(StartRefused, match="AWS_ variable"):
        ObjectContentStore.open("s3://bucket")
