"""Databases for tests, each with its schema and nothing in it: in memory, on SQLite, on PostgreSQL."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import make_url
from tests.support.postgres import throwaway_postgres

from adapters.database.engine import create_engine
from adapters.database.schema import upgrade
from adapters.database.unit_of_work import Database
from adapters.memory.unit_of_work import MemoryDatabase
from application.ports.unit_of_work import StartUnitOfWork

Result = TypeVar("Result")
_numbers = itertools.count()


def run_apart(work: Coroutine[Any, Any, Result]) -> Result:
    """Run it to its end in an event loop of its own, for fixtures that are shared by several loops."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def on_server(url: str, *statements: str) -> None:
    """Run statements that no transaction may hold, as administrator."""
    address = make_url(url)
    connection = await asyncpg.connect(
        host=address.host, port=address.port, user=address.username, database=address.database
    )
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def named(server: str, database: str) -> str:
    """The URL of one of a server's databases."""
    return make_url(server).set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with throwaway_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    run_apart(on_server(postgres_server, "CREATE DATABASE template_of_quoth"))
    run_apart(upgrade(named(postgres_server, "template_of_quoth")))
    return "template_of_quoth"


@pytest_asyncio.fixture
async def empty_postgres_url(postgres_server: str) -> AsyncIterator[str]:
    name = f"empty_{next(_numbers)}"
    await on_server(postgres_server, f"CREATE DATABASE {name}")
    yield named(postgres_server, name)
    await on_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture
async def postgres_url(postgres_server: str, postgres_template: str) -> AsyncIterator[str]:
    name = f"test_{next(_numbers)}"
    await on_server(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield named(postgres_server, name)
    await on_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "quoth.db"
    run_apart(upgrade(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    shutil.copyfile(sqlite_template, tmp_path / "quoth.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'quoth.db'}"


@pytest_asyncio.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    database = Database(create_engine(sqlite_url))
    yield database
    await database.close()


@pytest_asyncio.fixture
async def postgres_database(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(create_engine(postgres_url))
    yield database
    await database.close()


@pytest.fixture
def memory_database() -> MemoryDatabase:
    return MemoryDatabase()


@pytest.fixture
def memory_unit_of_work(memory_database: MemoryDatabase) -> StartUnitOfWork:
    return memory_database.start_unit_of_work


@pytest.fixture
def sqlite_unit_of_work(sqlite_database: Database) -> StartUnitOfWork:
    return sqlite_database.start_unit_of_work


@pytest.fixture
def postgres_unit_of_work(postgres_database: Database) -> StartUnitOfWork:
    return postgres_database.start_unit_of_work


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def start(request: pytest.FixtureRequest) -> StartUnitOfWork:
    """A unit of work over each adapter in turn."""
    unit_of_work: StartUnitOfWork = request.getfixturevalue(f"{request.param}_unit_of_work")
    return unit_of_work


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """Each real database in turn."""
    chosen: Database = request.getfixturevalue(f"{request.param}_database")
    return chosen


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """The URL of each real database in turn, without a schema."""
    url: str = request.getfixturevalue(f"empty_{request.param}_url")
    return url
