"""Everything that can be refused or go wrong, in the domain's words.

The domain names an error, the border translates it, nobody in between catches it. `detail` is one sentence for a
person; `code` is a stable slug that the HTTP layer turns into a status, a title and a problem type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A failure that is kept: with a message that could not be finished, or a source that could not be read."""

    code: str
    detail: str


class DomainError(Exception):
    """The base of all of them. `str(error)` is the detail."""

    code: ClassVar[str] = "internal"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def problem(self) -> Problem:
        """What to keep of this error."""
        return Problem(code=self.code, detail=self.detail)


class InvalidInput(DomainError):
    """A value that breaks a rule of the domain. `field` names it as the wire does (`title`, `tags/2`)."""

    code = "invalid"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


class Unauthenticated(DomainError):
    """No token, or one that is unknown or revoked."""

    code = "unauthenticated"


class NotFound(DomainError):
    """What was asked for does not exist, or belongs to somebody else: the two are never told apart."""

    code = "not-found"


class ConversationNotFound(NotFound):
    """No such conversation of this owner."""

    code = "conversation-not-found"


class MessageNotFound(NotFound):
    """No such message in this conversation of this owner."""

    code = "message-not-found"


class RunNotFound(NotFound):
    """No such run of this owner, or its log is no longer kept."""

    code = "run-not-found"


class SourceNotFound(NotFound):
    """No such source of this owner; the detail names it."""

    code = "source-not-found"


class Conflict(DomainError):
    """The request contradicts the present state: say, an answer is still being written."""

    code = "conflict"


class TooLarge(DomainError):
    """More bytes, pages, characters or entries than are accepted."""

    code = "too-large"


class UnsupportedFormat(DomainError):
    """Content of a kind that no reader knows."""

    code = "unsupported-format"


class UnreadableDocument(DomainError):
    """Content of a known kind that holds no readable text: damaged, encrypted, scanned, empty."""

    code = "unreadable-document"


class AddressRefused(DomainError):
    """A web address that may not be fetched: not http(s), or private, loopback or otherwise not public."""

    code = "address-refused"


class FetchFailed(DomainError):
    """A web address that could not be fetched: unknown host, error status, too slow, too large."""

    code = "fetch-failed"


class ModelError(DomainError):
    """The language model did not answer as it should."""

    code = "model-failed"


class ModelUnavailable(ModelError):
    """It can't be reached, is overloaded, or answered with a server error."""

    code = "model-unavailable"


class ModelTimeout(ModelError):
    """It did not answer, or stopped answering, within the deadline."""

    code = "model-timeout"


class ModelRateLimited(ModelError):
    """It asks us to slow down. `retry_after` is in seconds where it said so."""

    code = "model-rate-limited"

    def __init__(self, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class ModelRejectedCredentials(ModelError):
    """The key is wrong, or may not use this model."""

    code = "model-credentials"


class ModelRejectedRequest(ModelError):
    """The model server refused the request as such: unknown model, malformed, unpayable."""

    code = "model-rejected"


class ModelContextExceeded(ModelError):
    """Question, history and passages do not fit into the model's window."""

    code = "model-context-exceeded"


class ModelDeclined(ModelError):
    """The model refused to answer this question; what it had said so far is not to be shown as an answer."""

    code = "model-declined"


class ModelAnswerTruncated(ModelError):
    """The model's stream ended, or its output limit was reached, before the answer was complete."""

    code = "model-truncated"


class DatabaseUnavailable(DomainError):
    """The database can't be reached or did not answer in time."""

    code = "database-unavailable"


class IndexUnavailable(DomainError):
    """The vector store can't be reached or did not answer in time."""

    code = "index-unavailable"


class ContentMissing(DomainError):
    """The content store does not hold what the index says it should."""

    code = "content-missing"


class ContentUnavailable(DomainError):
    """The content store can't be reached or did not answer in time."""

    code = "content-unavailable"


class RunLogUnavailable(DomainError):
    """The log of runs can't be reached or did not answer in time."""

    code = "run-log-unavailable"


class QueueUnavailable(DomainError):
    """The queue of documents to be read can't be reached or did not answer in time."""

    code = "queue-unavailable"


class IndexMoved(DomainError):
    """The index was made anew, for another embedding model, while something was being written to the old one."""

    code = "index-moved"


class Overloaded(DomainError):
    """Too much is under way; `retry_after` is in seconds."""

    code = "overloaded"

    def __init__(self, detail: str, retry_after: float = 1.0) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class StartRefused(DomainError):
    """The service must not start like this: a schema that is behind, another embedding model, a locked data directory.

    The detail names the cause and the way out.
    """

    code = "start-refused"


class IndexDamaged(StartRefused):
    """The embedded index can't be opened, and not because somebody else has it open."""

    code = "index-damaged"


_PASSING = (
    DatabaseUnavailable,
    IndexUnavailable,
    ContentUnavailable,
    RunLogUnavailable,
    QueueUnavailable,
    IndexMoved,
    Overloaded,
)


def is_passing(error: BaseException) -> bool:
    """Whether the same thing may well succeed later, as nothing is wrong with what was asked."""
    return isinstance(error, _PASSING)
