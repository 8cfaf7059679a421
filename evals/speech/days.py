"""Days that a text names: weekdays, dates, and days counted from today. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

from .folding import fold
from .folding import words as words_of

_WEEKDAYS = (
    "monday somvar सोमवार திங்கள்",
    "tuesday mangalvar मंगलवार செவ்வாய்",
    "wednesday budhvar बुधवार புதன்",
    "thursday guruvar गुरुवार बृहस्पतिवार வியாழன் வியாழ",
    "friday shukravar शुक्रवार வெள்ளி",
    "saturday shanivar शनिवार சனி",
    "sunday ravivar रविवार संडे ஞாயிறு ஞாயிற்று",
)
_MONTHS = (
    "january jan जनवरी ஜனவரி",
    "february feb फरवरी பிப்ரவரி",
    "march mar मार्च மார்ச்",
    "april apr अप्रैल ஏப்ரல்",
    "may मई மே",
    "june jun जून ஜூன்",
    "july jul जुलाई ஜூலை",
    "august aug अगस्त ஆகஸ்ட்",
    "september sep सितंबर செப்டம்பர்",
    "october oct अक्टूबर அக்டோபர்",
    "november nov नवंबर நவம்பர்",
    "december dec दिसंबर டிசம்பர்",
)
# The longer phrase first: it contains the shorter one.
_FROM_TODAY = (
    (2, "day after tomorrow"),
    (2, "நாளை மறுநாள்"),
    (2, "நாளைக்கு மறுநாள்"),
    (2, "நாளன்னைக்கு"),
    (2, "परसों"),
    (2, "parson"),
    (1, "tomorrow"),
    (1, "कल"),
    (1, "kal"),
    (1, "நாளை"),
    (1, "நாளைக்கு"),
    (0, "today"),
    (0, "आज"),
    (0, "aaj"),
    (0, "இன்று"),
    (0, "இன்னைக்கு"),
)
_WEEKDAY_OF = {fold(w): n for n, ws in enumerate(_WEEKDAYS) for w in ws.split()}
_MONTH_OF = {fold(w): n for n, ws in enumerate(_MONTHS, start=1) for w in ws.split()}
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)")
_ORDINAL = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?$")


def days(text: str, today: date) -> set[date]:
    """The days that a text names, as dates from `today` on; a weekday is its next occurrence, and
    today's weekday is today."""
    found = {date(*map(int, iso)) for iso in _ISO.findall(text) if _is_date(iso)}
    said = words_of(text)
    joined = f" {' '.join(said)} "
    for ahead, phrase in _FROM_TODAY:
        needle = f" {fold(phrase)} "
        if needle in joined:
            found.add(today + timedelta(days=ahead))
            joined = joined.replace(needle, " ")
    for word in said:
        weekday = _WEEKDAY_OF.get(word, _stem(word))
        if weekday is not None:
            found.add(today + timedelta(days=(weekday - today.weekday()) % 7))
    found |= {made for made in (_dated(pair, today) for pair in _pairs(said)) if made}
    return found


def _stem(word: str) -> int | None:
    """The weekday of a Tamil word with a suffix (`திங்கட்கிழமை`, `புதன்கிழமை`)."""
    if "கிழமை" not in word and not word.endswith("அன்று"):
        return None
    stems = {"திங்க": 0, "செவ்வா": 1, "புத": 2, "வியாழ": 3, "வெள்ளி": 4, "சனி": 5, "ஞாயி": 6}
    return next((day for stem, day in stems.items() if word.startswith(fold(stem))), None)


def _pairs(said: tuple[str, ...]) -> list[tuple[str, str]]:
    return [pair for a, b in pairwise(said) for pair in ((a, b), (b, a))]


def _dated(pair: tuple[str, str], today: date) -> date | None:
    """`(1, december)` as a date, this year or the next."""
    number, month = _ORDINAL.match(pair[0]), _month(pair[1])
    if not number or month is None:
        return None
    for year in (today.year, today.year + 1):
        if _is_date((str(year), str(month), number[1])):
            made = date(year, month, int(number[1]))
            if made >= today - timedelta(days=60):
                return made
    return None


def _month(word: str) -> int | None:
    return _MONTH_OF.get(word)


def _is_date(parts: tuple[str, str, str]) -> bool:
    try:
        date(*map(int, parts))
    except ValueError:
        return False
    return True
