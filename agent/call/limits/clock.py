"""Decides when a call is over: after a number of seconds in all, or of seconds without a word.

Pure: events come in with their instants, and `due` returns whether to wait or to end. All instants
are of one clock, in seconds.

- The **length** counts from the beginning. A reply under way when it is reached may end, for
  `GRACE` seconds at most.
- The **silence** counts from the caller's last words, spoken or typed, or from the end of the
  agent's last reply if that is later. Noise without words is silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

GRACE: Final = 15.0
"""Seconds that a reply, or a caller in mid-sentence, may last beyond a limit."""
_NEVER: Final = float("inf")


class EndReason(StrEnum):
    """The reason why a call ends; also the log's."""

    LENGTH = "the call has reached CALL_LIMIT"
    SILENCE = "no word from the caller for SILENCE_LIMIT"


@dataclass(frozen=True, slots=True)
class Wait:
    """The call goes on."""

    until: float
    """The latest instant at which to ask again, if nothing happens before; may be infinite."""


class CallClock:
    """The limits of one call.

    Args:
        length: Seconds that a call may last; 0 for no limit.
        silence: Seconds without a word; 0 for no limit.
        now: The beginning of the call.
    """

    def __init__(self, *, length: float, silence: float, now: float) -> None:
        self._end = now + length if length else _NEVER
        self._silence = silence or _NEVER
        self._last_word = now
        self._agent_is_busy = False
        self._caller_speaks = False

    def words(self, now: float) -> None:
        """The caller has said or typed something."""
        self._last_word = now

    def agent(self, now: float, *, is_busy: bool) -> None:
        """Set whether the agent thinks or speaks from now on."""
        if self._agent_is_busy and not is_busy:
            self._last_word = now
        self._agent_is_busy = is_busy

    def caller(self, *, speaks: bool) -> None:
        """Set whether the VAD detects the caller's speech from now on."""
        self._caller_speaks = speaks

    def due(self, now: float) -> Wait | EndReason:
        """Decide what is to be done now."""
        in_mid_sentence = self._agent_is_busy or self._caller_speaks
        if now >= self._end:
            wait = self._end + GRACE if in_mid_sentence else now
            return EndReason.LENGTH if now >= wait else Wait(wait)
        if self._agent_is_busy:
            return Wait(self._end)
        # A caller who has just begun has no words yet.
        silent = self._last_word + self._silence + (GRACE if self._caller_speaks else 0.0)
        return EndReason.SILENCE if now >= silent else Wait(min(self._end, silent))
