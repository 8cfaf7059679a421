"""Which word is spoken when, for transcripts that follow the voice. Pure.

Sarvam gives no word times. A Segment's start is exact; within it words are spread by their length
at the voice's learnt rate, which is good to a word or two.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"\s*\S+\s*")


def timed_words(
    text: str, *, start: float, seconds_per_character: float
) -> list[tuple[str, float, float]]:
    """Words of `text` with their white space, each with start and end in seconds."""
    words: list[tuple[str, float, float]] = []
    for match in _WORD.finditer(text):
        end = start + len(match.group()) * seconds_per_character
        words.append((match.group(), start, end))
        start = end
    return words
