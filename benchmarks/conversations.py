"""How listing, searching and reading hold up as conversations grow in number: `python benchmarks/conversations.py`.

Each figure is the median over several runs at 100 conversations and at the full number (10,000, or what is given), and
the ratio between the two: times depend on the machine, the ratios hardly do. With no URL, a SQLite file that is thrown
away. With the URL of an EMPTY PostgreSQL database, that one; it is left filled. Its autovacuum must be on, as it is unless
somebody turned it off: without its statistics PostgreSQL plans for tables that are still empty.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.database.engine import create_engine
from adapters.database.schema import upgrade
from adapters.database.unit_of_work import Database
from adapters.system.clock import SystemClock
from application.ports.conversations import ConversationCursor, ConversationQuery
from domain.conversation import Conversation, Message, Role
from domain.identity import ConversationId, MessageId, UserId

OWNER = UserId("local")
SMALL = 100
MESSAGES = 6
WORDS = [
    f"{start}{middle}{end}"
    for start in ("bar", "tel", "mon", "sur", "ver", "kal", "pol", "rig", "dan", "fos")
    for middle in ("a", "e", "i", "o", "u", "an", "er", "il", "on", "us")
    for end in ("d", "k", "l", "m", "n", "r", "s", "t", "x", "z", "ment", "tion", "ling", "ner", "tor")
]
RARE = "quintessential"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Task:
    """Something people do."""

    name: str
    run: Callable[[Database], Awaitable[None]]


async def fill(database: Database, numbers: range) -> None:
    """Conversations of a question and an answer each time, about nothing; one in fifty has a rare word in it."""
    clock, chance = SystemClock(), random.Random(numbers.start)
    for first in range(numbers.start, numbers.stop, 50):
        async with database.start_unit_of_work(write=True) as unit_of_work:
            for number in range(first, min(first + 50, numbers.stop)):
                conversation, messages = a_conversation(number, clock, chance)
                await unit_of_work.conversations.add(conversation)
                for message in messages:
                    await unit_of_work.messages.add(message, owner=OWNER)
            await unit_of_work.commit()


def a_conversation(number: int, clock: SystemClock, chance: random.Random) -> tuple[Conversation, list[Message]]:
    """The conversation of this number, with its messages."""
    at = BEGINNING + timedelta(minutes=number)
    conversation_id, messages = ConversationId(clock.new_id()), list[Message]()
    for place in range(MESSAGES):
        words = chance.choices(WORDS, k=15 if place % 2 == 0 else 120)
        if place == 1 and number % 50 == 0:
            words.append(RARE)
        messages.append(
            Message(
                id=MessageId(clock.new_id()),
                conversation_id=conversation_id,
                parent_id=messages[-1].id if messages else None,
                role=Role.USER if place % 2 == 0 else Role.ASSISTANT,
                content=" ".join(words),
                created_at=at + timedelta(seconds=place),
            )
        )
    conversation = Conversation(
        id=conversation_id,
        owner=OWNER,
        title=" ".join(chance.choices(WORDS, k=5)).capitalize(),
        created_at=at,
        updated_at=at,
        space=("default", "work", "home")[number % 3],
        tags=("one", "two") if number % 10 == 0 else (),
        active_message_id=messages[-1].id,
    )
    return conversation, messages


def tasks(size: int) -> list[Task]:
    """What is measured."""
    middle = ConversationCursor(BEGINNING + timedelta(minutes=size // 2), ConversationId(SystemClock().new_id()))
    return [
        Task("list: first page of 50", listing(ConversationQuery())),
        Task("list: page by cursor, in the middle", listing(ConversationQuery(after=middle))),
        Task("list: page by offset, in the middle", listing(ConversationQuery(offset=size // 2))),
        Task("list: of a space", listing(ConversationQuery(space="work"))),
        Task("list: with a tag", listing(ConversationQuery(tag="one"))),
        Task("search: a rare word", listing(ConversationQuery(search=RARE))),
        Task("search: a common word", listing(ConversationQuery(search=f"{WORDS[0]} "))),
        Task("search: two words, the last begun", listing(ConversationQuery(search=f"{RARE} {WORDS[7][:5]}"))),
        Task("search: one letter", listing(ConversationQuery(search="b"))),
        Task("read: a conversation", read_newest),
        Task("write: a message", write_newest),
    ]


def listing(query: ConversationQuery) -> Callable[[Database], Awaitable[None]]:
    """A look at the list."""

    async def run(database: Database) -> None:
        async with database.start_unit_of_work() as unit_of_work:
            await unit_of_work.conversations.list(query, owner=OWNER)

    return run


async def read_newest(database: Database) -> None:
    """The conversation at the top, with its messages."""
    async with database.start_unit_of_work() as unit_of_work:
        page = await unit_of_work.conversations.list(ConversationQuery(limit=1), owner=OWNER)
        newest = page.items[0].conversation
        assert newest.active_message_id is not None
        await unit_of_work.messages.branch(newest.active_message_id, conversation_id=newest.id, owner=OWNER)


async def write_newest(database: Database) -> None:
    """A message more in the conversation at the top, which is left out again."""
    clock = SystemClock()
    async with database.start_unit_of_work(write=True) as unit_of_work:
        page = await unit_of_work.conversations.list(ConversationQuery(limit=1), owner=OWNER)
        newest = page.items[0].conversation
        message = Message(
            id=MessageId(clock.new_id()),
            conversation_id=newest.id,
            parent_id=newest.active_message_id,
            role=Role.USER,
            content=" ".join(WORDS[:100]),
            created_at=clock.now(),
        )
        await unit_of_work.messages.add(message, owner=OWNER)


async def measured(database: Database, size: int, repeats: int) -> dict[str, float]:
    """The median of each task in milliseconds; the first run of each does not count."""
    medians: dict[str, float] = {}
    for task in tasks(size):
        times: list[float] = []
        for _ in range(repeats + 1):
            begun = time.perf_counter()
            await task.run(database)
            times.append((time.perf_counter() - begun) * 1000)
        medians[task.name] = statistics.median(times[1:])
    return medians


async def main(url: str, size: int, repeats: int) -> None:
    """Fill a little, measure, fill up, measure again."""
    await upgrade(url)
    database = Database(create_engine(url))
    await fill(database, range(SMALL))
    few = await measured(database, SMALL, repeats)
    begun = time.perf_counter()
    await fill(database, range(SMALL, size))
    seconds = time.perf_counter() - begun
    many = await measured(database, size, repeats)
    await database.close()
    print(f"{database.engine.dialect.name}; {(size - SMALL) * (MESSAGES + 1) / seconds:,.0f} rows written a second")
    print(f"{'median of ' + str(repeats):38} {SMALL:>9,} {size:>9,}    ratio")
    for name, milliseconds in many.items():
        print(f"{name:38} {few[name]:6.1f} ms {milliseconds:6.1f} ms {milliseconds / few[name]:7.1f}x")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER@HOST/NAME")
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = f"sqlite+aiosqlite:///{Path(folder) / 'benchmark.db'}"
        asyncio.run(main(given.url or file, given.conversations, given.repeats))
