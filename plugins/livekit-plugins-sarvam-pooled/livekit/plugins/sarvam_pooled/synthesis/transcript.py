"""Estimates the time of each word, for transcripts that follow the voice. Pure.

Sarvam gives no word times. The start and end of a Segment in the audio are exact; within it, words
are spread by length at the learnt speech rate, which is right to a word or two. Words are reported
with their audio: a reply that breaks off has no word beyond its end.
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
        # Words of the current Segment that were not reported.
        self._words: deque[str] = deque()
        # End of the last reported word.
        self._at = 0.0

    def begin(self, text: str, *, at: float, seconds_per_character: float) -> None:
        """Start a Segment, whose audio starts `at`; the previous one has ended."""
        self._words = deque(_WORD.findall(text))
        self._rate = seconds_per_character
        self._at = max(self._at, at)

    def reach(self, at: float) -> list[TimedWord]:
        """The words that start before `at`, up to which there is audio."""
        words: list[TimedWord] = []
        while self._words and self._at < at:
            text = self._words.popleft()
            words.append(self._place(text, len(text) * self._rate))
        return words

    def end(self, at: float) -> list[TimedWord]:
        """The Segment's other words, in the rest of its audio, which ended `at`."""
        left = max(0.0, at - self._at)
        characters = sum(map(len, self._words))
        words = [self._place(text, left * len(text) / characters) for text in self._words]
        self._words.clear()
        return words

    def _place(self, text: str, seconds: float) -> TimedWord:
        start, self._at = self._at, self._at + seconds
        return TimedWord(text, start, self._at)
