"""Reading in processes of their own: what goes wrong there stays there."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable

import psutil
import pytest
from tests.adapters.documents.pdf_samples import pdf
from tests.adapters.documents.zip_samples import docx

from adapters.documents.limits import ReadingLimits
from adapters.documents.reader import IsolatedDocumentReader
from domain.errors import TooLarge, UnreadableDocument

PDF = pdf([(72, 700, "Hello")])
# Many small list items take the Markdown parser a while, and a document tree takes much memory.
SLOW = b"* a\n" * 400_000
LARGE = docx("<w:p/>" * 3_000_000)

Make = Callable[[ReadingLimits], IsolatedDocumentReader]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    made: list[IsolatedDocumentReader] = []

    def made_with(limits: ReadingLimits) -> IsolatedDocumentReader:
        made.append(IsolatedDocumentReader(limits, processes=1))
        return made[-1]

    yield made_with
    for reader in made:
        await reader.close()


def children() -> set[int]:
    """The reading processes of this test."""
    return {child.pid for child in psutil.Process().children() if "adapters.documents.worker" in child.cmdline()}


async def read(reader: IsolatedDocumentReader, content: bytes, name: str = "file") -> str:
    return (await reader.read(content, name=name, media_type=None)).text


async def test_one_process_reads_one_document_after_the_other(make: Make) -> None:
    reader = make(ReadingLimits())

    assert await read(reader, PDF) == "Hello"
    first = children()
    with pytest.raises(UnreadableDocument, match="damaged"):
        await read(reader, PDF[:100])
    assert await read(reader, PDF) == "Hello"

    assert len(first) == 1
    assert children() == first


async def test_short_text_needs_no_process(make: Make) -> None:
    assert await read(make(ReadingLimits()), "# Größe\n".encode(), "x.md") == "# Größe\n"
    assert children() == set()


async def test_a_service_that_holds_much_memory_leaves_its_readers_their_own_measure(make: Make) -> None:
    ballast = bytearray(500 * 1024 * 1024)  # more than a worn process may have held, and kept in hand below
    reader = make(ReadingLimits())

    assert await read(reader, PDF) == "Hello"
    first = children()
    assert await read(reader, PDF) == "Hello"

    assert children() == first != set()
    assert len(ballast) > 0


async def test_text_in_other_encodings_and_long_text_is_read_apart(make: Make) -> None:
    reader = make(ReadingLimits())

    assert await read(reader, "Straße nach München".encode("cp1252")) == "Straße nach München"
    assert await read(reader, b"line\n" * 40_000) == "line\n" * 40_000
    assert len(children()) == 1


async def test_what_takes_too_long_is_given_up_and_the_next_is_read(make: Make) -> None:
    reader = make(ReadingLimits(seconds=2))

    with pytest.raises(UnreadableDocument, match="longer than 2 seconds"):
        await read(reader, SLOW, "x.md")

    assert await read(reader, PDF) == "Hello"


async def test_what_takes_too_much_memory_is_given_up_and_the_next_is_read(make: Make) -> None:
    reader = make(ReadingLimits(memory_bytes=256 * 1024 * 1024))

    with pytest.raises(UnreadableDocument, match="memory"):
        await read(reader, LARGE)

    assert await read(reader, PDF) == "Hello"


async def test_a_process_that_is_killed_costs_one_document(make: Make) -> None:
    reader = make(ReadingLimits())
    await read(reader, PDF)
    reading = asyncio.create_task(read(reader, SLOW, "x.md"))
    await asyncio.sleep(0.3)

    for process in children():
        os.kill(process, signal.SIGSEGV)

    with pytest.raises(UnreadableDocument, match="broke the program"):
        await reading
    assert await read(reader, PDF) == "Hello"


async def test_a_process_that_died_while_idle_is_replaced(make: Make) -> None:
    reader = make(ReadingLimits())
    await read(reader, PDF)

    for process in children():
        os.kill(process, signal.SIGKILL)
    await asyncio.sleep(0.2)

    assert await read(reader, PDF) == "Hello"


async def test_others_are_served_while_a_document_is_read(make: Make) -> None:
    reading = asyncio.create_task(read(make(ReadingLimits(seconds=3)), SLOW, "x.md"))
    turns = 0

    while not reading.done():
        await asyncio.sleep(0.01)
        turns += 1

    assert turns > 20
    with pytest.raises(UnreadableDocument):
        await reading


async def test_a_caller_that_goes_away_ends_the_reading(make: Make) -> None:
    reader = make(ReadingLimits())
    await read(reader, PDF)
    reading = asyncio.create_task(read(reader, SLOW, "x.md"))
    await asyncio.sleep(0.2)

    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert children() == set()


async def test_closing_cancels_what_is_read_and_leaves_no_process() -> None:
    reader = IsolatedDocumentReader(processes=1)
    reading = asyncio.create_task(read(reader, SLOW, "x.md"))
    waiting = asyncio.create_task(read(reader, PDF))
    await asyncio.sleep(0.2)

    await reader.close()

    for task in (reading, waiting):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert children() == set()


async def test_more_documents_than_processes_wait_for_their_turn() -> None:
    reader = IsolatedDocumentReader(processes=2)

    texts = await asyncio.gather(*(read(reader, pdf([(72, 700, f"No. {number}")])) for number in range(8)))

    assert texts == [f"No. {number}" for number in range(8)]
    assert len(children()) == 2
    await reader.close()


async def test_bounds_reach_the_process(make: Make) -> None:
    with pytest.raises(TooLarge, match="10 characters"):
        await read(make(ReadingLimits(characters=10)), pdf([(72, 700, "More than ten characters")]))


async def test_a_process_knows_no_secret_of_the_service(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    await read(make(ReadingLimits()), PDF)

    (process,) = children()

    assert "sk-secret" not in psutil.Process(process).environ().values()


SERVICE = """
import asyncio, sys
from adapters.documents.reader import IsolatedDocumentReader

async def main():
    reader = IsolatedDocumentReader(processes=1)
    content = sys.stdin.buffer.read()
    reading = asyncio.create_task(reader.read(content, name="x.md", media_type=None))
    while not reader._working:
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    process = next(iter(reader._working))
    print(process.pid, flush=True)
    await reading

asyncio.run(main())
"""


def test_a_service_that_is_killed_leaves_no_process() -> None:
    service = subprocess.Popen([sys.executable, "-c", SERVICE], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert service.stdin is not None
    assert service.stdout is not None
    service.stdin.write(SLOW)
    service.stdin.close()
    process = psutil.Process(int(service.stdout.readline()))

    service.kill()
    service.wait()
    service.stdout.close()

    psutil.wait_procs([process], timeout=20)
    assert not process.is_running()
