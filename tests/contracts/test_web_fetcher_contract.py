"""What every web fetcher keeps to."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.adapters.web.server import LoopbackServer, answer

from adapters.memory.web_fetcher import MemoryWebFetcher
from adapters.web.fetcher import HttpWebFetcher
from application.ports.web_fetcher import FetchedPage, WebFetcher
from domain.errors import AddressRefused, FetchFailed


@asynccontextmanager
async def in_memory() -> AsyncGenerator[tuple[WebFetcher, str], None]:
    site = "https://example.org"
    page = FetchedPage(url=f"{site}/page", content=b"<p>Hello</p>", media_type="text/html; charset=utf-8")
    yield MemoryWebFetcher({f"{site}/page": page}), site


@asynccontextmanager
async def over_http() -> AsyncGenerator[tuple[WebFetcher, str], None]:
    async with LoopbackServer() as server:
        server.pages["/page"] = answer(b"<p>Hello</p>", content_type="text/html; charset=utf-8")
        yield HttpWebFetcher(allow_private=True), server.url


@pytest.fixture(params=["memory", "http"])
async def web(request: pytest.FixtureRequest) -> AsyncIterator[tuple[WebFetcher, str]]:
    async with in_memory() if request.param == "memory" else over_http() as made:
        yield made


async def test_a_page_comes_with_its_bytes_address_and_claimed_type(web: tuple[WebFetcher, str]) -> None:
    fetcher, site = web

    page = await fetcher.fetch(f"{site}/page")

    assert page == FetchedPage(url=f"{site}/page", content=b"<p>Hello</p>", media_type="text/html; charset=utf-8")


async def test_a_page_that_is_not_there_fails(web: tuple[WebFetcher, str]) -> None:
    fetcher, site = web

    with pytest.raises(FetchFailed):
        await fetcher.fetch(f"{site}/nowhere")


@pytest.mark.parametrize("url", ["ftp://example.org/x", "file:///etc/passwd", "javascript:alert(1)", "example.org", ""])
async def test_what_is_no_web_address_is_refused(web: tuple[WebFetcher, str], url: str) -> None:
    fetcher, _ = web

    with pytest.raises(AddressRefused):
        await fetcher.fetch(url)
