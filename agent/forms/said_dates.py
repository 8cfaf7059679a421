"""What a transcript says of a date, the Indian way: day before month. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .calendar_words import CalendarWord, calendar_words
from .tokens import tokens
from .word_lists import corrected


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
    year: int | None = None
    """As it was said, perhaps with two digits."""
    is_contradictory: bool = False
    """Whether it names two days."""
    has_other_words: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said of a date."""
        said = (self.weekday, self.day, self.month)
        return not self.days_away and all(value is None for value in said)


def read_date(text: str) -> SaidDate:
    """What `text` says of a date; after a word of correction, what follows that word."""
    words = calendar_words(corrected(tokens(text)))
    has_other_words = any(word.kind == "other" for word in words)
    said = _written(words) or _spoken([word for word in words if word.kind != "slash"])
    return replace(said, has_other_words=has_other_words)


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
    away = {word.days for word in words if word.kind == "days_away"}
    weekdays = {word.value for word in words if word.kind == "weekday"}
    months = [at for at, kind in enumerate(kinds) if kind == "month"]
    numbers = [at for at, kind in enumerate(kinds) if kind in ("number", "ordinal")]
    said = SaidDate(
        weekday=max(weekdays, default=None),
        is_next="next" in kinds,
        is_contradictory=len(away) > 1 or len(weekdays) > 1 or len(months) > 1,
    )
    if away:
        return replace(said, days_away=max(away, default=()))
    if "days" in kinds and "after" in kinds and len(numbers) == 1:
        return replace(said, days_away=(words[numbers[0]].value,))
    if months:
        return _with_month(said, words, months[0], numbers)
    days = [
        at for at in numbers if kinds[at] == "ordinal" or kinds[at + 1 : at + 2] == ["day_of_month"]
    ]
    if days:
        is_contradictory = said.is_contradictory or len({words[at].value for at in days}) > 1
        return replace(said, day=words[days[0]].value, is_contradictory=is_contradictory)
    if weekdays or not numbers:
        return said
    if len(numbers) == 1:
        return replace(said, day=words[numbers[0]].value)
    return _numbered([words[at] for at in numbers])


def _with_month(
    said: SaidDate, words: Sequence[CalendarWord], month: int, numbers: Sequence[int]
) -> SaidDate:
    """A date with the month's name: "15 December 2026", "December 15"."""
    before = [at for at in numbers if at < month and words[at].value <= 31]
    after = [at for at in numbers if at > month]
    if not before and after and words[after[0]].value <= 31:
        before, after = [after[0]], after[1:]
    days = {words[at].value for at in before}
    return replace(
        said,
        day=words[before[-1]].value if before else None,
        month=words[month].value,
        year=_year([words[at].value for at in after]),
        is_contradictory=said.is_contradictory or len(days) > 1,
    )


def _year(values: Sequence[int]) -> int | None:
    """A year in one number, 2026 or 26, or in two, "twenty twenty six"."""
    match values:
        case [19 | 20 as century, rest, *_] if rest < 100:
            return century * 100 + rest
        case [year, *_] if year < 100 or 1900 <= year < 2200:
            return year
    return None
