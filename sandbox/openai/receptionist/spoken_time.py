"""The time that a caller named: "half past ten", "साढ़े दस बजे", "மாலை ஐந்து மணி", "5 p.m.". Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .opening import Clock
from .rules import ClockRules, Language, rules

_USUAL: Mapping[str, Clock] = {
    "morning": Clock(10),
    "afternoon": Clock(12, 30),
    "evening": Clock(17, 30),
    "night": Clock(20),
}
# Words that make the name of a part of the day a greeting.
_GREETINGS = frozenset({"good", "शुभ", "வணக்கம்"})
_FIRST_MORNING_HOUR = 9  # 1 to 8 alone are in the afternoon or evening, when the clinic is open


@dataclass(frozen=True, slots=True)
class SpokenTime:
    """A time, and whether it was said as one ("at 5", "दस बजे") or is a bare number."""

    clock: Clock
    certain: bool
    usual: bool = False
    """Whether only a part of the day was named."""


def parse_time(words: tuple[str, ...], language: Language) -> SpokenTime | None:
    """The first time in the folded `words`.

    Number words of another language than the caller's count only next to a word for time: "do" is
    2 in Hindi. A part of the day alone ("in the evening") means its usual hour.
    """
    part = rules().parts.best(_without_greetings(words))
    clocks = rules().clocks
    bare: SpokenTime | None = None
    for spoken in (language, *clocks):
        for at in range(len(words)):
            found = _at(words, at, clocks[spoken], part)
            if found is not None and (found.certain or (part and spoken == language)):
                return SpokenTime(found.clock, certain=True)
            if spoken == language:
                bare = bare or found
    return bare or (SpokenTime(_USUAL[part], certain=True, usual=True) if part else None)


def _at(words: tuple[str, ...], at: int, table: ClockRules, part: str | None) -> SpokenTime | None:
    value = _number(words[at], table)
    if value is None or not 1 <= value < 24:
        return None
    before, after = " ".join(words[:at]), words[at + 1 :]
    # Callers mix languages within a time, too: "eleven बजे".
    after_words = [word for spoken in rules().clocks.values() for word in spoken.after]
    exact = not value.is_integer()
    shift = _shift_before(before, table)
    minutes, taken = (0, 0) if exact else _minutes_after(after, table)
    half = _half_of_day(after[taken:])
    certain = (
        exact
        or bool(shift or minutes or half)
        or _ends_with(before, table.before)
        or any(_fits(word, after_words) for word in after[:2])
    )
    hour, minute = divmod(round(value * 60) + shift + minutes, 60)
    if half is None and part is not None:
        half = "am" if part == "morning" else "pm"
    if hour < 12 and (half == "pm" or (half is None and hour < _FIRST_MORNING_HOUR)):
        hour += 12
    return SpokenTime(Clock(hour % 24, minute), certain)


def _number(word: str, table: ClockRules) -> float | None:
    hour, _, minute = word.replace(".", ":").partition(":")
    if not hour.isdecimal():
        return table.numbers.get(word)
    # The extra distinguishes 10:00 from a bare 10, and rounding removes it.
    return int(hour) + (int(minute) / 60 + 1e-6 if minute else 0.0)


def _shift_before(before: str, table: ClockRules) -> int:
    if _ends_with(before, table.half):
        return 30
    if _ends_with(before, table.quarter):
        return 15
    return -15 if _ends_with(before, table.quarter_to) else 0


def _minutes_after(after: tuple[str, ...], table: ClockRules) -> tuple[int, int]:
    """Minutes after the hour ("ten fifteen", "ten forty five"), and their number of words."""
    tens = _number(after[0], table) if after else None
    if tens not in (15, 20, 30, 40, 45, 50):
        return 0, 0
    ones = _number(after[1], table) if after[1:] and tens in (20, 40, 50) else None
    return (int(tens + ones), 2) if ones and ones < 10 else (int(tens), 1)


def _half_of_day(after: tuple[str, ...]) -> str | None:
    """`am` or `pm` after the time, also as two letters, as recognisers write it."""
    for half in ("am", "pm"):
        if after[:1] == (half,) or after[:2] == tuple(half):
            return half
    return None


def _without_greetings(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        word
        for at, word in enumerate(words)
        if not _GREETINGS.intersection(words[max(0, at - 1) : at + 2])
    )


def _ends_with(said: str, phrases: list[str]) -> bool:
    return any(said == phrase or said.endswith(f" {phrase}") for phrase in phrases)


def _fits(word: str, keywords: list[str]) -> bool:
    return any(
        word.startswith(keyword[:-1]) if keyword[-1] == "*" else word == keyword
        for keyword in keywords
    )
