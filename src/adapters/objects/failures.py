"""What goes wrong with an object store, and what to check then."""

from __future__ import annotations

import re

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

# Everything that obstore raises of its own; a TimeoutError is an OSError.
FAILURES = (BaseError, OSError, ValueError)

# Failures to list come without a class of their own, but with the server's answer.
_CODE = re.compile(r"<Code>(\w+)</Code>")
_REFUSALS = {"AccessDenied", "ExpiredToken", "InvalidAccessKeyId", "InvalidToken", "SignatureDoesNotMatch"}


def is_missing(error: FileNotFoundError) -> bool:
    """Whether it is the object that is missing. A bucket that is missing, or a server that speaks no S3, is “not found”
    too."""
    return _code(error) == "NoSuchKey"


def reason(error: Exception) -> str:
    """The rest of a sentence that begins with the store's name."""
    if _code(error) == "NoSuchBucket":
        return "has no such bucket: check QUOTH_CONTENT_URL, AWS_ENDPOINT_URL and AWS_REGION."
    if isinstance(error, PermissionDeniedError | UnauthenticatedError) or _code(error) in _REFUSALS:
        return (
            "refuses: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and that this key may list the bucket and "
            "read, write and delete in it."
        )
    if isinstance(error, TimeoutError):
        return "did not answer in time: check AWS_ENDPOINT_URL and the network."
    return f"can't be reached or used ({_first_line(error)}): check AWS_ENDPOINT_URL, the AWS_ keys and the network."


def _code(error: Exception) -> str | None:
    found = _CODE.search(str(error))
    return found[1] if found else None


def _first_line(error: Exception) -> str:
    """Without the library's debugging output below it, and without the address, which may be long."""
    line = (str(error).splitlines() or [""])[0]
    return line.rpartition(" - ")[2].strip(" :.")[:200] or type(error).__name__
