"""Greets the first caller of a room, in the language that the caller's attributes name.

If a call's metadata names no language, the greeting waits until the room is joined and has a
caller, because attributes are unknown until then. This wait costs nothing if the greeting is
stored: the session starts while the room is joined (see `joining.py`), and the agent's track has to
be published before anything can be heard (docs/design.md).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from livekit import rtc

from ..config.languages import Language, language
from .call_metadata import read_attributes
from .caller_watch import is_caller

logger = logging.getLogger(__name__)

_SWITCH_TIMEOUT: Final = 2.0
"""Seconds for the change of language. It reads a few files; the caller hears nothing meanwhile."""


def language_of(attributes: Mapping[str, str], numbers: Mapping[str, str]) -> Language | None:
    """The language that a caller's attributes name, or that of the number that was called.

    Args:
        numbers: Code of a language by number (digits only).
    """
    caller = read_attributes(attributes)
    if caller.language is None and (code := numbers.get(caller.called)):
        return language(code)
    return caller.language


class FirstCaller:
    """Waits for the first caller of a connected room, who may be there already, and greets once.

    Args:
        numbers: Code of a language by number (digits only).
        switch_language: Switches the call to the language that the caller names, if any.
        greet: Greets the caller; raises RuntimeError if the session has closed.
    """

    def __init__(
        self,
        room: rtc.Room,
        *,
        numbers: Mapping[str, str],
        switch_language: Callable[[Language], Awaitable[None]],
        greet: Callable[[], None],
    ) -> None:
        self._room = room
        self._numbers = numbers
        self._switch_language = switch_language
        self._greet = greet
        self.greeting: asyncio.Task[None] | None = None
        """In progress, or done; None before there is a caller."""

    def start(self) -> None:
        """Start waiting."""
        self._room.on("participant_connected", self._look)
        self._look()

    def _look(self, _: rtc.RemoteParticipant | None = None) -> None:
        others = self._room.remote_participants.values()
        caller = next(filter(is_caller, others), None)
        if caller is not None and self.greeting is None:
            self._room.off("participant_connected", self._look)
            self.greeting = asyncio.create_task(self._welcome(caller), name="greet the caller")

    async def _welcome(self, caller: rtc.RemoteParticipant) -> None:
        spoken = language_of(caller.attributes, self._numbers)
        if spoken is not None:
            try:
                async with asyncio.timeout(_SWITCH_TIMEOUT):
                    await self._switch_language(spoken)
            except Exception:
                # A greeting in the wrong language is better than none.
                logger.exception("the call keeps its language", extra={"wanted": spoken.code})
        try:
            self._greet()
        except RuntimeError:
            # The session is closing: nobody would hear it.
            logger.debug("no greeting: the session is closing")
        except Exception:
            logger.exception("the caller was not greeted")
