"""What a transcript says of a date, the Indian way: day before month. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile, pairwise
from typing import Final

from .calendar_words import CalendarWord, calendar_words
from .tokens import tokens
from .word_lists import corrected

_DAYS_OF: Final = {"days": 1, "weeks": 7}
_UNITS: Final = {*_DAYS_OF, "months"}


@dataclass(frozen=True, slots=True)
class SaidDate:
    """What was said of a date."""

    days_away: tuple[int, ...] = ()
    """The days from today that it can mean: 1 and -1 after कल."""
    weekday: int | None = None
    """Monday is 0."""
    is_next: bool = False
    """ "next Monday": some callers say it of the coming one, some of the one after."""
    day: int | None = None
    month: int | None = None
    months_away: int | None = None
    """The months from this one, if none was named: 1 after "next month"."""
    year: int | None = None
    """As it was said, perhaps with two digits."""
    is_contradictory: bool = False
    """Whether it names two days."""
    has_other_words: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said of a date."""
        said = (self.weekday, self.day, self.month, self.months_away)
        return not self.days_away and all(value is None for value in said)


def read_date(text: str) -> SaidDate:
    """What `text` says of a date; after a word of correction, what follows that word."""
    words = calendar_words(corrected(tokens(text)))
    has_other_words = any(word.kind == "other" for word in words)
    said = _written(words) or _spoken(_without_clock(words))
    return replace(said, has_other_words=has_other_words)


def _without_clock(words: Sequence[CalendarWord]) -> list[CalendarWord]:
    """The words without marks, and without the numbers of a time such as 10:30."""
    colons = {at for at, word in enumerate(words) if word.kind == "colon"}
    clock = colons | {at + beside for at in colons for beside in (-1, 1)}
    return [word for at, word in enumerate(words) if word.kind != "slash" and at not in clock]


def _written(words: Sequence[CalendarWord]) -> SaidDate | None:
    """A date in figures: 15/12, 15-12-2026, 2026-12-15."""
    kinds = [word.kind for word in words]
    for length in (5, 3):
        pattern = ["number", "slash"] * (length // 2) + ["number"]
        for at in range(len(words) - length + 1):
            if kinds[at : at + length] == pattern:
                return _numbered(words[at : at + length : 2])
    return None


def _numbered(numbers: Sequence[CalendarWord]) -> SaidDate:
    """A date from two or more numbers: day, month, and a year in one or two of them."""
    values = [number.value for number in numbers]
    if values[0] > 31:
        values[:3] = reversed(values[:3])
    year = _year(values[2:]) if len(values) > 2 else None
    return SaidDate(day=values[0], month=values[1], year=year)


def _spoken(words: Sequence[CalendarWord]) -> SaidDate:
    kinds = [word.kind for word in words]
    # "three days": in "in three days" a time from today, and never a day of the month.
    spans = [
        at for at, pair in enumerate(pairwise(kinds)) if pair[0] == "number" and pair[1] in _UNITS
    ]
    ahead = [(words[at].value, kinds[at + 1]) for at in spans if "after" in kinds]
    away = {word.days for word in words if word.kind == "days_away"}
    away |= {(count * _DAYS_OF[unit],) for count, unit in ahead if unit in _DAYS_OF}
    months_away = {count for count, unit in ahead if unit == "months"}
    months_away |= {1 for pair in pairwise(kinds) if pair == ("next", "months")}
    weekdays = {word.value for word in words if word.kind == "weekday"}
    months = [at for at, kind in enumerate(kinds) if kind == "month"]
    numbers = [
        at for at, kind in enumerate(kinds) if kind in ("number", "ordinal") and at not in spans
    ]
    said = SaidDate(
        weekday=max(weekdays, default=None),
        is_next="next" in kinds,
        days_away=max(away, default=()),
        months_away=max(months_away, default=None),
        is_contradictory=any(len(found) > 1 for found in (away, weekdays, months, months_away)),
    )
    if months:
        return _with_month(said, words, months[0], numbers)
    days = [
        at for at in numbers if kinds[at] == "ordinal" or kinds[at + 1 : at + 2] == ["day_of_month"]
    ]
    if days:
        is_contradictory = said.is_contradictory or len({words[at].value for at in days}) > 1
        return replace(said, day=words[days[0]].value, is_contradictory=is_contradictory)
    if away or weekdays or not numbers or (not months_away and _is_open(kinds)):
        return said
    if len(numbers) == 1 or months_away:
        return replace(said, day=words[numbers[0]].value)
    return _numbered([words[at] for at in numbers])


def _is_open(kinds: Sequence[str]) -> bool:
    """Whether a time was said that cannot be read, as in "next week at 10" and "in 2 years"."""
    return bool({"after", "next"} & set(kinds)) and bool({"other", *_UNITS} & set(kinds))


def _with_month(
    said: SaidDate, words: Sequence[CalendarWord], month: int, numbers: Sequence[int]
) -> SaidDate:
    """A date with the month's name: "15 December 2026", "December 15", "2026 December 15"."""
    before = [at for at in numbers if at < month and words[at].value <= 31]
    years = [at for at in numbers if at < month and at not in before]
    after = [at for at in numbers if at > month]
    if not before and after and words[after[0]].value <= 31:
        before, after = [after[0]], after[1:]
    days = {words[at].value for at in before}
    return replace(
        said,
        day=words[before[-1]].value if before else None,
        month=words[month].value,
        months_away=None,
        year=_year_or_hour([words[at].value for at in (*years, *after)]),
        is_contradictory=said.is_contradictory or len(days) > 1,
    )


def _year_or_hour(values: Sequence[int]) -> int | None:
    """The year beside a month's name. A small number is the hour: "15 December 10 am"."""
    year = _year(list(dropwhile(lambda value: value < 19, values)))
    return None if year == 19 else year


def _year(values: Sequence[int]) -> int | None:
    """A year in one number, 2026 or 26, or in two, "twenty twenty six"."""
    match values:
        case [19 | 20 as century, rest, *_] if rest < 100:
            return century * 100 + rest
        case [year, *_] if year < 100 or 1900 <= year < 2200:
            return year
    return None
