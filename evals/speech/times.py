"""Clock times that a text says, in digits or in words. Pure.

A time is minutes after twelve, 0 to 719: speech leaves out morning and evening more often than it
says them ("from 5 to 8:30"), so judges compare the face of the clock.
"""

from __future__ import annotations

import re

from .folding import fold
from .numbers import HOURS, MINUTES

DIAL = 720
"""Minutes of the face of a clock."""

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
# The offset and the seconds of an ISO time are no times of their own.
_ISO = re.compile(r"(?<=t)(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?")
_DIGITS = re.compile(r"(?<![\d:.])(\d{1,2}):(\d\d)(?::\d\d)?(?![\d])")
_HALF = re.compile(
    r"(साढे|saadhe|sadhe|सवा|sava|पौने|paune|half past|quarter past|quarter to)\s+(\w[^\s,.?।]*)"
)
_SHIFT = {
    "साढे": 30,
    "saadhe": 30,
    "sadhe": 30,
    "half past": 30,
    "सवा": 15,
    "sava": 15,
    "quarter past": 15,
    "पौने": -15,
    "paune": -15,
    "quarter to": -15,
}
_WHOLE = {"डेढ": 90, "dedh": 90, "ढाई": 150, "dhai": 150}
"""One and a half, two and a half; before the word for o'clock."""
_MARK = r"(?:a\.?\s?m\b\.?|p\.?\s?m\b\.?|o\s?'?clock|बजे|बजकर|baje|மணி\S*|mani\b)"
_HOUR = r"(?:\d{1,2}|" + "|".join(sorted(map(re.escape, HOURS), key=len, reverse=True)) + ")"
_MINUTE = "|".join(sorted(map(re.escape, MINUTES), key=len, reverse=True))
_MARKED = re.compile(rf"(?<![\w:.])({_HOUR})(?:[\s.]+({_MINUTE}|[0-5]\d))?\s*{_MARK}")
_THIRTY = re.compile(rf"(?<![\w:.])({_HOUR})\s+(thirty|fifteen|forty-five)\b")
_AT = re.compile(
    rf"\bat\s+({_HOUR})\b(?!\s*(?:of|point|a time|least|most|min|\w\.))"
    rf"|(?<![\w:.])({_HOUR})\s+(?:in\s+the\s+(?:morning|afternoon|evening)|noon)\b"
)
_TAMIL_HALF = re.compile(r"(ஒன்றரை|இரண்டரை|மூன்றரை|நாலரை|நான்கரை|ஐந்தரை|ஆறரை|ஏழரை|எட்டரை|ஒன்பதரை|பத்தரை)")
_TAMIL_HALVES = {
    "ஒன்றரை": 1,
    "இரண்டரை": 2,
    "மூன்றரை": 3,
    "நாலரை": 4,
    "நான்கரை": 4,
    "ஐந்தரை": 5,
    "ஆறரை": 6,
    "ஏழரை": 7,
    "எட்டரை": 8,
    "ஒன்பதரை": 9,
    "பத்தரை": 10,
}
_AND = r"(?:,|-|–|to|till|until|or|and|से|या|और|तक|முதல்|அல்லது|மற்றும்)"
_NOT_MONEY = r"(?<!rs )(?<!rs\. )(?<!rs\.)(?<!₹)(?<!₹ )"
_LISTED = re.compile(rf"{_NOT_MONEY}(?<![\w:.,])({_HOUR})\s*{_AND}\s*(?:\S+\s+)?(?=\d)")
_OR = r"(?:to|till|until|or|and|से|या|और|முதல்|அல்லது|மற்றும்)"
_LAST = re.compile(
    rf"0time0\s+{_OR}\s+(\d{{1,2}})(?![\w:.,]?\w)(?!\s*(?:min|day|मिनट|दिन|நிமிட|நாள்))"
)


def times(text: str) -> set[int]:
    """The times that a text says; words are times only beside `at`, `o'clock`, `बजे` or the like."""
    text = _ISO_DATE.sub(" ", fold(text))
    found: set[int] = set()
    text = _ISO.sub(lambda m: _take(found, m[1], m[2]), text)
    text = _DIGITS.sub(lambda m: _take(found, m[1], m[2]), text)
    text = _HALF.sub(lambda m: _shifted(found, m), text)
    for word, minutes in _WHOLE.items():
        if re.search(rf"{word}\s+(?:बजे|baje)", text):
            found.add(minutes)
    for half in _TAMIL_HALF.findall(text):
        found.add(60 * _TAMIL_HALVES[half] + 30)
    text = _MARKED.sub(lambda m: _take(found, m[1], m[2]), text)
    text = _THIRTY.sub(lambda m: _take(found, m[1], m[2]), text)
    text = _AT.sub(lambda m: _take(found, m[1] or m[2], None), text)
    if found:
        # "9 to 1 p.m.", "10, 10:30 or 11": what was found is a digit now.
        for listed in _LISTED.findall(text) + _LAST.findall(text):
            _take(found, listed, None)
    return found


def spoken(minutes: int) -> str:
    """A time for a report: `9:30`."""
    return f"{minutes // 60 or 12}:{minutes % 60:02}"


def _take(found: set[int], hour: str, minute: str | None) -> str:
    """Add a time if it is one; what stands in the text instead of it."""
    h = int(hour) if hour.isdigit() else HOURS[hour]
    m = 0 if minute is None else int(minute) if minute.isdigit() else MINUTES[minute]
    if h > 24 or m > 59:
        return f"{hour} {minute or ''}"
    found.add((60 * h + m) % DIAL)
    return " 0time0 "


def _shifted(found: set[int], match: re.Match[str]) -> str:
    hour = match[2]
    if not (hour in HOURS or (hour.isdigit() and 1 <= int(hour) <= 12)):
        return match[0]
    h = HOURS[hour] if hour in HOURS else int(hour)
    found.add((60 * h + _SHIFT[match[1]]) % DIAL)
    return " 0time0 "
