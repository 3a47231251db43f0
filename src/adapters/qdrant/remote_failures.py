"""What a Qdrant server's failures mean, in our words."""

from __future__ import annotations

from json import JSONDecodeError
from urllib.parse import urlsplit, urlunsplit

from qdrant_client.common.client_exceptions import QdrantException, ResourceExhaustedResponse
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from domain.errors import IndexUnavailable, StartRefused

_UNAUTHORISED = frozenset({401, 403})
_SERVER_ERROR = 500
# The client asserts that a reply holds a result, and lets errors of decoding through.
FAILURES = (
    ApiException,
    QdrantException,
    AssertionError,
    JSONDecodeError,
    UnicodeDecodeError,
    TimeoutError,
    OSError,
)


def start_refused(url: str, collection: str, error: UnexpectedResponse) -> StartRefused | IndexUnavailable:
    """What a server says to our opening requests; its own trouble (5xx) may pass."""
    address = address_of(url)
    if error.status_code in _UNAUTHORISED:
        return StartRefused(f"The Qdrant server at {address} refuses the key; check QUOTH_QDRANT_API_KEY.")
    if error.status_code is not None and error.status_code < _SERVER_ERROR:
        return StartRefused(
            f"The Qdrant server at {address} refuses the collection “{collection}” ({error.status_code}: "
            f"{_reason(error)}). Check QUOTH_QDRANT_URL, and that the server is no older than the client that Quoth uses (1.20)."
        )
    return unavailable(address, error)


def unavailable(address: str, error: Exception) -> IndexUnavailable:
    """What any other failure is."""
    return IndexUnavailable(f"The Qdrant server at {address} {_what_happened(error)}.")


def _what_happened(error: Exception) -> str:
    """The end of a sentence that begins with the server."""
    if isinstance(error, UnexpectedResponse):
        return f"answered with status {error.status_code}"
    if isinstance(error, ResourceExhaustedResponse):
        return "asks us to slow down"
    cause = error.source if isinstance(error, ResponseHandlingException) else error
    if isinstance(cause, ValueError | AssertionError):
        return "answered with something that is not Qdrant's"
    name = type(cause).__name__
    return "did not answer in time" if "Timeout" in name else f"can't be reached ({name})"


def _reason(error: UnexpectedResponse) -> str:
    return " ".join(error.content.decode(errors="replace").split())[:200]


def address_of(url: str) -> str:
    """Without a user and password, which an address may carry."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) or url
