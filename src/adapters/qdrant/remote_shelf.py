"""Collections on a Qdrant server: the setting's name is an alias, and the collections behind it are named after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qdrant_client import models
from qdrant_client.http.exceptions import UnexpectedResponse

from adapters.qdrant.remote import RemotePoints, connected
from adapters.qdrant.remote_failures import FAILURES, address_of, start_refused, unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection
    from typing import TypeVar

    from adapters.qdrant.remote import Server

    _Result = TypeVar("_Result")

# Noted in the collections that are made here; no others are ever deleted.
_MADE_FOR = "made_for"


class RemoteShelf:
    """Earlier versions made a collection where the alias is now. It stays current as it is until the first switch,
    which has to delete it before the alias can have its name: for that moment, and that once, nothing is current. Who
    starts after a crash just there takes the collection that holds the sources.
    """

    is_shared = True

    def __init__(self, server: Server) -> None:
        self._server = server
        self._alias = server.collection
        self._url = address_of(server.url)
        self._client = connected(server)

    async def current(self) -> str | None:
        """See the seam."""
        try:
            if (collection := await self._behind_alias()) is not None:
                return collection
            return self._alias if self._alias in await self._collections() else None
        except UnexpectedResponse as error:
            raise start_refused(self._server.url, self._alias, error) from error
        except FAILURES as error:
            raise unavailable(self._url, error) from error

    async def names(self) -> Collection[str]:
        """See the seam."""
        return await self._ask(self._ours())

    def name_for(self, fingerprint: str, *, is_first: bool) -> str:  # noqa: ARG002 - the first is like the others
        """See the seam."""
        return f"{self._alias}-{fingerprint[:12]}"

    async def take(self, name: str, *, dimension: int | None) -> RemotePoints:
        """See the seam."""
        server = replace(self._server, collection=name)
        return await RemotePoints.open(server, dimension=dimension, metadata={_MADE_FOR: self._alias})

    async def point_at(self, name: str) -> None:
        """See the seam: one request, but for a collection that has the alias's own name."""
        await self._ask(self._point_at(name))

    async def remove(self, name: str) -> bool:
        """See the seam. Looks once more whether an alias leads there, as an alias goes with its collection."""
        return await self._ask(self._remove(name))

    async def close(self) -> None:
        """See the seam."""
        await self._client.close()

    async def _behind_alias(self) -> str | None:
        aliases = (await self._client.get_aliases()).aliases
        return next((each.collection_name for each in aliases if each.alias_name == self._alias), None)

    async def _collections(self) -> set[str]:
        return {each.name for each in (await self._client.get_collections()).collections}

    async def _ours(self) -> list[str]:
        found = await self._collections()
        return [
            name
            for name in sorted(found)
            if name == self._alias or (name.startswith(f"{self._alias}-") and await self._is_ours(name))
        ]

    async def _is_ours(self, name: str) -> bool:
        metadata = (await self._client.get_collection(name)).config.metadata or {}
        return metadata.get(_MADE_FOR) == self._alias

    async def _point_at(self, name: str) -> None:
        changes: list[models.AliasOperations] = []
        if await self._behind_alias() is not None:
            changes.append(models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=self._alias)))
        elif self._alias in await self._collections():
            await self._client.delete_collection(self._alias)
        alias = models.CreateAlias(collection_name=name, alias_name=self._alias)
        await self._client.update_collection_aliases([*changes, models.CreateAliasOperation(create_alias=alias)])

    async def _remove(self, name: str) -> bool:
        if name not in await self._collections():
            return False  # the name may be an alias by now, and what stands behind it is in use
        if any(each.collection_name == name for each in (await self._client.get_aliases()).aliases):
            return False
        return await self._client.delete_collection(name)

    async def _ask(self, request: Awaitable[_Result]) -> _Result:
        try:
            return await request
        except FAILURES as error:
            raise unavailable(self._url, error) from error
