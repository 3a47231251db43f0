from collections.abc import Iterator
from types import TracebackType
from typing import Self

class MultipartError(ValueError): ...

class MultipartSegment:
    headerlist: list[tuple[str, str]]
    name: str | None
    filename: str | None
    content_type: str | None
    def header(self, name: str, default: str) -> str: ...

class PushMultipartParser:
    def __init__(self, boundary: str | bytes, *, max_segment_count: int = ...) -> None: ...
    def parse(self, chunk: bytes) -> Iterator[MultipartSegment | bytearray | None]: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
