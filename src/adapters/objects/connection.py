"""How an object store is connected to: by its URL and the usual `AWS_` variables."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.store import S3Store

from domain.errors import StartRefused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from obstore import ObjectMeta
    from obstore.store import ClientConfig, RetryConfig

_RETRIES: RetryConfig = {
    "max_retries": 3,
    "retry_timeout": timedelta(seconds=10),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=1), "base": 2},
}
_CLIENT: ClientConfig = {
    "connect_timeout": timedelta(seconds=5),
    "read_timeout": timedelta(seconds=30),
    "timeout": timedelta(minutes=10),
}
_YES = {"1", "true", "yes", "on"}


def connect(url: str) -> S3Store:
    """The store at `s3://BUCKET/PREFIX`; nothing is sent to it yet. `StartRefused` for another URL."""
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment:
        raise StartRefused(f"QUOTH_CONTENT_URL: {url} names no bucket; write s3://BUCKET or s3://BUCKET/FOLDER.")
    try:
        return S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            # Deletions one by one: not every store knows how to delete in bulk.
            config={"disable_bulk_delete": True},
            client_options=_client_options(),
            retry_config=_RETRIES,
        )
    except (BaseError, ValueError) as error:
        what = (str(error).splitlines() or [""])[0]
        raise StartRefused(f"QUOTH_CONTENT_URL: {url}, or an AWS_ variable beside it, can't be used: {what}") from error


def listed(store: S3Store, prefix: str | None = None) -> AsyncIterator[Sequence[ObjectMeta]]:
    """All objects below the prefix, a page after the other."""
    return store.list(prefix, chunk_size=1000)  # pyright: ignore[reportUnknownMemberType]  # as Arrow tables, if they were installed


def _client_options() -> ClientConfig:
    """Options that are given take the place of the variables, so those that matter are read here. An endpoint whose
    address says http:// means it."""
    endpoints = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
    is_plain = any(os.environ.get(name, "").startswith("http://") for name in endpoints)
    options: ClientConfig = {**_CLIENT, "allow_http": is_plain or _is_set("AWS_ALLOW_HTTP")}
    if _is_set("AWS_ALLOW_INVALID_CERTIFICATES"):
        options["allow_invalid_certificates"] = True
    if proxy := os.environ.get("AWS_PROXY_URL"):
        options["proxy_url"] = proxy
    return options


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").lower() in _YES
