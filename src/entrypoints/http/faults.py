"""All faults of a request body at once: msgspec stops at the first, people would rather know them all."""

from __future__ import annotations

import re
import types
from typing import TYPE_CHECKING, Annotated, Any, Union, cast, get_args, get_origin

import msgspec

from entrypoints.http.schemas import FieldError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATH = re.compile(r"^(?P<detail>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)


def faults_of(value: object, kind: Any, pointer: str = "") -> Iterator[FieldError]:
    """Every way in which a decoded JSON value is not of this type, with JSON pointers (RFC 6901)."""
    kind = _member_for(value, kind)
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, dict)):
        yield from _first_fault(value, kind, pointer)
        return
    given = cast("dict[str, object]", value)
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in given.keys() - fields.keys():
        yield FieldError(detail=f"There is no field {name!r}.", pointer=f"{pointer}/{_escaped(name)}")
    for name, field in fields.items():
        if name in given:
            yield from faults_of(given[name], field.type, f"{pointer}/{name}")
        elif field.required:
            yield FieldError(detail="This field is required.", pointer=f"{pointer}/{name}")


def _member_for(value: object, kind: Any) -> Any:
    """The struct among the members of a union where the value is an object, the list where it is an array; else the
    type itself."""
    if get_origin(kind) not in {Union, types.UnionType}:
        return kind
    members: tuple[Any, ...] = get_args(kind)
    return next((member for member in members if _may_hold(member, value)), kind)


def _may_hold(member: Any, value: object) -> bool:
    if isinstance(value, dict):
        return isinstance(member, type) and issubclass(member, msgspec.Struct)
    return isinstance(value, list) and get_origin(_bare(member)) is list


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _first_fault(value: object, kind: Any, pointer: str) -> Iterator[FieldError]:
    member = _bare(kind)
    if isinstance(value, list) and get_origin(member) is list:
        items = cast("list[object]", value)
        found = [
            fault
            for position, item in enumerate(items)
            for fault in faults_of(item, get_args(member)[0], f"{pointer}/{position}")
        ]
        if found:
            yield from found
            return
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        match = _PATH.match(str(error))
        detail = match["detail"] if match else str(error)
        yield FieldError(detail=f"{detail}.", pointer=pointer)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
