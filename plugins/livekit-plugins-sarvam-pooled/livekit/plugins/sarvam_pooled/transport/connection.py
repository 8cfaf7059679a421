"""Runs one WebSocket to Sarvam: the socket and tasks around `protocol.py`, which decides.

One reader runs for the connection's whole life, so a close, an error or a late message is noticed
when it happens and not at the next use. The reader pauses while a response is not fetched as fast
as it comes: the server has to wait, and memory does not grow. The protocol has no cancel message.
The pool closes a connection whose response is no longer wanted, and never reuses it.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
from collections.abc import Callable
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from ..errors import ConnectionLost, SarvamError
from ..log import logger
from ..options import LOOP_LAG_GRACE
from ..voice import Voice
from . import wire
from .protocol import ConnectionProtocol, Deliver, Effect, Lost
from .response_stream import ResponseStream

# Messages handled before other tasks run: a full socket buffer holds thousands of small ones.
_BATCH: Final = 50

_serial = itertools.count(1)


class Connection:
    """An open WebSocket.

    Args:
        ws: The WebSocket after its handshake.
        voice: The voice that it will be configured with first.
        on_lost: Called once if the connection can no longer be used before it is closed here.
        ping_interval: Seconds between JSON pings.
        liveness_timeout: Seconds from a config or text sent to any sign of life.
    """

    def __init__(
        self,
        ws: ClientConnection,
        *,
        voice: Voice,
        on_lost: Callable[[Connection], None],
        ping_interval: float,
        liveness_timeout: float,
    ) -> None:
        self.serial = next(_serial)
        self.protocol = ConnectionProtocol(voice)
        self._ws = ws
        self._on_lost = on_lost
        self._ping_interval = ping_interval
        self._liveness_timeout = liveness_timeout
        self._liveness_check: asyncio.Task[None] | None = None
        # Unfinished responses, by the number of their flush.
        self._responses: dict[int, ResponseStream] = {}
        self._may_read = asyncio.Event()
        self._closing = False
        self._tasks = [
            asyncio.create_task(self._read(), name=f"sarvam-read-{self.serial}"),
            asyncio.create_task(self._keep_alive(), name=f"sarvam-ping-{self.serial}"),
        ]

    @property
    def alive(self) -> bool:
        """Whether a text may be sent."""
        return not self._closing and self.protocol.failure is None and self._ws.state is State.OPEN

    async def configure(self, voice: Voice) -> None:
        """Send the voice, unless the server has it already.

        Raises:
            ConnectionLost: The connection is gone.
        """
        if frames := self.protocol.configure(voice):
            await self._send(*frames)
            self._check_liveness()

    async def send_text(self, text: str) -> ResponseStream:
        """Send `text` and flush it: none of the text may wait in the server's buffer.

        Raises:
            ConnectionLost: The connection is gone.
        """
        flush, frames = self.protocol.send_text(text)
        response = self._responses[flush] = ResponseStream(functools.partial(self._fetched, flush))
        await self._send(*frames)
        self._check_liveness()
        return response

    async def aclose(self) -> None:
        """Close; unanswered flushes get `ConnectionLost`."""
        self._closing = True
        self._apply(self.protocol.fail(ConnectionLost("the connection was closed")))
        tasks = [*self._tasks, *([self._liveness_check] if self._liveness_check else [])]
        for task in tasks:
            task.cancel()
        with contextlib.suppress(Exception):
            await self._ws.close()
        await asyncio.gather(*tasks, return_exceptions=True)

    def __repr__(self) -> str:
        state, unanswered = "open" if self.alive else "closed", len(self.protocol.unanswered)
        language = self.protocol.voice.target_language_code
        return f"<Connection #{self.serial} {state}, {language}, {unanswered} unanswered>"

    async def _send(self, *frames: str) -> None:
        for frame in frames:
            if self.protocol.failure is not None:
                raise self.protocol.failure
            try:
                await self._ws.send(frame)
            except (ConnectionClosed, OSError):
                raise ConnectionLost("the connection closed while sending") from None

    async def _read(self) -> None:
        clock = asyncio.get_running_loop().time
        try:
            handled = 0
            async for frame in self._ws:
                event = wire.parse(frame)
                effects = self.protocol.receive(event, size=len(frame), now=clock())
                self._apply(effects)
                if not effects:
                    kind = event.kind if isinstance(event, wire.Ignored) else type(event).__name__
                    logger.debug("a message was ignored", extra={"kind": kind})
                if self.protocol.failure is not None:
                    return
                while self.protocol.is_paused:
                    self._may_read.clear()
                    await self._may_read.wait()
                handled += 1
                if handled % _BATCH == 0:
                    await asyncio.sleep(0)
        except (ConnectionClosed, OSError):
            pass
        finally:
            # The close code says nothing: after an error frame the server closes with 1000 too.
            self._apply(self.protocol.fail(ConnectionLost("the server closed the connection")))

    def _apply(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Deliver(flush, event):
                    self._responses[flush].put(event)
                    if not isinstance(event, wire.Audio):
                        del self._responses[flush]
                case Lost() if not self._closing:
                    self._on_lost(self)

    def _fetched(self, flush: int, event: wire.Audio) -> None:
        self.protocol.fetched(flush, event)
        if not self.protocol.is_paused:
            self._may_read.set()

    def _check_liveness(self) -> None:
        """Check in the background, one check at a time, whether the server answers at all."""
        if self._liveness_check is None or self._liveness_check.done():
            name = f"sarvam-alive-{self.serial}"
            self._liveness_check = asyncio.create_task(self._probe_liveness(), name=name)

    async def _probe_liveness(self) -> None:
        asked = asyncio.get_running_loop().time()
        end = asked + self._liveness_timeout
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(end):
                    pong = asyncio.ensure_future(await self._ws.ping())
                if await _wait_for(pong, by=end):
                    return
            self._apply(self.protocol.no_pong(since=asked, timeout=self._liveness_timeout))
        except (ConnectionClosed, OSError):
            # The reader reports the cause.
            pass

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(self._ping_interval)
            with contextlib.suppress(SarvamError):
                await self._send(wire.PING)


async def _wait_for(future: asyncio.Future[float], *, by: float) -> bool:
    """Wait until `future` is done; return whether it is by `by` (loop time), then cancel it.

    A loop that was held up gets `LOOP_LAG_GRACE` to read the messages that had come.

    Raises:
        Exception: The future's exception.
    """
    clock = asyncio.get_running_loop().time
    try:
        await asyncio.wait({future}, timeout=by - clock())
        if not future.done() and clock() > by + LOOP_LAG_GRACE:
            await asyncio.wait({future}, timeout=LOOP_LAG_GRACE)
        if future.done():
            future.result()
        return future.done()
    finally:
        future.cancel()
