"""One WebSocket: takes the client's sound and messages, and watches the clock.

sound -> Intake -> Endpointer -> Results -> socket
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime

from sandbox.slow_socket import SlowSocket

from . import messages
from .account import Account
from .endpointer import Endpointer
from .intake import Intake, NotAudioError
from .messages import ControlMessage
from .query import ListenQuery
from .results import INTERNAL_ERROR, Results

_BAD_DATA = 1008
# Reasons of close frames: Deepgram's codes before its own texts (reported, documented).
_NO_AUDIO = (
    "NET-0001: Deepgram did not receive audio data or a text message within the timeout window."
    " See https://dpgr.am/net0001"
)
_NOT_AUDIO = "DATA-0000: The payload cannot be decoded as audio."
# What `/_stats` calls the client's messages.
_COUNTERS = {
    "KeepAlive": "keepalives",
    "Finalize": "finalizes",
    "CloseStream": "close_streams",
    "Configure": "configures",
}


class Session:
    """One connection, from its handshake to its end."""

    def __init__(
        self, socket: SlowSocket, account: Account, query: ListenQuery, *, request_id: str
    ) -> None:
        options = account.options
        self._socket = socket
        self._account = account
        self._query = query
        self._request_id = request_id
        self._created = datetime.now(UTC)
        self._digest = hashlib.sha256()
        self._intake = Intake(query.audio_format)
        self._endpointer = Endpointer(
            pause=query.pause,
            tick=options.interim_interval,
            utterance_end=query.utterance_end,
            # A text of a script is one result, however long it takes to speak.
            longest=None if account.is_scripted else options.longest_segment,
        )
        self._results = Results(
            socket, account, query, number=account.number(), request_id=request_id
        )
        # The client has closed the stream: what it still sends is ignored.
        self._is_closing = False

    async def run(self) -> None:
        """Serve the connection until either side ends it."""
        try:
            await self._socket.serve(self._listen(), self._results.run(), self._watch())
        finally:
            self._results.close()

    async def _listen(self) -> None:
        while True:
            message = await self._socket.receive()
            if self._is_closing:
                continue
            if isinstance(message, str):
                self._handle(message)
            elif message:
                self._take_audio(message)
            else:
                # An empty binary message also closes the stream (documented).
                self._close_stream()

    def _take_audio(self, data: bytes) -> None:
        self._digest.update(data)
        try:
            pcm = self._intake.feed(data)
        except NotAudioError:
            self._account.stats["errors_data"] += 1
            self._hang_up(_BAD_DATA, _NOT_AUDIO)
            return
        before = self._endpointer.now
        for event in self._endpointer.feed(pcm):
            self._results.take(event)
        self._account.stats["audio_ms"] += round((self._endpointer.now - before) * 1000)

    def _handle(self, text: str) -> None:
        message = messages.read_control(text)
        if message is None:
            self._account.stats["errors_schema"] += 1
            self._socket.send(messages.schema_error(text))
            return
        self._account.stats[_COUNTERS[message.type]] += 1
        match message.type:
            case "Configure":
                self._configure(message)
            case "Finalize":
                # Without sound to finish there is no answer (documented as possible).
                self._finish()
            case "CloseStream":
                self._close_stream()
            case "KeepAlive":
                # The socket has noted the time.
                pass

    def _configure(self, message: ControlMessage) -> None:
        if message.keyterms is not None and not self._query.model.startswith("nova-3"):
            self._socket.send(messages.not_configured(request_id=self._request_id))
        else:
            self._socket.send(messages.configured(message.keyterms, request_id=self._request_id))

    def _finish(self) -> None:
        for event in self._endpointer.finish():
            self._results.take(event, is_last=self._is_closing)

    def _close_stream(self) -> None:
        self._is_closing = True
        self._finish()
        self._results.later(self._say_goodbye)

    async def _say_goodbye(self) -> None:
        self._send_metadata()
        self._socket.hang_up(politely=True)

    async def _watch(self) -> None:
        """Close after too long without a message; the metadata goes first (reported)."""
        loop = asyncio.get_running_loop()
        while True:
            left = self._socket.heard_at + self._account.options.idle_timeout - loop.time()
            if left <= 0 and not self._is_closing:
                break
            await asyncio.sleep(max(left, 0.1))
        self._account.stats["errors_idle"] += 1
        self._send_metadata()
        self._hang_up(INTERNAL_ERROR, _NO_AUDIO)
        await asyncio.Event().wait()

    def _send_metadata(self) -> None:
        self._socket.send(
            messages.metadata(
                request_id=self._request_id,
                sha256=self._digest.hexdigest(),
                created=self._created,
                duration=self._endpointer.now,
            )
        )

    def _hang_up(self, code: int, reason: str) -> None:
        self._is_closing = True
        self._socket.hang_up(politely=True, code=code, reason=reason)
