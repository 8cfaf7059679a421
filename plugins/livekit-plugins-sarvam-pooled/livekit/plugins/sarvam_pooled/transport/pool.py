"""The asyncio shell of the pool: performs what `PoolState.step` returns, and reports back.

The pool opens and closes connections in its own tasks: neither a Segment that gives up nor a
barge-in interrupts them, and no Segment waits for a close.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from ..errors import Closed, ConnectFailed, ConnectionLost, LocalError, PoolTimeout, SarvamError
from ..log import logger
from ..options import PoolLimits
from ..voice import Voice
from .connection import Connection
from .lease import Lease, PoolStatistics
from .pool_state import PoolState, SlotState, Waiter

Connect = Callable[[Voice, Callable[[Connection], None]], Awaitable[Connection]]
"""Opens a connection to a voice's model; calls the second argument when it is lost."""

_CLOSED: Final = "this TTS was closed; make a new one"


class Pool:
    """Warm connections for parallel Segments.

    Args:
        connect: Opens one connection.
        voice: The voice that idle connections are configured with in advance.
        limits: See `PoolLimits`.
    """

    def __init__(self, connect: Connect, *, voice: Voice, limits: PoolLimits) -> None:
        self._connect = connect
        self._state = PoolState(limits, voice)
        self._connections: dict[int, Connection] = {}
        self._waiting: dict[int, asyncio.Future[int]] = {}
        self._waiter_ids = itertools.count(1)
        # References to tasks under way, against garbage collection.
        self._opening: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._connects = self._configs = self._failures = self._dropped = 0

    def prewarm(self) -> None:
        """Start opening idle connections; returns at once. Needs a running loop."""
        self._state.prewarm()
        self._run_step()

    async def acquire(self, voice: Voice, *, timeout: float) -> Lease:
        """Lease a connection, preferably one that has `voice` configured.

        Raises:
            Closed: The pool was closed.
            PoolTimeout: None became free within `timeout` seconds.
            SarvamError: A connection had to be opened and could not.
        """
        if self._closed:
            raise Closed(_CLOSED)
        loop = asyncio.get_running_loop()
        began = loop.time()
        waiter = Waiter(next(self._waiter_ids), voice)
        granted: asyncio.Future[int] = loop.create_future()
        self._waiting[waiter.id] = granted
        self._state.add_waiter(waiter)
        self._run_step()
        # A connection granted in the same step was idle.
        reused = granted.done()
        try:
            async with asyncio.timeout(timeout):
                slot_id = await asyncio.shield(granted)
        except TimeoutError:
            message = f"no connection became free within {timeout:g} s: {self!r}"
            self._give_up(waiter.id, granted)
            raise PoolTimeout(message) from None
        except BaseException:
            self._give_up(waiter.id, granted)
            raise
        del self._waiting[waiter.id]
        connection = self._connections.get(slot_id)
        if connection is None:
            raise ConnectionLost("the connection was lost while it was being leased")
        end = functools.partial(self._take_back, slot_id, connection)
        return Lease(connection, end, waited=loop.time() - began, reused=reused)

    def set_voice(self, voice: Voice) -> None:
        """Open idle connections with `voice` from now on; another model replaces them all."""
        self._state.set_voice(voice)
        if self._state.warm and not self._closed:
            self._run_step()

    @property
    def is_down(self) -> bool:
        """Whether a request made now would most likely fail."""
        return self._state.is_down

    def statistics(self) -> PoolStatistics:
        """Counts now and totals so far."""
        return PoolStatistics(
            idle=self._state.count(SlotState.IDLE),
            leased=self._state.count(SlotState.LEASED),
            connecting=self._state.count(SlotState.CONNECTING),
            waiting=len(self._state.waiters),
            connects=self._connects,
            configs=self._configs + sum(c.protocol.configs for c in self._connections.values()),
            failures=self._failures,
            dropped=self._dropped,
        )

    async def aclose(self) -> None:
        """Close all connections, and wait for those already closing; abandon connects under way."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        for granted in self._waiting.values():
            if not granted.done():
                granted.set_exception(Closed(_CLOSED))
        for opening in self._opening:
            opening.cancel()
        for slot_id in list(self._connections):
            self._close(slot_id)
        while tasks := self._opening | self._closing:
            await asyncio.gather(*tasks, return_exceptions=True)

    def __repr__(self) -> str:
        s = self.statistics()
        cap = self._state.limits.max_connections
        return (
            f"<Pool {s.idle} idle, {s.leased} leased, {s.connecting} connecting of {cap}"
            f" | {s.waiting} waiting | {s.connects} connects, {s.configs} configs>"
        )

    def _give_up(self, waiter_id: int, granted: asyncio.Future[int]) -> None:
        """Remove a waiter that failed, timed out or was cancelled, perhaps just as it was granted a
        slot."""
        del self._waiting[waiter_id]
        self._state.remove_waiter(waiter_id)
        if not granted.done():
            granted.cancel()
        elif granted.exception() is None:
            slot_id = granted.result()
            if slot_id in self._connections:
                self._state.cancel_grant(slot_id)
                self._run_step()

    def _run_step(self) -> None:
        """Perform what the next `PoolState.step` decides."""
        if self._closed:
            return
        # Do not lease a connection that the server is closing; its reader will report the cause.
        for slot_id, connection in self._connections.items():
            if not connection.alive:
                self._state.mark_closing(slot_id)
        loop = asyncio.get_running_loop()
        step = self._state.step(loop.time())
        for slot_id in step.close:
            self._close(slot_id)
        for waiter_id, slot_id in step.grant:
            self._waiting[waiter_id].set_result(slot_id)
        for slot_id in step.open:
            opening = self._open(slot_id, self._state.slots[slot_id].voice)
            _spawn(self._opening, opening, name=f"sarvam-connect-{slot_id}")
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if step.wake_at is not None:
            self._timer = loop.call_at(step.wake_at, self._run_step)

    async def _open(self, slot_id: int, voice: Voice) -> None:
        try:
            connection = await self._connect(
                voice, lambda lost: self._lost(slot_id, lost.protocol.failure)
            )
        except SarvamError as error:
            self._failed(slot_id, error)
            return
        except Exception as error:
            # Not documented by any library, but the waiter would otherwise wait for its timeout.
            self._failed(slot_id, ConnectFailed(f"cannot connect: {type(error).__name__}"))
            return
        self._connects += 1
        self._connections[slot_id] = connection
        try:
            await connection.configure(voice)
        except SarvamError as error:
            self._lost(slot_id, connection.protocol.failure or error)
            return
        if slot_id in self._state.slots:
            self._state.opened(slot_id, now=asyncio.get_running_loop().time())
            self._run_step()

    def _failed(self, slot_id: int, error: SarvamError) -> None:
        self._failures += 1
        logger.warning("cannot open a connection to Sarvam", extra={"error": str(error)})
        if not self._closed:
            self._remove(slot_id, error)

    def _take_back(self, slot_id: int, connection: Connection, reusable: bool) -> None:
        if reusable and connection.alive and slot_id in self._state.slots and not self._closed:
            now = asyncio.get_running_loop().time()
            self._state.release(slot_id, voice=connection.protocol.voice, now=now)
        else:
            self._dropped += not reusable
            self._close(slot_id)
        self._run_step()

    def _lost(self, slot_id: int, error: SarvamError | None) -> None:
        """Forget a connection that ended by itself."""
        connection = self._connections.get(slot_id)
        if connection is None:
            return
        level = logging.WARNING if isinstance(error, LocalError) else logging.DEBUG
        details = {"connection": repr(connection), "error": str(error)}
        logger.log(level, "connection to Sarvam lost", extra=details)
        self._remove(slot_id, error or ConnectionLost("the connection was lost"))

    def _remove(self, slot_id: int, error: SarvamError) -> None:
        """Remove a connection that failed, and the waiter that it was opened for, if any."""
        refused, now = isinstance(error, LocalError), asyncio.get_running_loop().time()
        waiter_id = self._state.lost(slot_id, now=now, jitter=random.random(), refused=refused)
        if waiter_id is not None and not (granted := self._waiting[waiter_id]).done():
            self._state.remove_waiter(waiter_id)
            granted.set_exception(error)
        self._close(slot_id)
        self._run_step()

    def _close(self, slot_id: int) -> None:
        """Forget the connection now and close it in the background."""
        self._state.remove(slot_id)
        connection = self._connections.pop(slot_id, None)
        if connection is not None:
            self._configs += connection.protocol.configs
            _spawn(self._closing, connection.aclose(), name=f"sarvam-close-{slot_id}")


def _spawn(tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None], *, name: str) -> None:
    """Start a task that stays in `tasks` until it is done."""
    task = asyncio.create_task(work, name=name)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
