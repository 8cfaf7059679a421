"""Ends a call that has reached a limit: a spoken goodbye, played whole, then the room is closed.

It interrupts whatever the agent is saying. Nothing can interrupt the goodbye, and the caller is not
listened to meanwhile: no reply follows it. Each step has a bound: a provider that hangs keeps no
call open.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from math import isfinite
from typing import Final

from livekit.agents import (
    AgentSession,
    AgentStateChangedEvent,
    CloseEvent,
    ConversationItemAddedEvent,
    UserInputTranscribedEvent,
    UserStateChangedEvent,
)
from livekit.agents.voice import SpeechHandle

from .clock import CallClock, EndReason, Wait

logger = logging.getLogger(__name__)

_GOODBYE: Final = 20.0
"""Seconds for the goodbye, with the end of what was said before. They also bound the retries of a
TTS that is down, if the goodbye is not stored."""
_TAIL: Final = 0.5
"""Seconds in which the last sample reaches the caller once the track has it: sound on its way is
lost when the room closes."""
_HANG_UP: Final = 5.0
"""Seconds for the room to be closed."""


class CallEnding:
    """Watches one session, and ends its call when the clock decides so.

    Args:
        clock: The limits, counted from the beginning of the call.
        say_goodbye: Says goodbye after all that is being said; returns None if there is nothing to
            say. May raise RuntimeError.
        hang_up: Ends the call for everybody in the room, for a reason.
    """

    def __init__(
        self,
        session: AgentSession[None],
        clock: CallClock,
        *,
        say_goodbye: Callable[[], SpeechHandle | None],
        hang_up: Callable[[str], Awaitable[None]],
    ) -> None:
        self._session = session
        self._clock = clock
        self._say_goodbye = say_goodbye
        self._hang_up = hang_up
        self._now = asyncio.get_running_loop().time
        self._changed = asyncio.Event()
        session.on("agent_state_changed", self._on_agent)
        session.on("user_state_changed", self._on_caller)
        session.on("user_input_transcribed", self._on_words)
        session.on("conversation_item_added", self._on_item)
        session.on("close", self._on_close)
        self._is_ending = False
        self._task = asyncio.create_task(self._run(), name="call ending")

    def _on_agent(self, event: AgentStateChangedEvent) -> None:
        busy = event.new_state in ("thinking", "speaking")
        self._clock.agent(self._now(), is_busy=busy)
        self._changed.set()

    def _on_caller(self, event: UserStateChangedEvent) -> None:
        self._clock.caller(speaks=event.new_state == "speaking")
        self._changed.set()

    # Words only postpone the end: the waiting task need not wake for them.
    def _on_words(self, event: UserInputTranscribedEvent) -> None:
        if event.transcript.strip():
            self._clock.words(self._now())

    def _on_item(self, event: ConversationItemAddedEvent) -> None:
        # Typed text has no transcript.
        if event.item.type == "message" and event.item.role == "user":
            self._clock.words(self._now())

    def _on_close(self, _: CloseEvent) -> None:
        # The caller has hung up first, or a provider has failed. One that fails during the goodbye
        # does not keep the room open.
        if not self._is_ending:
            self._task.cancel()

    async def _run(self) -> None:
        while isinstance(due := self._clock.due(self._now()), Wait):
            self._changed.clear()
            try:
                async with asyncio.timeout_at(due.until if isfinite(due.until) else None):
                    await self._changed.wait()
            except TimeoutError:
                continue
        await self._end(due)

    async def _end(self, why: EndReason) -> None:
        self._is_ending = True
        logger.info("the call is ended", extra={"reason": why.value})
        try:
            async with asyncio.timeout(_GOODBYE):
                await self._part()
        except (RuntimeError, TimeoutError) as error:
            logger.warning("a call ends without its goodbye", extra={"error": repr(error)})
        try:
            async with asyncio.timeout(_HANG_UP):
                await self._hang_up(why.value)
        except TimeoutError:
            logger.warning("the room did not close in time")

    async def _part(self) -> None:
        session = self._session
        session.input.set_audio_enabled(False)
        session.interrupt(force=True)
        if (goodbye := self._say_goodbye()) is not None:
            await goodbye
        await asyncio.sleep(_TAIL)
