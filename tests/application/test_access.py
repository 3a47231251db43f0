"""A token says who bears it until it is revoked."""

from __future__ import annotations

import pytest
from tests.support.service import MemoryService

from domain.errors import InvalidInput, NotFound, Unauthenticated


async def test_a_token_says_who_bears_it_and_is_not_kept_itself(service: MemoryService) -> None:
    token = await service.use_cases.issue_token("alice", name="laptop")

    principal = await service.use_cases.authenticate(token)

    [kept] = await service.use_cases.list_tokens()
    assert (principal.user_id, kept.owner, kept.name) == ("alice", "alice", "laptop")
    assert token not in repr(kept)


async def test_a_revoked_token_is_worth_nothing(service: MemoryService) -> None:
    token = await service.use_cases.issue_token("alice", name="laptop")
    [kept] = await service.use_cases.list_tokens()

    await service.use_cases.revoke_token(kept.id)

    with pytest.raises(Unauthenticated):
        await service.use_cases.authenticate(token)
    with pytest.raises(NotFound):
        await service.use_cases.revoke_token(kept.id)


async def test_a_token_needs_a_user_and_a_name(service: MemoryService) -> None:
    with pytest.raises(InvalidInput):
        await service.use_cases.issue_token(" ", name="laptop")
