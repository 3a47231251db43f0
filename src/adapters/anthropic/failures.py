"""What went wrong with a model server, in the domain's words, with what a person can do about it."""

from __future__ import annotations

import email.utils
import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anthropic
import httpx2

from adapters.anthropic.client import host_of, is_anthropic
from domain.errors import (
    ModelAnswerTruncated,
    ModelContextExceeded,
    ModelDeclined,
    ModelError,
    ModelRateLimited,
    ModelRejectedCredentials,
    ModelRejectedRequest,
    ModelTimeout,
    ModelUnavailable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# Whatever the SDK and the HTTP client below it are known to raise; broken events are `ValueError`s, and a reply that is
# JSON of another shape than documented surfaces as one of the last three.
FAILURES = (
    anthropic.AnthropicError,
    httpx2.HTTPError,
    ValueError,
    RecursionError,
    TypeError,
    AttributeError,
    KeyError,
)

_TOO_LONG = re.compile(
    r"prompt is too long|too many (?:input )?tokens|context[ _](?:length|size|window|limit)|maximum context",
    re.IGNORECASE,
)
_LONGEST_REASON = 200
_OK = 200


class Failure(Exception):
    """One attempt failed with `error`. `retry`: the same may succeed a moment later, after `retry_after` seconds where
    the server asked for that."""

    def __init__(self, error: ModelError, *, retry: bool = False, retry_after: float | None = None) -> None:
        super().__init__(error.detail)
        self.error = error
        self.retry = retry
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Explains them, for this server and model."""

    base_url: str | None
    model: str
    api_key: str | None

    @property
    def server(self) -> str:
        return f"the model server at {host_of(self.base_url)}"

    def of(self, error: Exception, *, begun: bool) -> Failure:
        """`begun`: the model had already sent a part of its reply."""
        if isinstance(error, anthropic.APIStatusError):
            return self._of_status(error)
        if isinstance(error, UnicodeEncodeError) or isinstance(error.__cause__, httpx2.LocalProtocolError):
            return Failure(self._bad_key())  # nothing but the key is put into a header
        if isinstance(error, anthropic.APIConnectionError | httpx2.TransportError):
            return Failure(self._cut() if begun else self._unreachable(), retry=True)
        return Failure(ModelError(f"The reply of {self.server} can't be read. {self._check_address()}"))

    def timeout(self, seconds: float, *, begun: bool) -> Failure:
        """One of our own deadlines passed."""
        what = "stopped answering" if begun else "did not answer"
        return Failure(
            ModelTimeout(f"{self._server()} {what} within {seconds:g} seconds. Try again, or choose a faster model.")
        )

    def no_stream(self) -> Failure:
        """A reply of status 200 without a single event."""
        return Failure(ModelError(f"{self._server()} does not speak the Messages API. {self._check_address()}"))

    def cut_short(self) -> Failure:
        """The stream ended without the event that ends a message."""
        return Failure(self._cut(), retry=True)

    def stopped_because(self, reason: str, explanation: str | None) -> Failure | None:
        """Why a message that came to its end is no answer; None where it is one."""
        match reason:
            case "max_tokens" | "pause_turn":
                return Failure(
                    ModelAnswerTruncated(
                        "The answer reached the model's output limit before it was complete. Ask for less at once."
                    )
                )
            case "model_context_window_exceeded":
                return Failure(self._too_long())
            case "refusal":
                because = f": {_short(explanation)}" if explanation else "."
                return Failure(ModelDeclined(f"The model declined to answer this question{because}"))
            case _:
                return None

    def empty(self) -> Failure:
        """A complete message without text."""
        return Failure(ModelError("The model gave an empty answer. Ask again, or put the question differently."))

    def _of_status(self, error: anthropic.APIStatusError) -> Failure:
        """By the error's type where the server gives one that is known, else by its status."""
        status = _status_of(error)
        kind = _STATUS_OF_TYPE.get(str(error.type), status)
        said = error.api_message if isinstance(error.api_message, str) else ""
        if str(error.type) == "exceed_context_size_error" or (kind in {400, 422} and _TOO_LONG.search(said)):
            return Failure(self._too_long())
        wait = _retry_after(error.response)
        retry = kind in _RETRIED and error.response.headers.get("x-should-retry") != "false"
        return Failure(self._by_status(kind, said, error, wait), retry=retry, retry_after=wait)

    def _by_status(self, status: int, said: str, error: anthropic.APIStatusError, wait: float | None) -> ModelError:
        makers: dict[int, Callable[[], ModelError]] = {
            401: self._bad_key,
            402: lambda: ModelRejectedRequest(
                f"{self._server()} wants to be paid: check the billing of its account.{self._reason(said)}"
            ),
            403: lambda: ModelRejectedCredentials(
                f"{self._server()} does not let this key use the model “{self.model}”.{self._reason(said)} "
                "Check ANTHROPIC_API_KEY and QUOTH_MODEL."
            ),
            404: lambda: self._not_found(known=error.type == "not_found_error", said=said),
            408: self._server_timeout,
            413: self._too_long,
            429: lambda: self._rate_limited(wait),
            504: self._server_timeout,
            529: lambda: ModelUnavailable(f"{self._server()} is overloaded. Try again in a moment."),
        }
        if status in makers:
            return makers[status]()
        if 400 <= status < 500:  # noqa: PLR2004
            return ModelRejectedRequest(f"{self._server()} refused the request.{self._reason(said)}")
        if status >= 500:  # noqa: PLR2004
            return ModelUnavailable(f"{self._server()} failed. Try again in a moment.{self._reason(said)}")
        return ModelError(f"{self._server()} reported an error.{self._reason(said)}")

    def _bad_key(self) -> ModelRejectedCredentials:
        if self.api_key:
            return ModelRejectedCredentials(f"{self._server()} does not accept the key. Check ANTHROPIC_API_KEY.")
        return ModelRejectedCredentials(f"{self._server()} wants a key. Set ANTHROPIC_API_KEY.")

    def _not_found(self, *, known: bool, said: str) -> ModelRejectedRequest:
        if known or self.model in said:
            return ModelRejectedRequest(f"{self._server()} does not know the model “{self.model}”. Check QUOTH_MODEL.")
        return ModelRejectedRequest(f"{self._server()} has no Messages API there. {self._check_address()}")

    def _rate_limited(self, wait: float | None) -> ModelRateLimited:
        when = f"in {max(1, round(wait))} seconds" if wait is not None else "in a minute"
        return ModelRateLimited(f"{self._server()} asks to slow down. Try again {when}.", retry_after=wait)

    def _server_timeout(self) -> ModelTimeout:
        return ModelTimeout(f"{self._server()} took too long to answer. Try again.")

    def _unreachable(self) -> ModelUnavailable:
        return ModelUnavailable(f"{self._server()} can't be reached. {self._check_address()}")

    def _cut(self) -> ModelAnswerTruncated:
        return ModelAnswerTruncated("The connection to the model ended before its answer was complete. Try again.")

    def _too_long(self) -> ModelContextExceeded:
        return ModelContextExceeded(
            f"Question, conversation and passages are too long for the model “{self.model}”. "
            "Ask more briefly, begin a new conversation, or choose a model with a larger window."
        )

    def _server(self) -> str:
        return self.server[0].upper() + self.server[1:]

    def _check_address(self) -> str:
        if is_anthropic(self.base_url):
            return "Check this machine's connection to the internet."
        return "Check QUOTH_ANTHROPIC_BASE_URL and that the server is running."

    def _reason(self, said: str) -> str:
        """The server's own words, which may name a setting to change, without the key."""
        said = said.replace(self.api_key, "…") if self.api_key else said
        return f" It says: {_short(said)}" if said.strip() else ""


_STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "server_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
_RETRIED = frozenset({408, 429, 500, 502, 503, 504, 520, 522, 524, 529})


def _status_of(error: anthropic.APIStatusError) -> int:
    """The status; for an error in the middle of a stream, whose status is 200, the code that some servers put there."""
    if error.status_code != _OK:
        return error.status_code
    code = re.search(r'"code": ?(\d{3})\b', json.dumps(error.body, default=str))
    return int(code[1]) if code else _OK


def _retry_after(response: httpx2.Response) -> float | None:
    """Seconds, from whichever of the headers can be read."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        value = response.headers.get(name, "")
        if re.fullmatch(r"\d{1,9}(\.\d+)?", value):
            return float(value) / unit
    try:
        at = email.utils.parsedate_to_datetime(response.headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(0.0, at.timestamp() - time.time())


def _short(text: str) -> str:
    """One line that ends like a sentence."""
    line = " ".join(text.split())
    if len(line) > _LONGEST_REASON:
        return line[:_LONGEST_REASON].rstrip() + "…"
    return line if line.endswith((".", "!", "?", "…")) else line + "."
