"""Fetches pages over HTTP from public addresses only.

The name is resolved here, every address it has is checked, and the connection goes to a checked address: a name that
resolves differently a moment later changes nothing. Each redirect starts anew.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from ipaddress import IPv4Network, IPv6Network, ip_address

import httpx2

from adapters.web.addresses import is_local_name, is_public
from adapters.web.body import Body, too_large
from application.ports.web_fetcher import FetchedPage
from domain.errors import AddressRefused, FetchFailed

# A host name and a port to numeric addresses, in order of preference.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_LONGEST_URL = 8000
_WEB_PORTS = frozenset({80, 443})
_FIRST_FREE_PORT = 1024
_LAST_PORT = 65535
_CONNECT_SECONDS = 10.0
_ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,text/*;q=0.9,*/*;q=0.8"


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """As the machine is configured to."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class HttpWebFetcher:
    """Fetches without cookies, credentials or proxies, and within bounds of size, time and redirects.

    `allow_private` opens every private network, `allowed_networks` only these: for operators whose pages live there.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        allowed_networks: Sequence[IPv4Network | IPv6Network] = (),
        max_bytes: int = 50 * 1024 * 1024,
        seconds: float = 30.0,
        resolve: Resolve = resolve_by_system,
    ) -> None:
        self._allow_private = allow_private
        self._allowed_networks = tuple(allowed_networks)
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._resolve = resolve

    async def fetch(self, url: str) -> FetchedPage:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(url)
        except TimeoutError:
            raise FetchFailed(f"The page did not come within {self._seconds:g} seconds.") from None
        except httpx2.TimeoutException:
            raise FetchFailed("The server did not answer in time.") from None
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
            reason = str(error).strip() or type(error).__name__
            raise FetchFailed(f"The page could not be fetched: {reason[:200]}") from error

    async def _follow(self, url: str) -> FetchedPage:
        target = self._checked(url)
        for _ in range(_MOST_REDIRECTS + 1):
            addresses = await self._addresses(target)
            found = await self._get(target, addresses)
            if isinstance(found, FetchedPage):
                return found
            target = self._checked(found)
        raise FetchFailed(f"The page redirects more than {_MOST_REDIRECTS} times.")

    def _checked(self, url: str) -> httpx2.URL:
        """The address, if it is one of the web at all. What can be read in two ways is not read at all."""
        if len(url) > _LONGEST_URL or "\\" in url or any(sign.isspace() or not sign.isprintable() for sign in url):
            raise AddressRefused("The web address is malformed: it is too long, or holds spaces or control characters.")
        try:
            target = httpx2.URL(url).copy_with(fragment=None)
            host, port = target.host, target.port
        except (httpx2.InvalidURL, ValueError, TypeError) as error:
            raise AddressRefused(f"The web address is malformed: {str(error)[:200]}") from None
        if target.scheme not in {"http", "https"}:
            raise AddressRefused("Only http and https addresses can be fetched.")
        if not host or "%" in host:
            raise AddressRefused("The web address names no host.")
        if target.userinfo:
            raise AddressRefused("A web address with a user name or password in it is not fetched.")
        if port is not None and not self._may_connect_to(port):
            raise AddressRefused(f"Port {port} is not one that web pages are served from.")
        if is_local_name(host) and not (self._allow_private or self._allowed_networks):
            raise _private(host)
        return target

    def _may_connect_to(self, port: int) -> bool:
        return port in _WEB_PORTS or _FIRST_FREE_PORT <= port <= _LAST_PORT

    async def _addresses(self, target: httpx2.URL) -> Sequence[str]:
        """Where the host is. One address that is not public condemns all: which one is used would be chance."""
        try:
            addresses: Sequence[str] = [str(ip_address(target.host))]
        except ValueError:
            addresses = await self._look_up(target)
        if not all(map(self._is_allowed, addresses)):
            raise _private(target.host)
        return addresses

    def _is_allowed(self, address: str) -> bool:
        if self._allow_private or is_public(address):
            return True
        # A scope (`fe80::1%eth0`) names an interface of this machine; it plays no part in the address.
        return any(ip_address(address.partition("%")[0]) in network for network in self._allowed_networks)

    async def _look_up(self, target: httpx2.URL) -> Sequence[str]:
        addresses: Sequence[str] = ()
        try:
            host = target.raw_host.decode("ascii")
            addresses = await self._resolve(host, target.port or (443 if target.scheme == "https" else 80))
        except (OSError, UnicodeError):
            pass
        if not addresses:
            raise FetchFailed(f"There is no host of the name {target.host[:100]}.")
        return addresses

    async def _get(self, target: httpx2.URL, addresses: Sequence[str]) -> FetchedPage | str:
        """The page, or the address that it redirects to. Tries the next address where one can't be reached."""
        for address in addresses[:-1]:
            try:
                return await self._get_from(target, address)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return await self._get_from(target, addresses[-1])

    async def _get_from(self, target: httpx2.URL, address: str) -> FetchedPage | str:
        # No connection is kept: it would be found again by its number, for another name with another certificate.
        async with (
            httpx2.AsyncClient(
                trust_env=False,
                verify=_certificates(),
                timeout=httpx2.Timeout(self._seconds, connect=_CONNECT_SECONDS),
                limits=httpx2.Limits(max_keepalive_connections=0),
                headers=_headers(target),
            ) as client,
            client.stream(
                "GET", target.copy_with(host=address), extensions={"sni_hostname": target.raw_host.decode("ascii")}
            ) as response,
        ):
            if response.status_code in _REDIRECTS:
                return _redirected(target, response)
            if not response.is_success:
                raise FetchFailed(f"The server answered {response.status_code} {response.reason_phrase}".rstrip() + ".")
            return FetchedPage(
                url=str(target),
                content=await self._read(response),
                media_type=response.headers.get("content-type"),
            )

    async def _read(self, response: httpx2.Response) -> bytes:
        declared = response.headers.get("content-length", "")
        if declared.isdecimal() and int(declared[:20]) > self._max_bytes:
            raise too_large(self._max_bytes)
        body = Body(response.headers.get("content-encoding", ""), self._max_bytes)
        return await body.collect(response.aiter_raw())


@cache
def _certificates() -> ssl.SSLContext:
    """The authorities that are trusted; reading them takes a while."""
    return httpx2.create_ssl_context(trust_env=False)


def _headers(target: httpx2.URL) -> dict[str, str]:
    return {
        "Host": target.netloc.decode("ascii"),
        "User-Agent": f"Quoth/{_version()}",
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip, deflate",
    }


def _version() -> str:
    try:
        return version("quoth")
    except PackageNotFoundError:
        return "0"


def _redirected(target: httpx2.URL, response: httpx2.Response) -> str:
    location = response.headers.get("location", "")
    if not location:
        raise FetchFailed("The server redirects to nowhere.")
    try:
        return str(target.join(location))
    except (httpx2.InvalidURL, ValueError):
        raise FetchFailed("The server redirects to an address that is malformed.") from None


def _private(host: str) -> AddressRefused:
    return AddressRefused(f"{host[:100]} is not a public address, so it is not fetched.")
