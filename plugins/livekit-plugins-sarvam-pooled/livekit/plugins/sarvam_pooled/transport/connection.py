"""One WebSocket to Sarvam: configured once, flushed for each text, watched all the time.

A connection has one reader for its whole life, so that a close, an error or a late message is seen
when it happens and not at the next use. It pauses while an answer is not fetched as fast as it
comes: the server has to wait then, and the memory does not grow. Texts are answered in order: each
flush waits in a FIFO until its `final` arrives. There is no cancel message in the protocol: a
connection whose answer is no longer wanted is closed by its owner, never reused.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import Callable
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from ..errors import ConnectionLost, ProviderFailed, SarvamError
from ..log import logger
from ..options import HELD_UP
from ..voice import Voice
from . import wire
from .answer import Answer

# Messages handled before others get the loop: a full socket buffer holds thousands of small ones.
_AT_A_STRETCH: Final = 50

# Messages that are neither audio nor an end, and characters or bytes of them, from one text to the
# next. An honest server sends a pong every 20 s and a few events.
_MOST_HOLLOW: Final = 1000
_MOST_HOLLOW_SIZE: Final = 4 * 1024 * 1024

_serial = itertools.count(1)


class Connection:
    """An open WebSocket.

    Args:
        ws: The WebSocket after its handshake.
        voice: What it will be configured with first.
        on_lost: Called once, when the connection can no longer be used and nobody closed it.
        ping_interval: Seconds between JSON pings.
        liveness_timeout: Seconds from what is sent to any sign of life.
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
        # What the server was last told, or will be told first.
        self.voice = voice
        # Configs sent, for `configs == connects`.
        self.configs = 0
        self._ws = ws
        self._on_lost = on_lost
        self._ping_interval = ping_interval
        self._liveness_timeout = liveness_timeout
        # When the last message came; loop time.
        self._heard_at = 0.0
        self._liveness_check: asyncio.Task[None] | None = None
        # Flushes without a `final` yet, oldest first.
        self._unanswered: deque[Answer] = deque()
        # Messages without use since the last text, and their size.
        self._hollow = 0
        self._hollow_size = 0
        # Why the connection cannot be used any more.
        self.failure: SarvamError | None = None
        # Whether the next `final` may belong to a repeated config and not to a flush.
        self._stray_final = False
        self._closing = False
        self._tasks = [
            asyncio.create_task(self._read(), name=f"sarvam-read-{self.serial}"),
            asyncio.create_task(self._keep_alive(), name=f"sarvam-ping-{self.serial}"),
        ]

    @property
    def alive(self) -> bool:
        """Whether a text may be sent."""
        return not self._closing and self.failure is None and self._ws.state is State.OPEN

    async def configure(self, voice: Voice) -> None:
        """Tell the server the voice, unless it knows it already.

        Raises:
            ConnectionLost: The connection is gone.
        """
        if self.configs and self.voice == voice:
            return
        # A repeated config flushes what is buffered. Nothing is, but whether the server answers
        # with a `final` nevertheless is not documented.
        self._stray_final = self.configs > 0
        # Set first: if the send fails, the connection is not used again anyway.
        self.voice = voice
        self.configs += 1
        await self._send(wire.config(voice))
        self._check_liveness()

    async def speak(self, text: str) -> Answer:
        """Send `text` and flush it, so that nothing of it waits in the server's buffer.

        Raises:
            ConnectionLost: The connection is gone.
        """
        answer = Answer()
        self._unanswered.append(answer)
        self._hollow = self._hollow_size = 0
        await self._send(wire.text(text))
        await self._send(wire.FLUSH)
        self._check_liveness()
        return answer

    async def aclose(self) -> None:
        """Close; unanswered flushes get `ConnectionLost`."""
        self._closing = True
        self._fail(ConnectionLost("the connection was closed"))
        tasks = [*self._tasks, *([self._liveness_check] if self._liveness_check else [])]
        for task in tasks:
            task.cancel()
        with contextlib.suppress(Exception):
            await self._ws.close()
        await asyncio.gather(*tasks, return_exceptions=True)

    def __repr__(self) -> str:
        state = "open" if self.alive else "closed"
        language = self.voice.target_language_code
        return (
            f"<Connection #{self.serial} {state}, {language}, {len(self._unanswered)} unanswered>"
        )

    async def _send(self, frame: str) -> None:
        if self.failure is not None:
            raise self.failure
        try:
            await self._ws.send(frame)
        except (ConnectionClosed, OSError):
            raise ConnectionLost("the connection closed while sending") from None

    async def _read(self) -> None:
        try:
            handled = 0
            async for frame in self._ws:
                self._heard_at = asyncio.get_running_loop().time()
                event = wire.parse(frame)
                self._bound(event, len(frame))
                self._dispatch(event)
                if self.failure is not None:
                    return
                if self._is_paused:
                    await self._unanswered[0].room()
                handled += 1
                if handled % _AT_A_STRETCH == 0:
                    await asyncio.sleep(0)
        except (ConnectionClosed, OSError):
            pass
        finally:
            # The close code tells nothing: after an error frame the server closes with 1000 too.
            self._fail(ConnectionLost("the server closed the connection"))

    def _bound(self, event: wire.Event, size: int) -> None:
        """Fail when the server only keeps us busy."""
        is_useful = isinstance(event, wire.Complete | wire.Failure) or (
            isinstance(event, wire.Audio) and event.data
        )
        if is_useful and self._unanswered:
            return
        self._hollow += 1
        self._hollow_size += size
        if self._hollow > _MOST_HOLLOW or self._hollow_size > _MOST_HOLLOW_SIZE:
            self._fail(ProviderFailed("the server sent too many messages without audio"))

    def _dispatch(self, event: wire.Event) -> None:
        match event:
            case wire.Audio() if self._unanswered:
                self._unanswered[0].put(event)
            case wire.Complete() if self._unanswered and not self._is_stray():
                self._unanswered.popleft().put(event)
            case wire.Failure(error):
                self._fail(error)
            case wire.Ignored(kind):
                logger.debug("message of an unknown kind ignored", extra={"kind": kind})
            case _:
                # Audio or `final` that nobody asked for, for example after a repeated config.
                logger.debug("unexpected message ignored", extra={"kind": type(event).__name__})

    @property
    def _is_paused(self) -> bool:
        """Whether nothing is read because the oldest answer is not fetched."""
        return bool(self._unanswered) and self._unanswered[0].is_full

    def _is_stray(self) -> bool:
        """Whether a `final` that came now is the one of a repeated config: it comes before audio.

        If it was a flush's after all, with no audio, the answer fails by its time limit.
        """
        stray = self._stray_final and not self._unanswered[0].heard
        self._stray_final = False
        return stray

    def _fail(self, error: SarvamError) -> None:
        if self.failure is not None:
            return
        self.failure = error
        while self._unanswered:
            self._unanswered.popleft().put(wire.Failure(error))
        if not self._closing:
            self._on_lost(self)

    def _check_liveness(self) -> None:
        """See in the background whether the server is there at all, once at a time."""
        if self._liveness_check is None or self._liveness_check.done():
            name = f"sarvam-alive-{self.serial}"
            self._liveness_check = asyncio.create_task(self._probe_liveness(), name=name)

    async def _probe_liveness(self) -> None:
        clock = asyncio.get_running_loop().time
        asked = clock()
        end = asked + self._liveness_timeout
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(end):
                    pong = asyncio.ensure_future(await self._ws.ping())
                if await _is_done(pong, by=end):
                    return
            # While nothing is read, its sign of life waits as well.
            if self._heard_at <= asked and not self._is_paused:
                self._fail(ConnectionLost(f"no sign of life within {self._liveness_timeout:g} s"))
        except (ConnectionClosed, OSError):
            # The reader tells why.
            pass

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(self._ping_interval)
            with contextlib.suppress(SarvamError):
                await self._send(wire.PING)


async def _is_done(future: asyncio.Future[float], *, by: float) -> bool:
    """Whether `future` is done by then, or once a loop that was late has read what had come.

    Raises:
        Exception: That of the future.
    """
    clock = asyncio.get_running_loop().time
    try:
        await asyncio.wait({future}, timeout=by - clock())
        if not future.done() and clock() > by + HELD_UP:
            await asyncio.wait({future}, timeout=HELD_UP)
        if not future.done():
            return False
        future.result()
        return True
    finally:
        # Nobody is left to hear how it ends.
        future.cancel()
