"""The caller's side of a call as Marks: what was heard, and when it was understood.

Pure: instants of one clock come in, Marks go out. The first and last sample are taken from the
audio, about where the VAD heard them (`speech_boundary`). Speech that cannot be distinguished from
the noise ends where the VAD says, less what it is usually late.
"""

from __future__ import annotations

from typing import Final

from ..edges import VAD_LAG
from ..marks import Mark
from ..speech_boundary import SpeechBoundary

_COUNTED: Final = 0.05
"""Seconds of silence that the VAD counts at least, by the bound of `VAD_MIN_SILENCE`."""
_OVER: Final = 2.0
"""Seconds after the caller's speech in which what stops the agent is that speech's transcript."""

_HELD: Final = 0.05
"""Seconds without a new Mark after which a turn that is committed had been held back."""


class UserSpeechTimer:
    """Listens to one caller."""

    def __init__(self) -> None:
        # Made with the first frame, which has the sample rate.
        self._boundary: SpeechBoundary | None = None
        self._rate = 0
        self._marks: dict[Mark, float] = {}
        # Where the first window began in which the VAD heard the caller, and where the voice began.
        self._since = 0.0
        self._began = 0.0
        self._noticed = 0.0
        self._over = False
        self._speaking = False
        self._stopped = float("-inf")

    def frame(self, pcm: bytes | bytearray | memoryview, now: float, *, sample_rate: int) -> None:
        """A frame has come: s16 mono, at `sample_rate` Hz."""
        if self._boundary is None or sample_rate != self._rate:
            self._boundary, self._rate = SpeechBoundary(sample_rate=sample_rate), sample_rate
        self._boundary.feed(pcm, now)

    def begins(self, now: float, *, estimate: float) -> None:
        """The VAD says that the caller speaks, and `estimate` since when."""
        self._speaking = True
        self._since = min(estimate, now)
        began = self._boundary.began(since=self._since) if self._boundary else None
        self._began = self._since if began is None else min(began, now)
        self._noticed = now

    def ends(self, now: float, *, estimate: float) -> None:
        """The VAD says that the caller has stopped, and `estimate` when that was.

        Where it was not the VAD, as when the track is taken away, the estimate is `now`.
        """
        self._speaking = False
        self._stopped = now
        until = min(estimate, now)
        ended = self._boundary.ended(since=self._since, until=until) if self._boundary else None
        if ended is None:
            counted = now - until >= _COUNTED
            ended = max(self._began, until - VAD_LAG) if counted else until
        self._marks[Mark.SPEECH_END] = min(ended, now)
        self._marks[Mark.VAD_END] = now

    def final(self, now: float) -> None:
        """A final transcript has come."""
        self._marks[Mark.STT_FINAL] = now

    def predicted(self, now: float, *, over: bool) -> None:
        """The turn detector has answered, and whether the turn is over."""
        self._marks[Mark.TURN_PREDICTED] = now
        self._over = over

    def commit(self, now: float) -> dict[Mark, float]:
        """The turn is over: its Marks. What comes from now on belongs to the next."""
        marks, self._marks = self._marks, {}
        if Mark.TURN_PREDICTED in marks and not self._over and now - max(marks.values()) > _HELD:
            # More was expected of the caller until now, when time has run out.
            marks[Mark.TURN_PREDICTED] = now
        return marks | {Mark.COMMITTED: now}

    def interruption(self, now: float) -> dict[Mark, float] | None:
        """The agent's sound is stopped: the Marks, if it is for what the caller says."""
        if not self._speaking and now - self._stopped > _OVER:
            return None
        marks = {Mark.CALLER_BEGINS: self._began, Mark.VAD_BEGIN: self._noticed}
        return marks | {Mark.PAUSED: now}
