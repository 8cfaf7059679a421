"""The Marks of the caller's speech: its audio, its transcripts, and the end of the turn.

This module is pure: instants of one clock come in, Marks go out. The first and last sample are
taken from the audio, near where the VAD detected speech (`speech_boundary`). If speech cannot be
distinguished from the noise, it ends where the VAD says, minus the VAD's usual lag.
"""

from __future__ import annotations

from typing import Final

from ..edges import VAD_LAG
from ..marks import Mark
from ..speech_boundary import SpeechBoundary

_VAD_SILENCE: Final = 0.05
"""Minimum silence the VAD requires, in seconds (lower bound of VAD_MIN_SILENCE)."""
_TRANSCRIPT_DELAY: Final = 2.0
"""If the agent stops at most this many seconds after the speech, its transcript caused it."""

_HELD: Final = 0.05
"""A turn had been held open if this many seconds without a new Mark precede its commit."""


class UserSpeechTimer:
    """Times the speech of one caller."""

    def __init__(self) -> None:
        # Created with the first frame, which has the sample rate.
        self._boundary: SpeechBoundary | None = None
        self._rate = 0
        self._marks: dict[Mark, float] = {}
        # The start of the first window in which the VAD detected speech, and of the voice itself.
        self._since = 0.0
        self._began = 0.0
        self._noticed = 0.0
        self._predicts_end = False
        self._speaking = False
        self._stopped = float("-inf")

    def frame(self, pcm: bytes | bytearray | memoryview, now: float, *, sample_rate: int) -> None:
        """Take a frame: s16 mono, at `sample_rate` Hz."""
        if self._boundary is None or sample_rate != self._rate:
            self._boundary, self._rate = SpeechBoundary(sample_rate=sample_rate), sample_rate
        self._boundary.feed(pcm, now)

    def begins(self, now: float, *, estimate: float) -> None:
        """The VAD reports speech that began at `estimate`."""
        self._speaking = True
        self._since = min(estimate, now)
        began = self._boundary.began(since=self._since) if self._boundary else None
        self._began = self._since if began is None else min(began, now)
        self._noticed = now

    def ends(self, now: float, *, estimate: float) -> None:
        """The VAD reports that the caller stopped at `estimate`.

        If the VAD was not the trigger (e.g. the track was unpublished), the estimate is `now`.
        """
        self._speaking = False
        self._stopped = now
        until = min(estimate, now)
        ended = self._boundary.ended(since=self._since, until=until) if self._boundary else None
        if ended is None:
            counted = now - until >= _VAD_SILENCE
            ended = max(self._began, until - VAD_LAG) if counted else until
        self._marks[Mark.SPEECH_END] = min(ended, now)
        self._marks[Mark.VAD_END] = now

    def final(self, now: float) -> None:
        """Record a final transcript."""
        self._marks[Mark.STT_FINAL] = now

    def predicted(self, now: float, *, predicts_end: bool) -> None:
        """Record whether the turn detector predicts the end of the turn."""
        self._marks[Mark.TURN_PREDICTED] = now
        self._predicts_end = predicts_end

    def commit(self, now: float) -> dict[Mark, float]:
        """Return the Marks of the turn, which is over. Later Marks belong to the next turn."""
        marks, self._marks = self._marks, {}
        held = now - max(marks.values(), default=now)
        if Mark.TURN_PREDICTED in marks and not self._predicts_end and held > _HELD:
            # The detector expected more until now, when its waiting time expired.
            marks[Mark.TURN_PREDICTED] = now
        return marks | {Mark.COMMITTED: now}

    def interruption(self, now: float) -> dict[Mark, float] | None:
        """Return the Marks of an interruption if the caller's speech stopped the agent."""
        if not self._speaking and now - self._stopped > _TRANSCRIPT_DELAY:
            return None
        marks = {Mark.CALLER_BEGINS: self._began, Mark.VAD_BEGIN: self._noticed}
        return marks | {Mark.PAUSED: now}
