"""What every store of access tokens keeps to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tests.factories import NOW

from application.ports.tokens import AccessToken
from application.ports.unit_of_work import StartUnitOfWork
from domain.errors import Conflict
from domain.identity import UserId

TOKEN = AccessToken(id=UUID(int=1), owner=UserId("änna"), name="Läptop 💻", digest="a" * 64, created_at=NOW)


async def add(start: StartUnitOfWork, *tokens: AccessToken) -> None:
    async with start(write=True) as unit_of_work:
        for token in tokens:
            await unit_of_work.tokens.add(token)
        await unit_of_work.commit()


async def test_a_token_is_found_by_its_digest(start: StartUnitOfWork) -> None:
    await add(start, TOKEN)

    async with start() as unit_of_work:
        assert await unit_of_work.tokens.find(TOKEN.digest) == TOKEN
        assert await unit_of_work.tokens.find("b" * 64) is None


async def test_tokens_are_listed_newest_first(start: StartUnitOfWork) -> None:
    same_time = replace(TOKEN, id=UUID(int=2), digest="b" * 64)
    later = replace(TOKEN, id=UUID(int=0), digest="c" * 64, created_at=NOW + timedelta(microseconds=1))
    await add(start, TOKEN, later, same_time)

    async with start() as unit_of_work:
        assert list(await unit_of_work.tokens.list()) == [later, same_time, TOKEN]


async def test_a_removed_token_is_nobody_s(start: StartUnitOfWork) -> None:
    await add(start, TOKEN)

    async with start(write=True) as unit_of_work:
        removed = await unit_of_work.tokens.remove(TOKEN.id)
        unknown = await unit_of_work.tokens.remove(uuid4())
        await unit_of_work.commit()

    async with start() as unit_of_work:
        assert await unit_of_work.tokens.find(TOKEN.digest) is None
        assert list(await unit_of_work.tokens.list()) == []
    assert (removed, unknown) == (True, False)


async def test_no_two_tokens_have_one_id_or_one_digest(start: StartUnitOfWork) -> None:
    await add(start, TOKEN)

    for twin in (replace(TOKEN, id=uuid4()), replace(TOKEN, digest="b" * 64)):
        with pytest.raises(Conflict):
            await add(start, twin)
