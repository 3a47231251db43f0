"""What must be true of the service when it has come to rest."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from tests.chaos.world import Asked, Document, World

_PATIENCE_SECONDS = 90.0


def verify(world: World, address: str, *, since: int, outlives: bool) -> None:
    """Note every untruth. Questions before number `since` have been looked at in full; of them it is only counted that
    they are still there, once. `outlives`: events outlive the process that wrote them, so that every stream can be
    followed to its end."""
    with httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client:
        _settle(world, client)
        for document in world.documents.values():
            _verify_document(world, client, document)
        _verify_no_ghosts(world, client)
        for asked in world.asked[since:]:
            if outlives and not asked.is_ended:
                world.fault(f"A stream could not be followed to its end: {asked.text}")
            _verify_question(world, client, asked)
        _verify_nothing_doubled(world, client)


def _settle(world: World, client: httpx.Client) -> None:
    """Wait until everything is read."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while any(source["status"] == "indexing" for source in _all(client, "/sources")):
        if time.monotonic() > end:
            world.fault("Some sources are never read.")
            return
        time.sleep(0.1)


def _verify_document(world: World, client: httpx.Client, document: Document) -> None:
    if not document.source_id:
        return
    source = client.get(f"/sources/{document.source_id}")
    content = client.get(f"/sources/{document.source_id}/content")
    present = content.text if content.status_code == 200 else None
    if present not in document.possible:
        world.fault(f"{document.name} holds what nobody sent last: {present!r}, not {document.possible!r}")
    document.kept, document.maybe = present, []
    if present is None:
        if source.status_code != 404:
            world.fault(f"{document.name} was deleted, and is half there: {source.text}")
        return
    if source.json()["status"] != "ready":
        world.fault(f"{document.name} is not ready: {source.text}")
    _verify_passages(world, client, document, present)


def _verify_passages(world: World, client: httpx.Client, document: Document, content: str) -> None:
    token = _token(content)
    extracted = client.get(f"/sources/{document.source_id}/text").text
    found = [hit for hit in _search(client, token, limit=50) if hit["source_id"] == document.source_id]
    if not found or token not in extracted:
        world.fault(f"{document.name} can't be found by what it says now.")
    for hit in found:
        if extracted[hit["start"] : hit["end"]] != hit["text"]:
            world.fault(f"{document.name}: a passage is not where it says: {hit}")


def _verify_no_ghosts(world: World, client: httpx.Client) -> None:
    """No passage is found of what is gone, and none of what nobody sent."""
    texts = {document.kept for document in world.documents.values() if document.kept is not None}
    tokens = {_token(text) for text in texts}
    for hit in _search(client, "the claim was paid in gold", limit=50):
        strange = set(re.findall(r"\bt[0-9a-f]{8,15}\b", hit["text"])) - tokens
        if strange:
            world.fault(f"A ghost: {hit}")
    listed = {source["id"] for source in _all(client, "/sources")}
    expected = {document.source_id for document in world.documents.values() if document.kept is not None}
    if listed != expected:
        world.fault(f"The list holds {listed - expected} too many and {expected - listed} too few.")


def _verify_question(world: World, client: httpx.Client, asked: Asked) -> None:
    """It is there with its answer, which is what was shown; and its stream, where it is still kept, is the same to the
    byte for who reads it in one piece."""
    messages = _messages_at_rest(world, client, asked)
    if [message["content"] for message in messages if message["role"] == "user"] != [asked.text]:
        world.fault(f"A question is lost or doubled: {asked.text}: {messages}")
    elif len(messages) != 2:
        world.fault(f"A question has {len(messages) - 1} answers: {asked.text}")
    else:
        _verify_answer(world, asked, messages[1])
        _verify_stream(world, client, asked)


def _messages_at_rest(world: World, client: httpx.Client, asked: Asked) -> list[dict[str, Any]]:
    end = time.monotonic() + _PATIENCE_SECONDS
    while (answer := client.get(f"/conversations/{asked.conversation_id}")).status_code == 200:
        if answer.json()["active_run"] is None:
            messages: list[dict[str, Any]] = answer.json()["messages"]
            return messages
        if time.monotonic() > end:
            world.fault(f"An answer never ends: {asked.text}")
            break
        time.sleep(0.2)
    return []


def _verify_answer(world: World, asked: Asked, stored: dict[str, Any]) -> None:
    status, content = stored["metadata"]["status"], stored["content"]
    world.count(f"answers {status}")
    shown = "".join(json.loads(_data(raw)).get("text", "") for _, raw in sorted(asked.shown.items()) if "delta" in raw)
    complete = reply_to(asked.text)
    if not complete.startswith(content) or (status == "complete" and content != complete):
        world.fault(f"An answer said to be {status} is not what the model said: {content!r}")
    if not complete.startswith(shown.rstrip()):
        world.fault(f"What was shown is not what the model said: {shown!r}")
    if asked.is_ended and sorted(asked.shown) != list(range(1, len(asked.shown) + 1)):
        world.fault(f"A followed stream has gaps: {sorted(asked.shown)}")


def _verify_stream(world: World, client: httpx.Client, asked: Asked) -> None:
    whole = client.get(f"/chat/runs/{asked.run_id}", headers={"Last-Event-ID": "0"})
    if whole.status_code != 200 or not asked.is_ended:
        world.count("streams whose process died")
        return
    uncut = [block for block in whole.text.split("\n\n") if block.startswith("id: ") or "\nid: " in block]
    taken_up = [raw for _, raw in sorted(asked.shown.items())]
    if len(uncut) < len(taken_up):
        world.count("streams told in short afterwards")  # by a process that came later
        return
    if uncut != taken_up:
        world.fault(f"A stream that was cut is another: {taken_up} instead of {uncut}")
    world.count("streams equal to the byte")


def _verify_nothing_doubled(world: World, client: httpx.Client) -> None:
    listed = [conversation["id"] for conversation in _all(client, "/conversations")]
    expected = {asked.conversation_id for asked in world.asked}
    if len(listed) != len(set(listed)) or set(listed) != expected:
        world.fault(f"{len(listed)} conversations are listed, and {len(expected)} were begun.")


def reply_to(question: str) -> str:
    """What the model says to it."""
    return "".join(pieces_of(question)).rstrip()


def pieces_of(question: str) -> list[str]:
    """The same as it comes."""
    return [f"You asked: {question} ", *(f"Part {number} of the answer, at some length. " for number in range(20))]


def _all(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    url: str | None = f"{path}?limit=100"
    while url is not None:
        answer = client.get(url)
        found += answer.json()
        following = answer.links.get("next")
        url = following["url"].removeprefix("/api/v1") if following else None
    return found


def _search(client: httpx.Client, query: str, *, limit: int) -> list[dict[str, Any]]:
    answer = client.post("/search", json={"query": query, "limit": limit})
    hits: list[dict[str, Any]] = answer.json()
    return hits


def _token(text: str) -> str:
    found = re.search(r"\bt[0-9a-f]{8,15}\b", text)
    return found[0] if found else ""


def _data(raw: str) -> str:
    return next(line.removeprefix("data: ") for line in raw.splitlines() if line.startswith("data: "))
