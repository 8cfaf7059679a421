"""How much audio a text should give, learnt from the Segments so far. Pure.

It decides one case: audio stops and no `final` comes. Is the audio complete, or has the server
stalled?
"""

from __future__ import annotations

from typing import Final

from ..duration import PRIOR, PRIOR_SHARE

LEARNT_SHARE: Final = 0.85  # of the expected length, once that is learnt
LEAST_SHARE: Final = 0.3  # of the expected length; no voice is faster
ENOUGH: Final = 3  # Segments before the prior is dropped
MIN_LENGTH: Final = 12  # characters; shorter Segments vary too much


class SpeechRate:
    """Seconds of audio for a character."""

    def __init__(self, *, pace: float = 1.0) -> None:
        self._seconds = 0.0
        self._characters = 0
        self._segments = 0
        self._prior = PRIOR / pace

    def observe(self, *, characters: int, seconds: float) -> None:
        """Learn from a Segment that was certainly complete."""
        if characters >= MIN_LENGTH:
            self._characters += characters
            self._seconds += seconds
            self._segments += 1

    def expected(self, characters: int) -> float:
        """Seconds of audio for a number of characters."""
        if self._segments < ENOUGH:
            return characters * self._prior
        return characters * self._seconds / self._characters

    @property
    def per_character(self) -> float:
        """Seconds of audio for one character."""
        return self.expected(1000) / 1000

    def looks_complete(self, *, characters: int, seconds: float) -> bool:
        """Whether `seconds` of audio are probably complete."""
        share = PRIOR_SHARE if self._segments < ENOUGH else LEARNT_SHARE
        return seconds >= share * self.expected(characters)

    def may_be_complete(self, *, characters: int, seconds: float) -> bool:
        """Whether `seconds` of audio may be complete, if the voice was far faster than usual."""
        return seconds >= LEAST_SHARE * self.expected(characters)
