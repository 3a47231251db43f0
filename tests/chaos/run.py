"""Rounds of random work while random processes die by SIGKILL; all from one seed."""

from __future__ import annotations

import contextlib
import json
import random
import re
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.chaos.deeds import People
from tests.chaos.truths import pieces_of, verify
from tests.chaos.world import Document, World
from tests.support.fleet import Fleet, fleet_of_its_own
from tests.support.messages_api import MessagesApi, Reply
from tests.support.messages_replies import encoded, start, stop, text_block
from tests.support.server import QUOTH, Server, quoth

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

_DOCUMENTS = 8
_PIECE_SECONDS = 0.03
_REST_SECONDS = 30.0
_LONGEST_LIFE_SECONDS = 1.5


@dataclass(slots=True)
class Stage:
    """The processes that may die, and how the stores are looked into. `outlives`: see `truths.verify`."""

    mortals: list[Server]
    servers: list[Server]
    examine: Callable[[], str]
    outlives: bool


@contextlib.contextmanager
def embedded(settings: dict[str, str]) -> Generator[Stage]:
    """One process with everything in its folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(folder, settings, tuple(QUOTH)).start()

        def examine() -> str:
            server.kill()
            diagnosis = quoth(folder, "doctor", settings=settings)
            server.start()
            return "" if diagnosis.returncode == 0 else diagnosis.stdout

        try:
            yield Stage([server], [server], examine, outlives=False)
        finally:
            server.stop()


@contextlib.contextmanager
def shared(settings: dict[str, str]) -> Generator[Stage]:
    """Two servers and two workers over PostgreSQL, Valkey and a Qdrant server."""
    with fleet_of_its_own() as ships:
        ships.settings = {**ships.settings, **settings}
        servers = [ships.server(), ships.server()]
        workers = [ships.worker(), ships.worker()]
        yield Stage([*servers, *workers], servers, lambda: _examined(ships), outlives=True)


def chaos(*, rounds: int, seed: int, is_shared: bool, say: Callable[[str], None]) -> World:
    """Play them, and give what was found. It goes on after a fault, so that all of them are seen."""
    world, chance = World(), random.Random(seed)  # to be repeated, not to be secret
    with MessagesApi(default=Reply(make=_answer)) as model:
        settings = {"QUOTH_ANTHROPIC_BASE_URL": model.address, "QUOTH_MODEL": "stub"}
        with (shared if is_shared else embedded)(settings) as stage:
            for number in range(1, rounds + 1):
                asked = len(world.asked)
                _play(stage, world, chance)
                verify(world, stage.servers[0].address, since=asked, outlives=stage.outlives)
                if number % 10 == 0 or number == rounds:
                    if wrong := stage.examine():
                        world.fault(f"The doctor is not content: {wrong}")
                    world.count("doctor called")
                    say(f"{number} rounds: {len(world.faults)} faults; {_counts(world)}")
    return world


def summary(world: World) -> str:
    """In a line; what was looked for and not found is named with its zero."""
    found = f"{len(world.faults)} faults" if world.faults else "0 lost, 0 doubled, 0 ghosts, 0 half, doctor clean"
    return f"{len(world.asked)} questions, {world.done['uploads']} uploads: {found}"


def _play(stage: Stage, world: World, chance: random.Random) -> None:
    """One round: some deeds at once, and most of the times a death among them."""
    people = People(world, lambda: random.choice(stage.servers).address)  # whoever the balancer picks
    names = chance.sample(range(_DOCUMENTS), chance.randint(2, 5))
    deeds: list[Callable[[], None]] = []
    for number in names:
        name = f"document-{number}.md"
        document = world.documents.setdefault(name, Document(name))
        seed = chance.getrandbits(60)
        is_removal = bool(document.source_id) and chance.random() < 0.3
        deeds.append(partial(people.remove, document) if is_removal else partial(people.put, document, seed))
    deeds += [partial(people.ask, chance.getrandbits(60)) for _ in range(chance.randint(1, 4))]
    deeds += [partial(people.look, chance.getrandbits(60)) for _ in range(2)]
    chance.shuffle(deeds)
    with ThreadPoolExecutor(len(deeds)) as threads:
        under_way = [threads.submit(deed) for deed in deeds]
        if chance.random() < 0.8:
            mortal = chance.choice(stage.mortals)
            time.sleep(chance.uniform(0, _LONGEST_LIFE_SECONDS))
            mortal.kill()
            world.count("processes killed")
            mortal.start()
        for each in under_way:
            if (error := each.exception()) is not None:
                world.fault(f"A deed failed: {error!r}")
    world.count("rounds")


def _answer(body: Any) -> Iterable[bytes | float]:
    """The model's answer to a question depends on nothing else, so that it is known what an answer must be."""
    found = re.findall(r"Question [0-9a-f-]{36}\?", json.dumps(body["messages"][-1]))
    first, *deltas, last = text_block(0, pieces_of(found[-1] if found else ""))
    yield from (encoded(event) for event in (*start(), first))
    for delta in deltas:
        yield _PIECE_SECONDS
        yield encoded(delta)
    yield from (encoded(event) for event in (last, *stop()))


def _examined(ships: Fleet) -> str:
    """What a killed process was at is finished as soon as another misses it: it has a while for that."""
    end = time.monotonic() + _REST_SECONDS
    while (wrong := ships.examined()) and time.monotonic() < end:
        time.sleep(1)
    return wrong


def _counts(world: World) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(world.done.items()))
