"""What every content store keeps to."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.files.content_store import FileContentStore
from adapters.memory.content_store import MemoryContentStore
from application.ports.content_store import ContentStore
from domain.errors import ContentMissing
from domain.identity import SourceId
from domain.source import ContentHash

pytestmark = pytest.mark.asyncio


@pytest.fixture(params=["memory", "files"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ContentStore:
    return MemoryContentStore() if request.param == "memory" else FileContentStore(tmp_path / "content")


def source() -> SourceId:
    return SourceId(uuid.uuid4())


def hash_of(data: bytes) -> ContentHash:
    return ContentHash(hashlib.sha256(data).hexdigest())


async def test_an_original_comes_back_as_it_was_put(store: ContentStore) -> None:
    source_id, data = source(), bytes(range(256)) * 100

    await store.put_original(source_id, hash_of(data), data)

    assert await store.get_original(source_id, hash_of(data)) == data


@pytest.mark.parametrize("text", ["", "a\r\nb\nc\rd", "\ufeffmark", "\x00\x85\u2028\x0c", "naïve 火星 😀 e\u0301"])
async def test_a_text_comes_back_character_for_character(store: ContentStore, text: str) -> None:
    source_id, content = source(), hash_of(b"original")

    await store.put_text(source_id, content, text)

    assert await store.get_text(source_id, content) == text


async def test_the_original_and_the_text_of_one_hash_are_kept_apart(store: ContentStore) -> None:
    source_id, content = source(), hash_of(b"original")

    await store.put_original(source_id, content, b"original")
    await store.put_text(source_id, content, "text")

    assert await store.get_original(source_id, content) == b"original"
    assert await store.get_text(source_id, content) == "text"


async def test_the_same_write_again_changes_nothing(store: ContentStore) -> None:
    source_id, content = source(), hash_of(b"x")
    await store.put_original(source_id, content, b"x")

    await store.put_original(source_id, content, b"x")

    assert await store.get_original(source_id, content) == b"x"
    assert list(await store.sources()) == [source_id]


async def test_a_text_that_is_read_anew_replaces_the_old_one(store: ContentStore) -> None:
    source_id, content = source(), hash_of(b"x")
    await store.put_text(source_id, content, "as an older reader read it")

    await store.put_text(source_id, content, "as it is read now")

    assert await store.get_text(source_id, content) == "as it is read now"


async def test_reading_what_is_not_there_says_so(store: ContentStore) -> None:
    source_id = source()
    await store.put_original(source_id, hash_of(b"x"), b"x")

    with pytest.raises(ContentMissing):
        await store.get_original(source(), hash_of(b"x"))
    with pytest.raises(ContentMissing):
        await store.get_original(source_id, hash_of(b"y"))
    with pytest.raises(ContentMissing):
        await store.get_text(source_id, hash_of(b"x"))


async def test_removal_takes_all_of_a_source_and_nothing_of_another(store: ContentStore) -> None:
    removed, kept, content = source(), source(), hash_of(b"x")
    for source_id in (removed, kept):
        await store.put_original(source_id, content, b"x")
        await store.put_text(source_id, content, "x")

    await store.remove(removed)

    with pytest.raises(ContentMissing):
        await store.get_original(removed, content)
    with pytest.raises(ContentMissing):
        await store.get_text(removed, content)
    assert await store.get_text(kept, content) == "x"
    assert list(await store.sources()) == [kept]


async def test_removal_spares_the_hashes_to_keep(store: ContentStore) -> None:
    source_id, old, new = source(), hash_of(b"old"), hash_of(b"new")
    for content, data in ((old, b"old"), (new, b"new")):
        await store.put_original(source_id, content, data)
        await store.put_text(source_id, content, data.decode())

    await store.remove(source_id, keep=frozenset({new}))

    assert await store.get_original(source_id, new) == b"new"
    assert await store.get_text(source_id, new) == "new"
    with pytest.raises(ContentMissing):
        await store.get_original(source_id, old)


async def test_removing_what_is_not_there_is_not_an_error(store: ContentStore) -> None:
    await store.remove(source())

    assert list(await store.sources()) == []


async def test_a_source_can_come_back_after_its_removal(store: ContentStore) -> None:
    source_id, content = source(), hash_of(b"x")
    await store.put_original(source_id, content, b"x")
    await store.remove(source_id)

    await store.put_original(source_id, content, b"x")

    assert await store.get_original(source_id, content) == b"x"


@settings(max_examples=50, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
async def test_any_text_survives_the_disk(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    store, source_id = FileContentStore(tmp_path_factory.mktemp("content")), source()

    await store.put_text(source_id, hash_of(b""), text)

    assert await store.get_text(source_id, hash_of(b"")) == text
