"""Several processes on one database: they neither lose what was acknowledged nor step on each other's toes."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from adapters.database.engine import create_engine
from adapters.database.schema import verify
from adapters.database.unit_of_work import Database
from application.ports.conversations import ConversationQuery
from domain.identity import LOCAL_USER

_SOURCES = Path(__file__).parents[3] / "src"
_UPGRADE = """
import asyncio, sys
from adapters.database.schema import upgrade
sys.stdin.readline()
asyncio.run(upgrade(sys.argv[1]))
"""
_WRITE = """
import asyncio, sys
from datetime import UTC, datetime
from uuid import uuid4
from adapters.database.engine import create_engine
from adapters.database.unit_of_work import Database
from domain.conversation import Conversation

async def write(url, count):
    database = Database(create_engine(url))
    sys.stdin.readline()

    async def add(number):
        now = datetime.now(UTC)
        conversation = Conversation(id=uuid4(), owner="local", title=f"Number {number}", created_at=now, updated_at=now)
        async with database.start_unit_of_work(write=True) as unit_of_work:
            await unit_of_work.conversations.add(conversation)
            await unit_of_work.commit()
        print(conversation.id, flush=True)

    await asyncio.gather(*(add(number) for number in range(count)))
    await database.close()

asyncio.run(write(sys.argv[1], int(sys.argv[2])))
"""


async def test_two_processes_that_migrate_at_once_both_succeed(empty_url: str) -> None:
    processes = [await python(_UPGRADE, empty_url) for _ in range(2)]

    ends = await asyncio.gather(*(process.communicate(b"\n") for process in processes))

    assert [process.returncode for process in processes] == [0, 0], ends
    engine = create_engine(empty_url)
    assert await verify(engine)
    await engine.dispose()


async def test_the_writers_of_two_processes_all_get_their_turn(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    processes = [await python(_WRITE, url, "20") for _ in range(2)]

    ends = await asyncio.gather(*(process.communicate(b"\n") for process in processes))

    assert [process.returncode for process in processes] == [0, 0], ends
    assert await kept_in(url) == {line for out, _ in ends for line in out.decode().split()}


async def test_what_was_acknowledged_outlives_the_process(sqlite_url: str) -> None:
    process = await python(_WRITE, sqlite_url, "500")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"\n")
    acknowledged = {(await process.stdout.readline()).decode().strip() for _ in range(5)}

    process.send_signal(signal.SIGKILL)
    rest, _ = await process.communicate()
    acknowledged |= set(rest.decode().rpartition("\n")[0].split())

    assert process.returncode == -signal.SIGKILL
    assert acknowledged <= await kept_in(sqlite_url)


async def python(program: str, *arguments: str) -> Process:
    """Another Python at work; it waits for a line before it begins."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env={"PYTHONPATH": str(_SOURCES), "PATH": "/usr/bin:/bin"},
    )


async def kept_in(url: str) -> set[str]:
    """The ids of all conversations."""
    database = Database(create_engine(url))
    ids = set[str]()
    query = ConversationQuery(limit=200)
    async with database.start_unit_of_work() as unit_of_work:
        while True:
            page = await unit_of_work.conversations.list(query, owner=LOCAL_USER)
            ids |= {str(summary.conversation.id) for summary in page.items}
            if page.next is None:
                break
            query = ConversationQuery(limit=200, after=page.next)
    await database.close()
    return ids
