"""Failures to responses: every refusal is application/problem+json, and a 500 tells nothing but where to look."""

from __future__ import annotations

import math
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import UNSET

from domain.errors import DomainError, InvalidInput, ModelRateLimited, Overloaded, Problem, Unauthenticated
from entrypoints.http import schemas
from entrypoints.http.idempotency import KEY_HEADER
from entrypoints.http.problems import problem_body
from entrypoints.http.request_log import request_id_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from litestar import Request

MEDIA_TYPE = "application/problem+json"
_log = structlog.stdlib.get_logger("quoth.http")

# What Litestar itself refuses, in our words: its own titles repeat the status phrase.
_TITLES = {
    400: "The request is not valid",
    401: "A valid access token is needed",
    403: "Not allowed",
    404: "Not found",
    405: "This method is not allowed here",
    413: "Too large",
    415: "This kind of content can't be read",
    429: "Too many requests",
}
_DETAILS = {
    404: "There is nothing at this address.",
    405: "The Allow header names the methods that this address takes.",
    413: "The body is larger than this server accepts.",
}


@dataclass(frozen=True, slots=True)
class InvalidBodyError(Exception):
    """A request body with these faults."""

    faults: Sequence[schemas.FieldError]


@dataclass(frozen=True, slots=True)
class RunProblemError(Exception):
    """A run that failed, for those who wait for the whole answer."""

    problem: Problem


def problem_response(body: schemas.Problem, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """A problem as a response; each media type but problem+json would be a lie."""
    return Response(
        msgspec.json.encode(body), status_code=body.status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def domain_error(request: Request[Any, Any, Any], error: DomainError) -> Response[bytes]:
    """A refusal in the domain's words."""
    faults: list[schemas.FieldError] = []
    if isinstance(error, InvalidInput):
        faults.append(_fault(request, error))
    headers: dict[str, str] = {}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Overloaded | ModelRateLimited) and error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    body = problem_body(error.problem, instance=request.scope["path"], faults=faults)
    if body.status >= 500:
        _log.warning("request failed", code=error.code, detail=error.detail)
    return problem_response(body, headers)


def invalid_body(request: Request[Any, Any, Any], error: InvalidBodyError) -> Response[bytes]:
    """A body that is not what the operation takes, with all its faults."""
    count = len(error.faults)
    detail = error.faults[0].detail if count == 1 else f"The body has {count} faults; see errors."
    body = problem_body(
        Problem(code=InvalidInput.code, detail=detail), instance=request.scope["path"], faults=error.faults
    )
    return problem_response(body)


def run_problem(request: Request[Any, Any, Any], error: RunProblemError) -> Response[bytes]:
    """Why the answer could not be finished; the question is kept."""
    body = problem_body(error.problem, instance=request.scope["path"])
    headers = {"Retry-After": "5"} if body.status in {429, 503} else None
    return problem_response(body, headers)


def http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the framework refuses: unknown paths and methods, bad parameters, bodies that are too large."""
    if isinstance(error, ValidationException):
        return _invalid_parameters(request, error)
    if error.status_code >= 500:
        return unexpected(request, error)
    body = schemas.Problem(
        type="about:blank",
        title=_TITLES.get(error.status_code, "The request was refused"),
        status=error.status_code,
        detail=_DETAILS.get(error.status_code, error.detail) if _is_bare(error) else error.detail,
        instance=request.scope["path"],
    )
    return problem_response(body, error.headers)


def _is_bare(error: HTTPException) -> bool:
    """Whether the detail only repeats the status phrase."""
    return error.detail in {phrase.phrase for phrase in HTTPStatus}


def _invalid_parameters(request: Request[Any, Any, Any], error: ValidationException) -> Response[bytes]:
    faults: list[schemas.FieldError] = []
    for each in cast("list[dict[str, str]]", error.extra if isinstance(error.extra, list) else []):
        name = _name_on_the_wire(request, each.get("key", ""))
        faults.append(schemas.FieldError(detail=f"{each.get('message', 'Invalid value')}.", parameter=name))
    detail = f"{faults[0].parameter}: {faults[0].detail}" if len(faults) == 1 else error.detail
    body = schemas.Problem(
        type=f"urn:quoth:problem:{InvalidInput.code}",
        title=_TITLES[400],
        status=400,
        detail=detail,
        instance=request.scope["path"],
        errors=faults or UNSET,
    )
    return problem_response(body)


def _fault(request: Request[Any, Any, Any], error: InvalidInput) -> schemas.FieldError:
    """Where the fault is: in the body, or in a parameter beside it."""
    if request.method == "GET" or error.field == KEY_HEADER:
        return schemas.FieldError(detail=error.detail, parameter=error.field)
    return schemas.FieldError(detail=error.detail, pointer=f"/{error.field}")


def _name_on_the_wire(request: Request[Any, Any, Any], name: str) -> str:
    """A parameter's name as clients know it; in the code it may have another."""
    parameter = request.route_handler.parsed_fn_signature.parameters.get(name)
    known_as: object = getattr(parameter.kwarg_definition, "name", None) if parameter else None
    return known_as if isinstance(known_as, str) else name


def unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """A fault of ours: logged with its trace, answered with the id under which it stands there."""
    request_id = request_id_of(request.scope)
    _log.error("unexpected error", exc_info=error, path=request.scope["path"])
    body = problem_body(
        Problem(code=DomainError.code, detail=f"An unexpected error occurred; the log has it as {request_id}."),
        instance=request.scope["path"],
    )
    return problem_response(body)


HANDLERS: Any = {
    DomainError: domain_error,
    InvalidBodyError: invalid_body,
    RunProblemError: run_problem,
    HTTPException: http_exception,
    Exception: unexpected,
}
