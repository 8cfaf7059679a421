"""One context: speaks its text piece by piece, beside all other contexts of the socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.conditions import Fault
from sandbox.tts import Slice, make_sound, paced
from sandbox.voice import Speech, Word

from . import messages
from .account import Account
from .encoding import encoder_for
from .problems import NO_TRANSCRIPT, TOO_MANY, Problem, unavailable
from .requests import ContextRequest
from .transcript import ContextAction, Empty, Finish, FlushDone, Say, Transcript

Send = Callable[[dict[str, Any] | Problem], None]
"""Sends a message about this context."""
Strike = Callable[[Fault], None]
"""Applies a `drop`, `close` or `garbage` fault to the whole socket."""


class Context:
    """A transcript being spoken, from its first request to `done`."""

    def __init__(
        self, first: ContextRequest, account: Account, number: int, *, send: Send, strike: Strike
    ) -> None:
        self._first = first
        self._account = account
        # Number of the socket, for the log.
        self._number = number
        self._send = send
        self._strike = strike
        self._transcript = Transcript()
        # None only wakes `run`, so that it reads the deadline again.
        self._work: asyncio.Queue[ContextAction | None] = asyncio.Queue()
        # Seconds of audio sent, which is where the next words begin.
        self._position = 0.0
        # When the last audio was sent; None before the first.
        self._sounded_at: float | None = None

    def accepts(self, request: ContextRequest) -> bool:
        """Whether the request may continue this context."""
        return not self._transcript.is_finished and request.continues(self._first)

    def take(self, request: ContextRequest) -> None:
        """Add a piece of the transcript."""
        actions = self._transcript.add(
            request.transcript,
            more=request.more,
            flush=request.flush,
            delay=request.max_buffer_delay_ms / 1000,
            now=asyncio.get_running_loop().time(),
        )
        for action in (*actions, None):
            self._work.put_nowait(action)

    async def run(self) -> None:
        """Speak until the context is finished, expired or ended by an error."""
        while True:
            match await self._next():
                case Say() as say:
                    if not await self._say(say):
                        return
                case FlushDone(flush_id):
                    self._send(messages.flush_done(self._first.context_id, flush_id=flush_id))
                case Finish():
                    if self._account.draw_fault("no_end") is None:
                        self._send(messages.done(self._first.context_id))
                    return
                case Empty():
                    self._send(NO_TRANSCRIPT)
                    return

    async def _next(self) -> ContextAction | None:
        """The next action, once there is one or a deadline has passed."""
        try:
            async with asyncio.timeout_at(self._deadline()):
                return await self._work.get()
        except TimeoutError:
            overdue = self._transcript.expire(asyncio.get_running_loop().time())
            # If no text was waiting, the context itself has expired.
            return overdue[0] if overdue else Finish()

    def _deadline(self) -> float | None:
        expiry = self._account.options.context_expiry
        if self._transcript.due_at is not None:
            return self._transcript.due_at
        if self._sounded_at is None or expiry is None:
            return None
        return self._sounded_at + expiry

    async def _say(self, say: Say) -> bool:
        """Speak one piece; False if the context ends with it."""
        first = self._first
        self._account.bill(
            "websocket", self._number, say.text, model=first.model_id, speaker=first.voice.id
        )
        fault = self._account.draw_fault(
            "drop", "stall", "error", "close", "slow", "garbage", "quota"
        )
        if fault is not None and fault.kind == "quota":
            self._send(TOO_MANY)
            return False
        await self._send_audio(say, fault)
        return await self._go_on(fault)

    async def _go_on(self, fault: Fault | None) -> bool:
        match fault:
            case Fault(kind="error", code=code):
                self._send(unavailable(code))
                return False
            case Fault(kind="drop" | "close"):
                self._strike(fault)
                return False
            case Fault(kind="stall"):
                await asyncio.Event().wait()
        return True

    async def _send_audio(self, say: Say, fault: Fault | None) -> None:
        loop = asyncio.get_running_loop()
        encoder = encoder_for(self._first.output_format)
        began, seconds = loop.time(), 0.0
        async for piece in paced(
            self._sound(say.text),
            characters=len(say.text),
            conditions=self._account.conditions,
            options=self._account.options,
            fault=fault,
        ):
            if fault is not None and piece.is_garbage:
                self._strike(fault)
            else:
                step_time = round(1000 * (loop.time() - began), 3)
                data = encoder.encode(piece.pcm)
                self._send(
                    messages.chunk(
                        self._first.context_id, data, flush_id=say.flush_id, step_time=step_time
                    )
                )
            self._send_words(piece, say.flush_id)
            began, seconds = loop.time(), piece.end * piece.speech.duration
            self._sounded_at = began
        self._position += seconds

    async def _sound(self, text: str) -> Speech:
        first = self._first
        return await make_sound(
            text,
            kind=self._account.options.voice,
            language=first.language,
            pace=first.pace,
            sample_rate=first.output_format.sample_rate,
            speaker=first.voice.id,
        )

    def _send_words(self, piece: Slice, flush_id: int) -> None:
        """The times of the words that begin within this slice."""
        duration = piece.speech.duration
        words = [
            Word(word.text, self._position + word.start, self._position + word.end)
            for word in piece.speech.words
            if piece.start * duration <= word.start < piece.end * duration
        ]
        if words and self._first.add_timestamps:
            self._send(messages.timestamps(self._first.context_id, words, flush_id=flush_id))
