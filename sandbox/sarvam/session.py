"""One WebSocket of the stand-in: receives, speaks and watches the clock, each in its own task.

`Dialogue` decides what to do about a message; this does it. Work is serial, as on one real socket:
each text is spoken to its end before the next one begins.
"""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime

from sandbox.conditions import Fault
from sandbox.slow_socket import SlowSocket

from . import messages
from .dialogue import Action, Dialogue, End, Pong, Say
from .frames import Config
from .options import Account
from .synthesis import Request, synthesize
from .validation import IDLE, RATE_LIMIT, Refusal


class Session:
    """One connection, from its handshake to its end."""

    def __init__(self, socket: SlowSocket, account: Account, *, engine: str, finals: bool) -> None:
        self._socket = socket
        self._account = account
        self._engine = engine
        # Whether the client asked for `final` messages.
        self._finals = finals
        self._number = account.number()
        self._request_id = f"{datetime.now(UTC):%Y%m%d}_{uuid.uuid4()}"
        self._dialogue = Dialogue(engine=engine, counts=account.stats)
        self._work: asyncio.Queue[Say | End] = asyncio.Queue()
        # The configuration whose WAV header was sent, until the flush ends.
        self._header_for: Config | None = None

    async def run(self) -> None:
        """Serve the connection until either side ends it."""
        await self._socket.serve(self._listen(), self._speak(), self._watch())

    async def _listen(self) -> None:
        while True:
            message = await self._socket.receive()
            # Binary is not part of the protocol: refuse it, as an empty text is refused.
            raw = message if isinstance(message, str) else ""
            for action in self._dialogue.receive(raw, self._account.options.rules()):
                self._act(action)

    def _act(self, action: Action) -> None:
        match action:
            case Refusal():
                self._refuse(action)
            case Pong():
                if self._account.options.pong:
                    self._socket.send(messages.pong())
            case Say() | End():
                self._work.put_nowait(action)

    async def _watch(self) -> None:
        """Refuse a client that has been idle for too long."""
        loop = asyncio.get_running_loop()
        while True:
            left = self._idle_until() - loop.time()
            if left <= 0:
                break
            await asyncio.sleep(left)
        self._refuse(IDLE)
        await asyncio.Event().wait()

    def _idle_until(self) -> float:
        options = self._account.options
        heard_at = self._socket.heard_at
        if options.protocol_ping_resets_idle:
            heard_at = max(heard_at, self._socket.pinged_at)
        return heard_at + options.idle_timeout

    async def _speak(self) -> None:
        while True:
            work = await self._work.get()
            # Nobody would hear it: do not synthesise.
            if self._socket.is_silent:
                continue
            match work:
                case Say() as say:
                    await self._say(say)
                case End():
                    self._end()

    def _end(self) -> None:
        if self._account.options.wav_header == "utterance":
            self._header_for = None
        if self._finals and self._account.draw_fault("no_end") is None:
            self._account.stats["finals"] += 1
            self._socket.send(messages.final(datetime.now(UTC)))

    async def _say(self, say: Say) -> None:
        speaker = say.config.speaker
        self._account.bill("websocket", self._number, say.text, model=self._engine, speaker=speaker)
        fault = self._account.draw_fault(
            "drop", "stall", "error", "close", "slow", "garbage", "quota"
        )
        if fault is not None and fault.kind == "quota":
            self._refuse(RATE_LIMIT)
            return
        if self._account.options.unknown_messages:
            self._socket.send(messages.unknown())
        await self._send_audio(say, fault)
        self._break_off(fault)

    async def _send_audio(self, say: Say, fault: Fault | None) -> None:
        codec = say.config.codec
        async for piece in synthesize(self._request(say), self._account, fault):
            if piece.is_garbage:
                self._socket.send(messages.garbage())
            elif piece.data:
                message = messages.audio(piece.data, codec=codec, request_id=self._request_id)
                self._socket.send(message)

    def _request(self, say: Say) -> Request:
        config = say.config
        codec: str = config.codec
        if codec == "wav":
            if self._has_header(config):
                codec = "linear16"
            self._header_for = config
        return Request(
            text=say.text,
            language=config.language,
            speaker=config.speaker,
            pace=config.pace,
            sample_rate=config.sample_rate,
            codec=codec,
            bitrate=config.bits_per_second,
        )

    def _has_header(self, config: Config) -> bool:
        if self._account.options.wav_header == "socket":
            return self._header_for is not None
        return self._header_for is config

    def _break_off(self, fault: Fault | None) -> None:
        match fault:
            case Fault(kind="stall"):
                self._socket.fall_silent(deaf=False)
            case Fault(kind="drop"):
                self._socket.hang_up(politely=False)
            case Fault(kind="close"):
                self._socket.hang_up(politely=True)
            case Fault(kind="error", code=code):
                self._refuse(Refusal(code, "model unavailable"))
            case _:
                pass

    def _refuse(self, refusal: Refusal) -> None:
        if self._socket.is_silent:
            return
        self._account.stats[f"errors_{refusal.code}"] += 1
        style = self._account.options.code_style
        self._socket.send(messages.error(refusal, style=style, request_id=self._request_id))
        self._socket.hang_up(politely=True)
