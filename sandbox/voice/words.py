"""The times of a text's words, from the synthesizer's events. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

_TOKEN = re.compile(r"\S+")


class Word(NamedTuple):
    """One word with its punctuation, and its times."""

    text: str
    start: float
    """Seconds from the first sample."""
    end: float
    """Seconds from the first sample."""


@dataclass(frozen=True, slots=True)
class WordEvent:
    """The synthesizer began a word."""

    position: int
    """Characters of the text before it."""
    seconds: float


def word_times(
    text: str, events: Sequence[WordEvent], stops: Sequence[float], duration: float
) -> tuple[Word, ...]:
    """Times for the words of `text` as they are written, split at white space.

    `events` and `stops` (the ends of clauses, in seconds) are in order. The synthesizer speaks a
    number as several words and runs small words together, so a written word has any number of
    events: it begins with its first one, or, without any, is given an even share of the time
    between its neighbours. Marks that are not spoken at all ("-") are left out.
    """
    tokens = [match for match in _TOKEN.finditer(text) if any(map(str.isalnum, match[0]))]
    starts = _fill([_first(events, match.start(), match.end()) for match in tokens], duration)
    words = []
    for index, match in enumerate(tokens):
        start = starts[index]
        following = starts[index + 1] if index + 1 < len(tokens) else duration
        end = min((stop for stop in stops if start < stop < following), default=following)
        words.append(Word(match[0], start, end))
    return tuple(words)


def _first(events: Sequence[WordEvent], begin: int, end: int) -> float | None:
    return next((event.seconds for event in events if begin <= event.position < end), None)


def _fill(starts: Sequence[float | None], duration: float) -> list[float]:
    """Replace each gap by even steps between its neighbours; never let time run backwards."""
    filled: list[float] = []
    for index, start in enumerate(starts):
        previous = filled[-1] if filled else 0.0
        if start is None:
            steps, following = _next_known(starts, index, duration)
            start = previous + (following - previous) / steps if filled else 0.0
        filled.append(min(max(start, previous), duration))
    return filled


def _next_known(starts: Sequence[float | None], index: int, duration: float) -> tuple[int, float]:
    for ahead in range(index + 1, len(starts)):
        known = starts[ahead]
        if known is not None:
            return ahead - index + 1, known
    return len(starts) - index + 1, duration
