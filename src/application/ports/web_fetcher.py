"""Web pages, fetched without opening a door into the private network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """What a web address gave. `url` is where the redirects ended."""

    url: str
    content: bytes
    media_type: str | None


class WebFetcher(Protocol):
    """Fetches public addresses only."""

    async def fetch(self, url: str) -> FetchedPage:
        """The page. Raises `AddressRefused` (not http(s); a host that is or resolves to anything but public
        addresses, at any redirect), `FetchFailed` or `TooLarge`. Bounded in size, time and redirects."""
        ...
