"""The asyncio shell of the pool: it does what `PoolState.step` says and reports back.

Opening and closing happen in tasks of the pool's own, so that neither a Segment that gives up nor
a barge-in can interrupt them, and nobody waits for a close.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from ..errors import ConnectionLost, PoolTimeout, SarvamError
from ..log import logger
from ..options import PoolLimits, Voice
from .connection import Connection
from .pool_state import PoolState, SlotState, Waiter

Connect = Callable[[Callable[[Connection], None]], Awaitable[Connection]]
"""Opens a connection; the argument is to be called when the connection is lost."""


@dataclass(frozen=True, slots=True)
class PoolStatistics:
    """Counts at one moment, and totals since the pool was made."""

    idle: int
    leased: int
    connecting: int
    waiting: int
    connects: int
    """Connections opened."""
    configs: int
    """Config messages sent, on all connections."""
    failures: int
    """Connects that failed."""
    dropped: int
    """Connections given up in use: barge-ins and failed Attempts."""


class Lease:
    """A borrowed connection. One of `release` and `discard` ends it; both return at once."""

    def __init__(
        self, pool: Pool, slot_id: int, connection: Connection, *, waited: float, reused: bool
    ) -> None:
        self.connection = connection
        # Seconds from the request to the grant.
        self.waited = waited
        # Whether the connection was open before it was asked for.
        self.reused = reused
        self._pool = pool
        self._slot_id = slot_id
        self._ended = False

    def release(self) -> None:
        """Give the connection back; it must owe nothing."""
        self._end(reusable=True)

    def discard(self) -> None:
        """Drop the connection to the background, where it is closed; its audio is never heard."""
        self._end(reusable=False)

    def _end(self, *, reusable: bool) -> None:
        if not self._ended:
            self._ended = True
            self._pool._take_back(self._slot_id, self.connection, reusable=reusable)


class Pool:
    """Warm connections for parallel Segments.

    Args:
        connect: Opens one connection.
        voice: What spares are configured with, ahead of their use.
        limits: See `PoolLimits`.
    """

    def __init__(self, connect: Connect, *, voice: Voice, limits: PoolLimits) -> None:
        self._connect = connect
        self._voice = voice
        self._state = PoolState(limits)
        self._connections: dict[int, Connection] = {}
        self._slots: dict[Connection, int] = {}
        self._waiting: dict[int, asyncio.Future[int]] = {}
        self._waiter_ids = itertools.count(1)
        # Opens and closes under way; held here so that they are neither lost nor interrupted.
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._connects = self._configs = self._failures = self._dropped = 0

    def prewarm(self) -> None:
        """Begin to open the spares; returns at once. Needs a running loop."""
        self._state.warm = True
        self._pump()

    async def acquire(self, voice: Voice, *, timeout: float) -> Lease:
        """A connection, preferably one that has `voice` configured.

        Raises:
            PoolTimeout: None became free within `timeout` seconds.
            SarvamError: A connection had to be opened and could not.
        """
        if self._closed:
            raise PoolTimeout("the pool is closed")
        loop = asyncio.get_running_loop()
        began = loop.time()
        waiter = Waiter(next(self._waiter_ids), voice)
        granted: asyncio.Future[int] = loop.create_future()
        self._waiting[waiter.id] = granted
        self._state.want(waiter)
        self._pump()
        # Granted in the same step: the connection was warm.
        reused = granted.done()
        try:
            async with asyncio.timeout(timeout):
                slot_id = await asyncio.shield(granted)
        except BaseException as error:
            self._give_up(waiter.id, granted)
            if isinstance(error, TimeoutError):
                raise PoolTimeout(self._timeout_message(timeout)) from None
            raise
        del self._waiting[waiter.id]
        connection = self._connections.get(slot_id)
        if connection is None:
            raise ConnectionLost("the connection was lost as it was handed out")
        return Lease(self, slot_id, connection, waited=loop.time() - began, reused=reused)

    def set_voice(self, voice: Voice) -> None:
        """Configure spares with `voice` from now on. One for another model expires them all, as
        the model is part of a connection's address."""
        if voice.model != self._voice.model:
            self._state.expire_all()
        self._voice = voice
        if self._state.warm and not self._closed:
            self._pump()

    def statistics(self) -> PoolStatistics:
        """Counts now and totals so far."""
        return PoolStatistics(
            idle=self._state.count(SlotState.IDLE),
            leased=self._state.count(SlotState.LEASED),
            connecting=self._state.count(SlotState.CONNECTING),
            waiting=len(self._state.waiters),
            connects=self._connects,
            configs=self._configs + sum(c.configs for c in self._connections.values()),
            failures=self._failures,
            dropped=self._dropped,
        )

    async def aclose(self) -> None:
        """Close all connections and wait for those already being closed."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        for granted in self._waiting.values():
            if not granted.done():
                granted.set_exception(PoolTimeout("the pool is closed"))
        for slot_id in list(self._connections):
            self._close(slot_id)
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def __repr__(self) -> str:
        s = self.statistics()
        cap = self._state.limits.max_connections
        return (
            f"<Pool {s.idle} idle, {s.leased} leased, {s.connecting} connecting of {cap}"
            f" | {s.waiting} waiting | {s.connects} connects, {s.configs} configs>"
        )

    def _timeout_message(self, timeout: float) -> str:
        return f"no connection became free within {timeout:g} s: {self!r}"

    def _give_up(self, waiter_id: int, granted: asyncio.Future[int]) -> None:
        """The waiter failed, timed out or was cancelled, perhaps just as it was served."""
        del self._waiting[waiter_id]
        self._state.leave(waiter_id)
        if not granted.done():
            granted.cancel()
        elif granted.exception() is None:
            slot_id = granted.result()
            if connection := self._connections.get(slot_id):
                self._take_back(slot_id, connection, reusable=True)

    def _pump(self) -> None:
        """Ask for the next step and take it."""
        if self._closed:
            return
        loop = asyncio.get_running_loop()
        step = self._state.step(loop.time())
        for slot_id in step.close:
            self._close(slot_id)
        for waiter_id, slot_id in step.grant:
            self._waiting[waiter_id].set_result(slot_id)
        for slot_id in step.open:
            self._spawn(self._open(slot_id), name=f"sarvam-connect-{slot_id}")
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if step.wake_at is not None:
            self._timer = loop.call_at(step.wake_at, self._pump)

    async def _open(self, slot_id: int) -> None:
        voice = self._voice
        try:
            connection = await self._connect(self._lost)
        except SarvamError as error:
            self._failed(slot_id, error)
            return
        self._connects += 1
        self._connections[slot_id] = connection
        self._slots[connection] = slot_id
        if self._closed:
            self._close(slot_id)
            return
        try:
            await connection.configure(voice)
        except SarvamError as error:
            self._close(slot_id)
            self._failed(slot_id, error)
            return
        if slot_id in self._state.slots:
            now = asyncio.get_running_loop().time()
            self._state.opened(slot_id, voice=voice, now=now)
            self._pump()

    def _failed(self, slot_id: int, error: SarvamError) -> None:
        self._failures += 1
        logger.warning("cannot open a connection to Sarvam", extra={"error": str(error)})
        if slot_id not in self._state.slots:
            return
        now = asyncio.get_running_loop().time()
        for waiter_id in self._state.failed(slot_id, now=now, jitter=random.random()):
            granted = self._waiting[waiter_id]
            if not granted.done():
                self._state.leave(waiter_id)
                granted.set_exception(error)
        self._pump()

    def _take_back(self, slot_id: int, connection: Connection, *, reusable: bool) -> None:
        if reusable and connection.alive and slot_id in self._state.slots and not self._closed:
            now = asyncio.get_running_loop().time()
            self._state.returned(slot_id, voice=connection.voice, now=now)
        else:
            self._dropped += not reusable
            self._close(slot_id)
        self._pump()

    def _lost(self, connection: Connection) -> None:
        slot_id = self._slots.get(connection)
        if slot_id is not None:
            logger.debug("connection to Sarvam lost", extra={"connection": repr(connection)})
            self._close(slot_id)
            self._pump()

    def _close(self, slot_id: int) -> None:
        """Forget the connection now and close it in the background."""
        self._state.gone(slot_id)
        connection = self._connections.pop(slot_id, None)
        if connection is not None:
            del self._slots[connection]
            self._configs += connection.configs
            self._spawn(connection.aclose(), name=f"sarvam-close-{slot_id}")

    def _spawn(self, work: Any, *, name: str) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
