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
from application.ports.content_store import ContentStore, KeptContent
from domain.errors import ContentMissing
from domain.identity import SourceId
from domain.source import ContentHash

pytestmark = pytest.mark.asyncio


@pytest.fixture
def memory_content_store() -> ContentStore:
    return MemoryContentStore()


@pytest.fixture
def file_content_store(tmp_path: Path) -> ContentStore:
    return FileContentStore(tmp_path / "content")


@pytest.fixture(params=["memory", "file", "object"])
def store(request: pytest.FixtureRequest) -> ContentStore:
    """Each adapter in turn."""
    chosen: ContentStore = request.getfixturevalue(f"{request.param}_content_store")
    return chosen


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


async def test_a_record_comes_back_byte_for_byte(store: ContentStore) -> None:
    source_id, record = source(), b'{"any": "bytes"}\r\n\x00\xff'

    await store.put_record(source_id, record)

    assert await store.get_record(source_id) == record


async def test_a_record_is_replaced_as_a_whole(store: ContentStore) -> None:
    source_id = source()
    await store.put_record(source_id, b"the older and longer one")

    await store.put_record(source_id, b"the newer")

    assert await store.get_record(source_id) == b"the newer"


async def test_each_source_has_a_record_of_its_own(store: ContentStore) -> None:
    one, other = source(), source()

    await store.put_record(one, b"one")

    assert await store.get_record(one) == b"one"
    with pytest.raises(ContentMissing):
        await store.get_record(other)


async def test_the_record_alone_can_be_removed(store: ContentStore) -> None:
    source_id, content = source(), hash_of(b"x")
    await store.put_original(source_id, content, b"x")
    await store.put_text(source_id, content, "x")
    await store.put_record(source_id, b"record")

    await store.remove_record(source_id)

    with pytest.raises(ContentMissing):
        await store.get_record(source_id)
    assert await store.get_original(source_id, content) == b"x"
    assert await store.get_text(source_id, content) == "x"


async def test_removing_a_record_that_is_not_there_is_not_an_error(store: ContentStore) -> None:
    await store.remove_record(source())

    assert list(await store.sources()) == []


async def test_the_record_goes_with_the_whole_source(store: ContentStore) -> None:
    source_id, content = source(), hash_of(b"x")
    await store.put_original(source_id, content, b"x")
    await store.put_record(source_id, b"record")

    await store.remove(source_id)

    with pytest.raises(ContentMissing):
        await store.get_record(source_id)
    assert list(await store.sources()) == []


async def test_the_record_stays_where_a_hash_is_to_be_kept(store: ContentStore) -> None:
    source_id, old, new = source(), hash_of(b"old"), hash_of(b"new")
    await store.put_original(source_id, old, b"old")
    await store.put_original(source_id, new, b"new")
    await store.put_record(source_id, b"record")

    await store.remove(source_id, keep=frozenset({new}))

    assert await store.get_record(source_id) == b"record"
    assert await store.kept(source_id) == KeptContent(originals=frozenset({new}), texts=frozenset(), has_record=True)


async def test_what_is_kept_of_a_source_is_told_apart(store: ContentStore) -> None:
    source_id, read, unread = source(), hash_of(b"read"), hash_of(b"unread")
    await store.put_original(source_id, read, b"read")
    await store.put_text(source_id, read, "read")
    await store.put_original(source_id, unread, b"unread")
    await store.put_record(source(), b"of another")

    before = await store.kept(source_id)
    await store.put_record(source_id, b"record")
    after = await store.kept(source_id)

    assert before == KeptContent(originals=frozenset({read, unread}), texts=frozenset({read}), has_record=False)
    assert after == KeptContent(originals=frozenset({read, unread}), texts=frozenset({read}), has_record=True)


async def test_nothing_is_kept_of_a_source_that_nobody_knows(store: ContentStore) -> None:
    assert await store.kept(source()) == KeptContent(originals=frozenset(), texts=frozenset(), has_record=False)


async def test_a_source_with_a_record_alone_is_listed_too(store: ContentStore) -> None:
    with_record, with_text = source(), source()
    await store.put_record(with_record, b"record")
    await store.put_text(with_text, hash_of(b"x"), "x")

    listed = await store.sources()

    assert set(listed) == {with_record, with_text}
    assert len(listed) == 2


async def test_a_store_that_works_says_so_and_keeps_nothing_of_the_check(store: ContentStore) -> None:
    await store.check()

    assert list(await store.sources()) == []


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
