"""Examples of refusals for the OpenAPI document, made by what makes the refusals themselves."""

from __future__ import annotations

import re
from typing import Annotated, Any, cast

import msgspec
from litestar import Request
from litestar.exceptions import ClientException, HTTPException, PermissionDeniedException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from domain import errors
from entrypoints.http import schemas
from entrypoints.http.bodies import decode
from entrypoints.http.errors import InvalidBodyError, http_exception, invalid_body
from entrypoints.http.examples import ANSWER_ID, CONVERSATION_ID, REQUEST_EXAMPLES, SOURCE_ID
from entrypoints.http.export import ExportFormat
from entrypoints.http.problems import problem_body

_IDS = {"conversation_id": CONVERSATION_ID, "message_id": ANSWER_ID, "run_id": ANSWER_ID, "source_id": SOURCE_ID}
_ABSENT: dict[str, Exception] = {
    "conversation_id": errors.ConversationNotFound(f"There is no conversation {CONVERSATION_ID}."),
    "run_id": errors.RunNotFound(f"There is no run {ANSWER_ID}."),
    "source_id": errors.SourceNotFound(f"There is no source {SOURCE_ID}."),
}
_BEING_READ = errors.Conflict("“handbook.md” is still being read; ask again when its status is ready.")
_REFUSALS: dict[int, Exception] = {
    400: ClientException("The Host header 'quoth.test:99999' is no host with or without a port."),
    401: errors.Unauthenticated("Send the header “Authorization: Bearer <token>”; `quoth token` issues tokens."),
    403: PermissionDeniedException("Pages of https://elsewhere.example may not use this server."),
    404: errors.SourceNotFound(f"There is no source “{SOURCE_ID}”."),
    409: errors.Conflict("This Idempotency-Key was used for another request."),
    413: RequestEntityTooLarge(),
    415: HTTPException(status_code=415, detail="The body must be application/json."),
    422: errors.ModelDeclined("The model declined to answer this question."),
    429: errors.ModelRateLimited("The Anthropic API asks to slow down. Try again in 20 seconds.", retry_after=20),
    500: errors.DomainError("An unexpected error occurred; the log has it as 9d449b35bd0f4ac990768005a233627d."),
    502: errors.ModelRejectedCredentials("The Anthropic API does not accept the key. Check ANTHROPIC_API_KEY."),
    503: errors.Overloaded("The server is busy with too many requests at once; try again shortly.", retry_after=1),
    504: errors.ModelTimeout("The Anthropic API took too long to answer. Try again."),
}
_OF_OPERATIONS: dict[tuple[str, int], Exception] = {
    ("rateMessage", 409): errors.Conflict("This answer is still being written; rate it when it is complete."),
    ("readSourceText", 409): _BEING_READ,
    ("readSourceContent", 409): _BEING_READ,
    ("addSources", 422): errors.AddressRefused("192.168.0.1 is not a public address, so it is not fetched."),
}
_WRONG_PARAMETERS: dict[str, tuple[object, Any]] = {
    "limit": (0, Annotated[int, msgspec.Meta(ge=1)]),
    "last_event_id": (-1, Annotated[int, msgspec.Meta(ge=0)]),
    "format": ("pdf", ExportFormat),
}


def problem_example(operation: dict[str, Any], path: str, status: int) -> dict[str, Any]:
    """What an operation may well answer with this status."""
    instance = path.format_map(_IDS)
    wrong = [each["name"] for each in operation.get("parameters", []) if each["name"] in _WRONG_PARAMETERS]
    if status != 400:
        problem = _refused(_refusal(operation["operationId"], path, status), instance)
    elif operation.get("requestBody"):
        problem = _refused(_invalid_body(operation), instance)
    elif wrong:
        problem = _invalid_parameter(wrong[0], instance)
    else:
        problem = _refused(_REFUSALS[400], instance)
    assert problem.status == status, f"{operation['operationId']} is refused with {problem.status}, not {status}"
    return cast("dict[str, Any]", msgspec.to_builtins(problem))


def _refusal(name: str, path: str, status: int) -> Exception:
    absent = re.search(r"{(\w+)}", path)
    if status == 404 and absent:
        return _ABSENT[absent[1]]
    return _OF_OPERATIONS.get((name, status), _REFUSALS[status])


def _invalid_body(operation: dict[str, Any]) -> Exception:
    """A field that there is not: the one mistake that can be made with any body."""
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    wrong = {**REQUEST_EXAMPLES[operation["operationId"]], "colour": "blue"}
    try:
        decode(msgspec.json.encode(wrong), "application/json", getattr(schemas, reference.rpartition("/")[2]))
    except InvalidBodyError as error:
        return error
    raise AssertionError(reference)


def _invalid_parameter(name: str, instance: str) -> schemas.Problem:
    value, kind = _WRONG_PARAMETERS[name]
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        fault = schemas.FieldError(detail=f"{error}.", parameter=name)
        problem = errors.Problem(code=errors.InvalidInput.code, detail=f"{name}: {fault.detail}")
        return problem_body(problem, instance=instance, faults=[fault])
    raise AssertionError(name)


def _refused(error: Exception, instance: str) -> schemas.Problem:
    if isinstance(error, errors.DomainError):
        # Not by its handler, which would log a failure that there was not.
        return problem_body(error.problem, instance=instance)
    request: Request[Any, Any, Any] = Request(cast("Any", {"type": "http", "path": instance, "headers": []}))
    if isinstance(error, InvalidBodyError):
        response = invalid_body(request, error)
    else:
        assert isinstance(error, HTTPException)
        response = http_exception(request, error)
    return msgspec.json.decode(response.content, type=schemas.Problem)
