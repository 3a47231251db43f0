"""Notices that something happened to a run: one connection a process, however many wait for however many runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Generator

    from adapters.redis.connection import Client, Subscriptions

_log = logging.getLogger(__name__)
_SILENCE_SECONDS = 10.0
_PAUSES_SECONDS = (0.05, 0.2, 0.5, 1.0)


@dataclass(slots=True)
class Bell:
    """Rings for all who wait. Ask for the `next` ring before looking, so that none in between is missed."""

    listeners: int = 0
    next: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        """Whoever waits now is woken; whoever waits later waits for the next time."""
        rung, self.next = self.next, asyncio.Event()
        rung.set()


@dataclass(slots=True)
class Notices:
    """Subscribed to the channels that somebody listens to. A lost connection is made anew; whether or not a notice was
    missed meanwhile, every bell rings once its channel is heard (again). Still, look now and then."""

    client: Client
    bells: dict[str, Bell] = field(default_factory=dict[str, Bell])
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None
    _is_closed: bool = False

    @contextlib.contextmanager
    def listening(self, channel: str) -> Generator[Bell]:
        """The channel's bell, for the time of the block."""
        if self._task is None and not self._is_closed:
            self._task = asyncio.create_task(self._listen(), name="notices of runs")
        bell = self.bells.get(channel)
        if bell is None:
            bell = self.bells[channel] = Bell()
            self._changed.set()
        bell.listeners += 1
        try:
            yield bell
        finally:
            bell.listeners -= 1
            if not bell.listeners:
                del self.bells[channel]
                self._changed.set()

    async def close(self) -> None:
        """Stop listening, and wake everybody."""
        self._is_closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        for bell in self.bells.values():
            bell.ring()

    async def _listen(self) -> None:
        failures = 0
        # A connection that breaks just when this is cancelled would hide that.
        while not self._is_closed:
            while not self.bells:
                self._changed.clear()
                await self._changed.wait()
            pubsub = self.client.pubsub()
            try:
                subscribed = await self._follow_wishes(pubsub, set())
                failures = 0
                await self._serve(pubsub, subscribed)
            except* (RedisError, OSError) as lost:
                _log.log(logging.DEBUG if failures else logging.WARNING, "Notices of runs are not heard: %s", lost)
            except* Exception:  # noqa: BLE001  # the next connection may do
                _log.exception("Notices of runs are not heard")
            finally:
                with contextlib.suppress(RedisError, OSError):
                    await pubsub.aclose()
            await asyncio.sleep(_PAUSES_SECONDS[min(failures, len(_PAUSES_SECONDS) - 1)])
            failures += 1

    async def _serve(self, pubsub: Subscriptions, subscribed: set[str]) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear(pubsub))
            group.create_task(self._subscribe(pubsub, subscribed))

    async def _subscribe(self, pubsub: Subscriptions, subscribed: set[str]) -> None:
        while True:
            await self._changed.wait()
            subscribed = await self._follow_wishes(pubsub, subscribed)

    async def _follow_wishes(self, pubsub: Subscriptions, subscribed: set[str]) -> set[str]:
        """Subscribe to what is missing and let go of what nobody wants; what is subscribed to now."""
        self._changed.clear()
        wanted = set(self.bells)
        if wanted - subscribed:
            await pubsub.subscribe(*(wanted - subscribed))
        if subscribed - wanted:
            await pubsub.unsubscribe(*(subscribed - wanted))
        return wanted

    async def _hear(self, pubsub: Subscriptions) -> None:
        asked = False
        while True:
            message = await pubsub.get_message(timeout=_SILENCE_SECONDS)
            if message is None:
                if asked:
                    raise ConnectionLost("Nothing is heard any more.")
                await pubsub.ping()
            elif message["type"] in {"message", "subscribe"}:
                bell = self.bells.get(_text(message["channel"]))
                if bell is not None:
                    bell.ring()
            asked = message is None


def _text(channel: bytes | str) -> str:
    return channel.decode() if isinstance(channel, bytes) else channel
