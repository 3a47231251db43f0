"""What `quoth doctor` looks at, one subject after another, and what it puts right when asked to."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import tempfile
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from adapters.database.upkeep import DAMAGED
from domain.errors import DomainError, IndexDamaged, StartRefused
from entrypoints.server_note import running_server
from entrypoints.wiring import use_cases
from entrypoints.wiring.production import production
from entrypoints.wiring.stores import migrate_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

    from application.sources.examine_sources import Fault
    from entrypoints.probes import Probe
    from entrypoints.settings import Settings
    from entrypoints.use_cases import UseCases
    from entrypoints.wiring.production import Service

_PATIENCE_SECONDS = 10.0
_POLL_SECONDS = 0.2
_NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one subject; where something is wrong, the detail says what to do."""

    subject: str
    ok: bool
    detail: str


async def diagnose(settings: Settings, *, repair: bool = False) -> AsyncIterator[Finding]:
    """Everything that can be looked at; the later subjects need the earlier ones. With `repair` what is wrong is put
    right first, as far as that can be done, and the findings are of what is left."""
    folder = _data_folder(settings.data_dir)
    yield folder
    if not folder.ok:
        return
    if settings.is_alone and (address := running_server(settings.data_dir)) is not None:
        async for finding in _of_running_server(address, repair=repair):
            yield finding
        return
    try:
        async for finding in _of_stores(settings, repair=repair):
            yield finding
    except StartRefused as refusal:
        yield Finding("start", ok=False, detail=refusal.detail)
    except DomainError as error:
        yield Finding("start", ok=False, detail=f"{error.detail} Check the address and that it is up.")


async def _of_stores(settings: Settings, *, repair: bool) -> AsyncIterator[Finding]:
    if repair:
        await migrate_database(settings)
        if (aside := await _put_damaged_index_aside(settings)) is not None:
            yield aside
    async with production(settings, for_repair=repair) as service:
        async for finding in _of_service(service, repair=repair):
            yield finding


async def _put_damaged_index_aside(settings: Settings) -> Finding | None:
    """So that it is made anew; nothing is thrown away."""
    try:
        async with production(settings, for_repair=True):
            return None
    except IndexDamaged:
        index = settings.data_dir / "index"
        aside = index.with_name(f"index-damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        await asyncio.to_thread(index.rename, aside)
        return Finding("index", ok=True, detail=f"It was damaged and is in {aside} now; a new one is made.")


async def _of_service(service: Service, *, repair: bool) -> AsyncIterator[Finding]:
    cases = use_cases(service.adapters)
    for name, probe in service.probes.items():
        yield await _component(name, probe)
    if repair:
        await _repair(service, cases)
    yield _of_database(await service.upkeep.examine())
    yield await _of_answers(service, cases)
    yield await _of_model(service)
    yield _of_faults(await cases.examine_sources())
    unfinished = await service.adapters.source_index.unfinished()
    who = "a worker reads them" if service.is_shared else "a start reads them"
    yield Finding(
        "reading", ok=True, detail=f"{len(unfinished)} still to be read; {who}" if unfinished else "all are read"
    )


async def _repair(service: Service, cases: UseCases) -> None:
    await service.upkeep.mend()
    await cases.interrupt_lost_runs(all_runs=service.is_alone)
    await cases.interrupt_lost_runs.stranded()
    await cases.reindex()
    await cases.repair_sources(await cases.examine_sources())
    await cases.resume_ingestion()
    if not service.is_shared:
        await _read_all(service, cases)


async def _read_all(service: Service, cases: UseCases) -> None:
    task = asyncio.create_task(service.adapters.job_queue.work(cases.ingest_source))
    try:
        while await service.adapters.source_index.unfinished():
            await asyncio.sleep(_POLL_SECONDS)
            if task.done():
                break
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _of_database(found: Mapping[str, int]) -> Finding:
    if not found:
        return Finding("conversations", ok=True, detail="every row refers to what is there, and can be searched")
    advice = "restore a backup" if DAMAGED in found else "quoth doctor --repair puts it right"
    listed = ", ".join(f"{count} {what}" for what, count in found.items())
    return Finding("conversations", ok=False, detail=f"There are {listed}: {advice}.")


async def _of_answers(service: Service, cases: UseCases) -> Finding:
    async with service.adapters.start_unit_of_work() as unit_of_work:
        stranded = len(await unit_of_work.messages.stranded())
        lost = len(
            await unit_of_work.runs.expired(now=None if service.is_alone else cases.interrupt_lost_runs.clock.now())
        )
    if not stranded:
        waiting = f"; {lost} were interrupted, which the next start notes" if lost else ""
        return Finding("answers", ok=True, detail=f"none is said to be being written that is not{waiting}")
    what = f"{stranded} are said to be being written, and nobody writes them"
    return Finding("answers", ok=False, detail=f"{what}: quoth doctor --repair marks them as interrupted.")


async def _of_model(service: Service) -> Finding:
    generations = service.adapters.generations
    following = await generations.following()
    current = generations.current().embedder.model.id
    if following is None:
        return Finding("embedding model", ok=True, detail=current)
    detail = (
        f"The index was made with {current}, and {following.embedder.model.id} is set. A server or worker makes it anew "
        "in the background while searches go on; quoth doctor --repair does it at once."
    )
    return Finding("embedding model", ok=False, detail=detail)


def _of_faults(faults: Sequence[Fault]) -> Finding:
    if not faults:
        return Finding("sources", ok=True, detail="index and stored content agree")
    counts = Counter(fault.kind for fault in faults)
    summary = ", ".join(f"{count} × {kind}" for kind, count in counts.items())
    named = "; ".join(fault.detail for fault in faults[:_NAMED_AT_MOST])
    more = " …" if len(faults) > _NAMED_AT_MOST else ""
    return Finding("sources", ok=False, detail=f"{summary} ({named}{more}): quoth doctor --repair puts it right.")


async def _of_running_server(address: str, *, repair: bool) -> AsyncIterator[Finding]:
    """The embedded stores are open in the server: it is asked, and they are not looked into."""
    health = await asyncio.to_thread(_health_at, address)
    for name, state in health.items():
        yield Finding(name, ok=state["status"] == "ok", detail=state.get("detail") or "answers")
    what = "put right" if repair else "compared with each other"
    detail = f"The server at {address} is at work on them. To have them {what}, stop it and call the doctor again."
    yield Finding("stores", ok=not repair, detail=detail)


def _health_at(address: str) -> dict[str, dict[str, str]]:
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310  # our own note's address
            body = answer.read()
    except urllib.error.HTTPError as error:
        body = error.read()
    except OSError as error:
        return {"server": {"status": "failing", "detail": f"{address} does not answer: {error}"}}
    with contextlib.suppress(ValueError, KeyError):
        components: dict[str, dict[str, str]] = json.loads(body)["components"]
        return components
    return {"server": {"status": "failing", "detail": f"{address} answers with something that is not Quoth's."}}


def _data_folder(folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        free = os.statvfs(folder)
    except OSError as error:
        advice = "Make it writable, or set QUOTH_DATA_DIR to a folder that is."
        return Finding("data folder", ok=False, detail=f"{folder}: {error.strerror}. {advice}")
    gigabytes = free.f_bavail * free.f_frsize / 1e9
    if gigabytes < 1:
        return Finding("data folder", ok=False, detail=f"{folder}: only {gigabytes:.1f} GB are free. Make room.")
    return Finding("data folder", ok=True, detail=f"{folder} is writable, {gigabytes:.0f} GB free")


async def _component(name: str, probe: Probe) -> Finding:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            said = await probe()
    except DomainError as error:
        return Finding(name, ok=False, detail=error.detail)
    except TimeoutError:
        return Finding(
            name, ok=False, detail=f"It did not answer within {_PATIENCE_SECONDS:.0f} s. Check that it is up."
        )
    return Finding(name, ok=True, detail=said or "answers")
