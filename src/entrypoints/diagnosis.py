"""What `quoth doctor` looks at, one subject after another."""

from __future__ import annotations

import asyncio
import os
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import DomainError, StartRefused
from entrypoints.wiring.production import production

if TYPE_CHECKING:
    from pathlib import Path

    from entrypoints.probes import Probe
    from entrypoints.settings import Settings

_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one subject; where something is wrong, the detail says what to do."""

    subject: str
    ok: bool
    detail: str


async def diagnose(settings: Settings) -> list[Finding]:
    """Everything that can be looked at; the later subjects need the earlier ones."""
    findings = [_data_folder(settings.data_dir)]
    if not findings[0].ok:
        return findings
    try:
        async with production(settings) as service:
            for name, probe in service.probes.items():
                findings.append(await _component(name, probe))
            unfinished = await service.adapters.source_index.unfinished()
            waiting = f"{len(unfinished)} still to be read; a start reads them" if unfinished else "all are read"
            findings.append(Finding("sources", ok=True, detail=waiting))
    except StartRefused as refusal:
        findings.append(Finding("start", ok=False, detail=refusal.detail))
    except DomainError as error:
        findings.append(Finding("start", ok=False, detail=f"{error.detail} Check the address and that it is up."))
    return findings


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
            await probe()
    except DomainError as error:
        return Finding(name, ok=False, detail=error.detail)
    except TimeoutError:
        return Finding(
            name, ok=False, detail=f"It did not answer within {_PATIENCE_SECONDS:.0f} s. Check that it is up."
        )
    return Finding(name, ok=True, detail="answers")
