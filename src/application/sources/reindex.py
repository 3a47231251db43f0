"""Make the index anew for another embedding model, while searches go on in the old one."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from application.sources.ingest_source import REFUSALS
from application.sources.steps import StepHook, no_hook

if TYPE_CHECKING:
    from application.ports.generations import Generation
    from application.sources.entries import Entries
    from application.sources.index_version import IndexVersion
    from domain.source import Source

_log = logging.getLogger(__name__)
# So few sources may differ when everybody is asked to stand still for the switch.
_LAST_FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindex:
    """Fills the following generation from the stored originals, round after round until it agrees with the current one,
    then switches. One process does it; interrupted, the next goes on with what is there already."""

    entries: Entries
    index_version: IndexVersion
    between_steps: StepHook = no_hook

    async def __call__(self) -> bool:
        """Whether the index was made anew and switched to. False where it is of the configured model already, or where
        another process is at it."""
        generations = self.entries.generations
        if (following := await generations.following()) is None:
            return False
        async with self.entries.locks.try_hold("reindexing") as is_mine:
            if not is_mine:
                return False
            round_ = _Round(index_version=self.index_version, following=following)
            while await round_(await generations.refresh()) > _LAST_FEW:
                self.between_steps("next round")
            self.between_steps("stand still")
            async with self.entries.locks.hold_all():
                current = await generations.refresh()
                if current.id != following.id:
                    await round_(current)
                    self.between_steps("switch")
                    await generations.switch(following)
        _log.info("The index was made anew with the embedding model %s", following.embedder.model.id)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """One look at every source, putting right in the following generation what differs."""

    index_version: IndexVersion
    following: Generation

    async def __call__(self, current: Generation) -> int:
        """How many sources differed."""
        gone = {source.id: source async for page in self.following.source_index.everything() for source in page}
        changed = 0
        async for page in current.source_index.everything():
            for source in page:
                changed += await self._bring_up(source, gone.pop(source.id, None))
        for source in gone.values():
            await self._remove(source)
        return changed + len(gone)

    async def _bring_up(self, source: Source, known: Source | None) -> bool:
        if known is not None and replace(known, passages=source.passages) == source:
            return False
        passages = known.passages if known else 0
        shown = known.current if known else None
        if source.current is not None and (shown is None or shown.id != source.current.id):
            try:
                indexed = await self.index_version(source, source.current, self.following)
            except REFUSALS as refusal:
                # It can't be read any more: it stays listed, and the doctor finds that its passages are not there.
                _log.warning("Source %s could not be read for the new index: %s", source.id, refusal.code)
                passages = source.passages
            else:
                passages = indexed.passages
        index = self.following.source_index
        await index.save(replace(source, passages=passages))
        await index.sweep(source.id, owner=source.owner, keep=source.current.id if source.current else None)
        return True

    async def _remove(self, source: Source) -> None:
        index = self.following.source_index
        await index.delete(source.id, owner=source.owner)
        await index.sweep(source.id, owner=source.owner, keep=None)
