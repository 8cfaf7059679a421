"""Which word is spoken when, for transcripts that follow the voice. Pure.

Sarvam gives no word times. Where a Segment starts and ends in the audio is exact; within it words
are spread by their length at the voice's learnt rate, which is good to a word or two. Words are
given out with the audio they are in, so that a reply that breaks off holds no word beyond it.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

_WORD = re.compile(r"\s*\S+\s*")


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word with the white space around it; times in seconds of the reply's audio."""

    text: str
    start: float
    end: float


class Transcript:
    """The words of a reply, one Segment after the other. Times never run backwards."""

    def __init__(self) -> None:
        self._rate = 0.0
        # Words of the Segment under way that were not given out.
        self._words: deque[str] = deque()
        # End of the last word given out.
        self._at = 0.0

    def begin(self, text: str, *, at: float, seconds_per_character: float) -> None:
        """A Segment's audio begins `at`; the one before has ended."""
        self._words = deque(_WORD.findall(text))
        self._rate = seconds_per_character
        self._at = max(self._at, at)

    def reach(self, at: float) -> list[TimedWord]:
        """Audio up to `at` is there: the words that start before."""
        words: list[TimedWord] = []
        while self._words and self._at < at:
            text = self._words.popleft()
            words.append(self._place(text, len(text) * self._rate))
        return words

    def end(self, at: float) -> list[TimedWord]:
        """The Segment's audio ended `at`: its other words, in what is left of it."""
        left = max(0.0, at - self._at)
        characters = sum(map(len, self._words))
        words = [self._place(text, left * len(text) / characters) for text in self._words]
        self._words.clear()
        return words

    def _place(self, text: str, seconds: float) -> TimedWord:
        start, self._at = self._at, self._at + seconds
        return TimedWord(text, start, self._at)
