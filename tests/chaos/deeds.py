"""What people do in a round: each deed tries again as a client does, until it has been answered."""

from __future__ import annotations

import random
import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
from tests.chaos.world import Asked, Document, World
from tests.support.server import events_in

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE_SECONDS = 90.0
_LAST = frozenset({"done", "error"})


class People:
    """Clients of whichever server `address` names now. Everything random comes from the seed."""

    def __init__(self, world: World, address: Callable[[], str]) -> None:
        self._world = world
        self._address = address

    def ask(self, seed: int) -> None:
        """Ask with a key and follow the answer, while the connection is cut and taken up again; sometimes stop it."""
        chance = random.Random(seed)  # to be repeated, not to be secret
        text = f"Question {uuid.UUID(int=chance.getrandbits(128))}?"
        asked = self._begin(text, chance)
        with self._world.lock:
            self._world.asked.append(asked)
        if chance.random() < 0.25:
            asked.is_stopped = self._stop(asked)
        self._follow_to_the_end(asked, chance)
        self._world.count("questions")

    def put(self, document: Document, seed: int) -> None:
        """Upload it, or something else under its name."""
        chance = random.Random(seed)  # as above
        token = f"t{chance.getrandbits(60):x}"
        text = f"# {document.name}\n\n" + "\n\n".join(
            f"Paragraph {number} of {token} says that the claim was paid in gold."
            for number in range(chance.randint(1, 6))
        )
        document.maybe.append(text)
        for client in self._tries():
            with suppress(httpx.HTTPError), client:
                answer = client.post("/sources", files={"file": (document.name, text.encode())})
                if answer.status_code == 202:
                    document.source_id = answer.json()[0]["id"]
                    document.kept, document.maybe = text, []
                    self._world.count("uploads")
                    return
                self._check(answer, 409, 429, 503)

    def remove(self, document: Document) -> None:
        """Delete it; that it is gone already is as good."""
        if not document.source_id:
            return
        document.maybe.append(None)
        for client in self._tries():
            with suppress(httpx.HTTPError), client:
                answer = client.delete(f"/sources/{document.source_id}")
                if answer.status_code in (204, 404):
                    document.kept, document.maybe = None, []
                    self._world.count("deletions")
                    return
                self._check(answer, 429, 503)

    def look(self, seed: int) -> None:
        """What a tab that is loaded anew asks for."""
        chance = random.Random(seed)  # as above
        with suppress(httpx.HTTPError), httpx.Client(base_url=f"{self._address()}/api/v1", timeout=30) as client:
            for path in ("/conversations", "/sources"):
                answer = client.get(path)
                self._check(answer, 200, 429, 503)
                if path == "/conversations" and answer.status_code == 200 and answer.json():
                    self._check(client.get(f"/conversations/{chance.choice(answer.json())['id']}"), 200, 404, 429, 503)
            self._world.count("tabs loaded")

    def _begin(self, text: str, chance: random.Random) -> Asked:
        """Sent again with the same key until something comes: it must be kept once."""
        key = {"Idempotency-Key": str(uuid.UUID(int=chance.getrandbits(128)))}
        for client in self._tries():
            with (
                suppress(httpx.HTTPError),
                client,
                client.stream("POST", "/chat/stream", json={"message": text, "use_rag": False}, headers=key) as stream,
            ):
                if stream.status_code != 200:
                    stream.read()
                    self._check(stream, 409, 429, 503)
                    continue
                lines: list[str] = []
                for line in stream.iter_lines():
                    lines.append(line)
                    if line.startswith("data: "):
                        break
                if found := events_in("\n".join(lines)):
                    return Asked(text, found[0]["conversation_id"], found[0]["run_id"])
        raise AssertionError

    def _stop(self, asked: Asked) -> bool:
        for client in self._tries():
            with suppress(httpx.HTTPError), client:
                answer = client.delete(f"/chat/runs/{asked.run_id}")
                if answer.status_code == 204:
                    self._world.count("stops")
                    return True
                self._check(answer, 429, 503)
        return False

    def _follow_to_the_end(self, asked: Asked, chance: random.Random) -> None:
        """From the last event seen; after a few events the line is cut."""
        for client in self._tries():
            after, left = max(asked.shown, default=0), chance.choice((2, 5, 1_000))
            with (
                suppress(httpx.HTTPError),
                client,
                client.stream("GET", f"/chat/runs/{asked.run_id}", headers={"Last-Event-ID": str(after)}) as stream,
            ):
                if stream.status_code == 404:
                    return  # its process died, and its events with it; the answer is what is stored
                if stream.status_code != 200:
                    stream.read()
                    self._check(stream, 429, 503)
                    continue
                for number, name, raw in _events(stream):
                    asked.shown[number] = raw
                    left -= 1
                    if name in _LAST:
                        asked.is_ended = True
                        return
                    if not left:
                        self._world.count("lines cut")
                        break

    def _tries(self) -> Any:
        """A client a try, with pauses, until time is up."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            yield httpx.Client(base_url=f"{self._address()}/api/v1", timeout=30)
            time.sleep(0.1)
        self._world.fault("A client was never answered.")
        raise TimeoutError

    def _check(self, answer: httpx.Response, *allowed: int) -> None:
        if answer.status_code not in allowed:
            self._world.fault(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")


def _events(stream: httpx.Response) -> Any:
    """Id, name and raw text of each whole event."""
    block: list[str] = []
    for line in stream.iter_lines():
        if line:
            block.append(line)
            continue
        fields = {name: value for name, _, value in (each.partition(": ") for each in block)}
        if "id" in fields:
            yield int(fields["id"]), fields["event"], "\n".join(block)
        block = []
