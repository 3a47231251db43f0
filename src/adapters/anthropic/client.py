"""The SDK's client, told everything: nothing of the environment reaches it."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx2
from anthropic import AsyncAnthropic

ANTHROPIC = "https://api.anthropic.com"
_CONNECT_SECONDS = 10.0


def is_anthropic(base_url: str | None) -> bool:
    """Whether Claude's own service is meant, which alone has citations of its own."""
    return base_url is None or urlsplit(base_url).hostname == urlsplit(ANTHROPIC).hostname


def host_of(base_url: str | None) -> str:
    """The address as it may be shown: without user, password or path."""
    parts = urlsplit(base_url or ANTHROPIC)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


class MessagesClient(AsyncAnthropic):
    """Without a key it sends none, and it sends what it was told rather than what `ANTHROPIC_*` variables say.

    It never retries and has no deadlines: those are the answerer's, who knows what was shown already.
    """

    def __init__(self, *, api_key: str | None, base_url: str | None) -> None:
        address = (base_url or ANTHROPIC).rstrip("/").removesuffix("/v1")
        super().__init__(
            # An explicit key, even an empty one, keeps the SDK from looking for another elsewhere.
            api_key=api_key or "",
            base_url=address,
            max_retries=0,
            timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
            open_telemetry=False,
        )
        # The SDK takes these from ANTHROPIC_CUSTOM_HEADERS. Older gateways know a key by this header only.
        self._custom_headers = {"X-Api-Key": api_key} if api_key and not is_anthropic(base_url) else {}

    @property
    def auth_headers(self) -> dict[str, str]:
        return super().auth_headers if self.api_key else {}

    def _validate_headers(self, headers: httpx2.Headers, omitted: frozenset[str]) -> None:
        """A server of one's own may need no key; one that does, says so."""
