"""The archive's format at its edges."""

from __future__ import annotations

import io
import tarfile

import pytest

from adapters.backup.errors import BackupFailed
from adapters.backup.tape import TapeWriter, members

NAME = f"content/00000000-0000-4000-8000-000000000000/{'a' * 64}.bin"


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 10_240, 1024 * 1024 + 1])
def test_files_of_every_size_come_back(size: int) -> None:
    file = io.BytesIO()
    tape = TapeWriter(file)

    tape.add(NAME, size, iter([b"x" * size]))
    tape.add("quoth.sqlite3", 3, iter([b"a", b"bc"]))
    tape.close()
    file.seek(0)

    assert [(name, length, b"".join(pieces)) for name, length, pieces in members(file)] == [
        (NAME, size, b"x" * size),
        ("quoth.sqlite3", 3, b"abc"),
    ]
    assert len(file.getvalue()) % 10_240 == 0


@pytest.mark.parametrize("size", [8**11 - 1, 8**11, 20 * 1024**3])
def test_a_size_beyond_the_formats_digits_is_kept_too(size: int) -> None:
    file = io.BytesIO()

    with pytest.raises(BackupFailed, match="0 bytes instead"):
        TapeWriter(file).add(NAME, size, iter([]))

    assert tarfile.TarInfo.frombuf(file.getvalue(), "utf-8", "strict").size == size


def test_more_after_the_end_is_refused() -> None:
    with pytest.raises(BackupFailed, match="after its end"):
        list(members(io.BytesIO(bytes(1024) + b"x")))
