"""A web of prepared pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from domain.errors import AddressRefused, DomainError, FetchFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from application.ports.web_fetcher import FetchedPage


class MemoryWebFetcher:
    """Gives the page, or raises the error, that `pages` holds for an address; `fetched` keeps what was asked for."""

    def __init__(self, pages: Mapping[str, FetchedPage | DomainError] | None = None) -> None:
        self.pages: dict[str, FetchedPage | DomainError] = dict(pages or {})
        self.fetched: list[str] = []

    async def fetch(self, url: str) -> FetchedPage:
        self.fetched.append(url)
        if urlsplit(url).scheme not in {"http", "https"}:
            raise AddressRefused("Only http and https addresses can be fetched.")
        found = self.pages.get(url)
        if found is None:
            raise FetchFailed(f"There is no page at {url}.")
        if isinstance(found, DomainError):
            raise found
        return found
