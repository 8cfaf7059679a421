"""Learns from Segments how much audio a text gives. Pure."""

from __future__ import annotations

from typing import Final

from ..duration import PRIOR

MIN_SEGMENTS: Final = 3  # Segments before the prior is dropped
MIN_CHARACTERS: Final = 12  # shorter Segments vary too much


class SpeechRate:
    """Seconds of audio for a character."""

    def __init__(self, *, pace: float = 1.0) -> None:
        self._seconds = 0.0
        self._characters = 0
        self._segments = 0
        self._prior = PRIOR / pace

    def observe(self, *, characters: int, seconds: float) -> None:
        """Learn from a Segment that was certainly complete."""
        if characters >= MIN_CHARACTERS:
            self._characters += characters
            self._seconds += seconds
            self._segments += 1

    @property
    def is_learnt(self) -> bool:
        """Whether the rate is the voice's own, and no longer the prior."""
        return self._segments >= MIN_SEGMENTS

    def expected(self, characters: int) -> float:
        """Seconds of audio for a number of characters."""
        if not self.is_learnt:
            return characters * self._prior
        return characters * self._seconds / self._characters

    @property
    def per_character(self) -> float:
        """Seconds of audio for one character."""
        return self.expected(1000) / 1000
