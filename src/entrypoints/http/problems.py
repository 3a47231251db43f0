"""Every failure as a problem (RFC 9457): the one table from the domain's errors to statuses and titles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType

from domain import errors
from entrypoints.http import schemas

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Shown:
    """How a kind of failure is shown."""

    status: int
    title: str


# A stored problem has no request of its own, so the table is keyed by code; a test asserts that no error is missing.
TABLE: dict[str, Shown] = {
    errors.InvalidInput.code: Shown(400, "The request is not valid"),
    errors.Unauthenticated.code: Shown(401, "A valid access token is needed"),
    errors.NotFound.code: Shown(404, "Not found"),
    errors.ConversationNotFound.code: Shown(404, "No such conversation"),
    errors.MessageNotFound.code: Shown(404, "No such message"),
    errors.RunNotFound.code: Shown(404, "No such run"),
    errors.SourceNotFound.code: Shown(404, "No such source"),
    errors.Conflict.code: Shown(409, "Not possible just now"),
    errors.TooLarge.code: Shown(413, "Too large"),
    errors.UnsupportedFormat.code: Shown(415, "This kind of content can't be read"),
    errors.UnreadableDocument.code: Shown(422, "The document could not be read"),
    errors.AddressRefused.code: Shown(422, "This address may not be fetched"),
    errors.FetchFailed.code: Shown(422, "The page could not be fetched"),
    errors.ModelError.code: Shown(502, "The language model failed"),
    errors.ModelUnavailable.code: Shown(503, "The language model can't be reached"),
    errors.ModelTimeout.code: Shown(504, "The language model took too long"),
    errors.ModelRateLimited.code: Shown(429, "The language model asks to slow down"),
    errors.ModelRejectedCredentials.code: Shown(502, "The language model's key was rejected"),
    errors.ModelRejectedRequest.code: Shown(502, "The language model refused the request"),
    errors.ModelContextExceeded.code: Shown(422, "Too long for the language model"),
    errors.ModelDeclined.code: Shown(422, "The language model declined to answer"),
    errors.ModelAnswerTruncated.code: Shown(502, "The answer ended too early"),
    errors.DatabaseUnavailable.code: Shown(503, "The database can't be reached"),
    errors.IndexUnavailable.code: Shown(503, "The vector store can't be reached"),
    errors.ContentMissing.code: Shown(500, "Stored content is missing"),
    errors.ContentUnavailable.code: Shown(503, "The content store can't be reached"),
    errors.RunLogUnavailable.code: Shown(503, "The log of answers can't be reached"),
    errors.QueueUnavailable.code: Shown(503, "The queue can't be reached"),
    errors.IndexMoved.code: Shown(503, "The index is being made anew"),
    errors.Overloaded.code: Shown(503, "Too busy just now"),
    errors.StartRefused.code: Shown(503, "The service is not ready"),
    errors.IndexDamaged.code: Shown(503, "The index is damaged"),
    errors.DomainError.code: Shown(500, "Something went wrong"),
    "interrupted": Shown(503, "The answer was interrupted"),
}
_UNKNOWN = TABLE[errors.DomainError.code]


def problem_body(
    problem: errors.Problem,
    *,
    instance: str | UnsetType = UNSET,
    faults: Sequence[schemas.FieldError] = (),
) -> schemas.Problem:
    """The problem as it goes over the wire. Its `type` is a URN made of the error's code."""
    shown = TABLE.get(problem.code, _UNKNOWN)
    return schemas.Problem(
        type=f"urn:quoth:problem:{problem.code}",
        title=shown.title,
        status=shown.status,
        detail=problem.detail,
        instance=instance,
        errors=list(faults) if faults else UNSET,
    )
