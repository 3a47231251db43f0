"""Fetching from servers that mean no good, or only work badly."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_network

import pytest
from tests.adapters.web.server import LoopbackServer, answer, redirect

from adapters.web.fetcher import HttpWebFetcher
from domain.errors import AddressRefused, FetchFailed, TooLarge

THIS_ADDRESS = ip_network("127.0.0.1/32")
MIB = 1024 * 1024


class Names:
    """A resolver whose answers are prepared, one after the other; the last one stays."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not found:
            raise OSError("unknown host")
        return found


@pytest.fixture
async def server() -> AsyncIterator[LoopbackServer]:
    async with LoopbackServer() as started:
        yield started


@pytest.fixture
def fetcher() -> HttpWebFetcher:
    """May go to 127.0.0.1 and to no other private address."""
    return HttpWebFetcher(allowed_networks=[THIS_ADDRESS], max_bytes=MIB, seconds=20)


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/"),
        *("http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/"),
        *("http://[2002:7f00:1::]/", "http://0.0.0.0/", "http://0/", "http://169.254.169.254/latest/meta-data/"),
        *("http://localhost/", "http://LOCALHOST./", "http://db.internal/", "http://10.0.0.1:8080/"),
        *("http://user@93.184.216.34/", "http://user:secret@93.184.216.34/", "http://127.0.0.1%2f@93.184.216.34/"),
        *(
            "http://93.184.216.34:22/",
            "http://93.184.216.34:99999/",
            "http:///path",
            "http://",
            "https://[fe80::1%25lo]/",
        ),
        *("http://93.184.216.34\\@127.0.0.1/", "http://93.184.216.34/\r\nHost: x", "http://a b/", "\thttp://a/"),
        *("http://①②⑦.0.0.1/", "gopher://93.184.216.34/", "http://" + "a" * 9000),
    ],
)
async def test_addresses_that_are_not_public_or_not_clear_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        await HttpWebFetcher().fetch(url)


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:10.0.0.1"], ["fe80::1%eth0"], ["nonsense"]]
)
async def test_a_name_that_leads_anywhere_private_is_refused(addresses: list[str]) -> None:
    with pytest.raises(AddressRefused):
        await HttpWebFetcher(resolve=Names(addresses)).fetch("http://harmless.example/")


async def test_an_unknown_name_fails() -> None:
    with pytest.raises(FetchFailed, match=r"nowhere\.example"):
        await HttpWebFetcher(resolve=Names([])).fetch("http://nowhere.example/")


async def test_the_connection_goes_to_the_address_that_was_checked(server: LoopbackServer) -> None:
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    server.pages["/a?b=c"] = answer(b"here")
    fetcher = HttpWebFetcher(allowed_networks=[THIS_ADDRESS], resolve=names)

    page = await fetcher.fetch(f"http://rebinding.example:{server.port}/a?b=c#part")

    assert page.content == b"here"
    assert page.url == f"http://rebinding.example:{server.port}/a?b=c"
    assert names.asked == ["rebinding.example"]
    assert f"Host: rebinding.example:{server.port}\r\n" in server.requests[0]


async def test_a_redirect_is_resolved_and_checked_anew(server: LoopbackServer) -> None:
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    server.pages["/"] = redirect("/again")
    fetcher = HttpWebFetcher(allowed_networks=[THIS_ADDRESS], resolve=names)

    with pytest.raises(AddressRefused):
        await fetcher.fetch(f"http://rebinding.example:{server.port}/")

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2/",
        "http://[::1]/",
        "//169.254.169.254/",
        "file:///etc/passwd",
        "http://localhost:22/",
        "ftp://a/",
    ],
)
async def test_a_redirect_to_where_one_may_not_go_is_refused(
    server: LoopbackServer, fetcher: HttpWebFetcher, location: str
) -> None:
    server.pages["/"] = redirect(location)

    with pytest.raises(AddressRefused):
        await fetcher.fetch(f"{server.url}/")


async def test_the_address_is_that_where_the_redirects_ended(server: LoopbackServer, fetcher: HttpWebFetcher) -> None:
    server.pages |= {
        "/a": redirect("b/", "301 Moved"),
        "/b/": redirect("?c=1", "307 Temporary"),
        "/b/?c=1": answer(b"x"),
    }

    page = await fetcher.fetch(f"{server.url}/a")

    assert (page.url, page.content) == (f"{server.url}/b/?c=1", b"x")


async def test_redirects_in_a_circle_end(server: LoopbackServer, fetcher: HttpWebFetcher) -> None:
    server.pages |= {"/a": redirect("/b"), "/b": redirect("/a")}

    with pytest.raises(FetchFailed, match="redirects more than 5 times"):
        await fetcher.fetch(f"{server.url}/a")

    assert len(server.requests) == 6


@pytest.mark.parametrize("headers", [{}, {"Location": "http://[broken"}])
async def test_a_redirect_to_nowhere_fails(
    server: LoopbackServer, fetcher: HttpWebFetcher, headers: dict[str, str]
) -> None:
    server.pages["/"] = answer(b"", status="302 Found", headers=headers)

    with pytest.raises((FetchFailed, AddressRefused)):
        await fetcher.fetch(f"{server.url}/")


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "403 Forbidden", "304 Not Modified"])
async def test_an_error_status_is_named(server: LoopbackServer, fetcher: HttpWebFetcher, status: str) -> None:
    server.pages["/"] = answer(b"", status=status)

    with pytest.raises(FetchFailed, match=status[:3]):
        await fetcher.fetch(f"{server.url}/")


async def test_nothing_of_this_machine_is_told(
    server: LoopbackServer, fetcher: HttpWebFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    server.pages["/"] = answer(b"", status="302 Found", headers={"Location": "/x", "Set-Cookie": "a=b"})
    server.pages["/x"] = answer(b"x")

    await fetcher.fetch(f"{server.url}/")

    second = server.requests[1]
    names = {line.partition(":")[0].lower() for line in second.split("\r\n")[1:] if line}
    assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert "User-Agent: Quoth/" in second


async def test_a_page_that_says_it_is_too_large_is_not_read(server: LoopbackServer, fetcher: HttpWebFetcher) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.2)

    server.pages["/"] = endless

    with pytest.raises(TooLarge, match="1 MB"):
        await fetcher.fetch(f"{server.url}/")


async def test_a_page_that_does_not_end_is_left(server: LoopbackServer, fetcher: HttpWebFetcher) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
            await writer.drain()

    server.pages["/"] = endless

    with pytest.raises(TooLarge):
        await fetcher.fetch(f"{server.url}/")


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_a_page_counts_as_large_as_it_unpacks(
    server: LoopbackServer, fetcher: HttpWebFetcher, coding: str
) -> None:
    bomb = gzip.compress(b"\0" * 64 * MIB) if coding == "gzip" else zlib.compress(b"\0" * 64 * MIB)
    server.pages["/"] = answer(bomb, headers={"Content-Encoding": coding})

    with pytest.raises(TooLarge):
        await fetcher.fetch(f"{server.url}/")


async def test_a_compressed_page_is_unpacked(server: LoopbackServer, fetcher: HttpWebFetcher) -> None:
    server.pages["/"] = answer(
        gzip.compress(b"first, ") + gzip.compress(b"second"), headers={"Content-Encoding": "gzip"}
    )

    assert (await fetcher.fetch(f"{server.url}/")).content == b"first, second"


@pytest.mark.parametrize(
    ("coding", "body"),
    [("gzip", b"not packed"), ("gzip", gzip.compress(b"x" * 9999, mtime=0)[:-9]), ("br", b"x"), ("gzip, gzip", b"x")],
)
async def test_a_body_that_is_not_what_it_claims_fails(
    server: LoopbackServer, fetcher: HttpWebFetcher, coding: str, body: bytes
) -> None:
    server.pages["/"] = answer(body, headers={"Content-Encoding": coding})

    with pytest.raises(FetchFailed):
        await fetcher.fetch(f"{server.url}/")


async def test_a_page_that_comes_drop_by_drop_is_given_up(server: LoopbackServer) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.05)

    server.pages["/"] = drip

    with pytest.raises(FetchFailed, match=r"within 0\.5 seconds"):
        await HttpWebFetcher(allow_private=True, seconds=0.5).fetch(f"{server.url}/")


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", b"SSH-2.0-OpenSSH\r\n\r\n"]
)
async def test_a_server_that_breaks_off_or_speaks_something_else_fails(
    server: LoopbackServer, fetcher: HttpWebFetcher, said: bytes
) -> None:
    server.pages["/"] = said

    with pytest.raises(FetchFailed):
        await fetcher.fetch(f"{server.url}/")


async def test_the_next_address_is_tried_where_one_can_not_be_reached(server: LoopbackServer) -> None:
    server.pages["/"] = answer(b"reached")
    names = Names(["127.0.0.2", "127.0.0.1"])
    fetcher = HttpWebFetcher(allowed_networks=[ip_network("127.0.0.0/8")], resolve=names)

    assert (await fetcher.fetch(f"http://two.example:{server.port}/")).content == b"reached"


async def test_a_closed_port_fails(fetcher: HttpWebFetcher) -> None:
    async with LoopbackServer() as server:
        url = server.url

    with pytest.raises(FetchFailed):
        await fetcher.fetch(url)
