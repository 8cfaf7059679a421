"""Reads what the caller types, up to a limit.

LiveKit's own reader of this topic collects a whole stream before the agent sees a character of it
(`reader.read_all()` in room_io of LiveKit Agents 1.8.9): megabytes, or a stream without an end,
would fill the memory of the job. So its text input is off (see `session.build_room_options`), and
the topic is read here, up to the limit; LiveKit's own callback then answers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from livekit import rtc
from livekit.agents import AgentSession
from livekit.agents.types import TOPIC_CHAT
from livekit.agents.voice.room_io import TextInputEvent, TextInputOptions

from .text import TIMEOUT, Refusal, TextLimits

logger = logging.getLogger(__name__)

_answer = TextInputOptions().text_input_cb


class TypedText:
    """The texts of one call's room.

    Args:
        notify: Called with the reason why a text is not answered; rarely, even in a flood.
    """

    def __init__(self, session: AgentSession[None], *, notify: Callable[[Refusal], None]) -> None:
        self._session = session
        self._notify = notify
        self._limits = TextLimits()
        self._clock = asyncio.get_running_loop().time
        self._room: rtc.Room | None = None
        self._reading: set[asyncio.Task[None]] = set()

    def listen(self, room: rtc.Room) -> None:
        """Answer what is typed in `room`, once the session has started."""
        self._room = room
        room.register_text_stream_handler(TOPIC_CHAT, self._on_stream)

    def stop(self) -> None:
        """Answer nothing more."""
        if self._room is None:
            return
        self._room.unregister_text_stream_handler(TOPIC_CHAT)
        self._room = None
        for task in self._reading:
            task.cancel()

    def _on_stream(self, reader: rtc.TextStreamReader, identity: str) -> None:
        sender = self._caller(identity)
        if sender is None:
            # Left open, it would be kept for the rest of the call.
            reader.close()
        elif refusal := self._limits.start_text(self._clock()):
            reader.close()
            self._refuse(refusal)
        else:
            task = asyncio.create_task(self._take(reader, sender), name="typed text")
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    def _caller(self, identity: str) -> rtc.RemoteParticipant | None:
        """The caller, if it is the caller who types."""
        try:
            caller = self._session.room_io.linked_participant
        except RuntimeError:
            # The session has not started, or has ended.
            return None
        return caller if caller is not None and caller.identity == identity else None

    async def _take(self, reader: rtc.TextStreamReader, sender: rtc.RemoteParticipant) -> None:
        try:
            async with asyncio.timeout(TIMEOUT):
                text = await self._read(reader)
        except TimeoutError:
            text = None
        except rtc.StreamError as error:
            logger.debug("a typed text broke off", extra={"error": error.description})
            return
        finally:
            reader.close()
        if text is None:
            self._refuse(Refusal.TOO_LONG)
        elif text.strip():
            await self._reply(TextInputEvent(text=text, info=reader.info, participant=sender))

    async def _read(self, reader: rtc.TextStreamReader) -> str | None:
        """The whole text; None as soon as it is too long, or at once if its sender says so."""
        if self._limits.is_too_long(reader.info.size or 0):
            return None
        pieces: list[str] = []
        characters = 0
        async for piece in reader:
            characters += len(piece)
            if self._limits.check_length(characters):
                return None
            pieces.append(piece)
        return "".join(pieces)

    async def _reply(self, event: TextInputEvent) -> None:
        try:
            if (answering := _answer(self._session, event)) is not None:
                await answering
        except RuntimeError as error:
            # The session is closing, or what is said now is not to be interrupted.
            logger.debug("a typed text is not answered", extra={"error": str(error)})

    def _refuse(self, refusal: Refusal) -> None:
        if not self._limits.start_notice(refusal, self._clock()):
            return
        logger.warning("typed text is refused", extra={"reason": refusal.value})
        try:
            self._notify(refusal)
        except RuntimeError:
            logger.debug("no notice: the session is closing")
