"""Times of day that a caller says: "10:30", "saadhe das baje", "quarter to five". Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time
from functools import cache

from ..turns.expected import Progress
from .data import table
from .entry import Judged
from .spoken_numbers import SpokenNumber, numbers_at_all
from .tokens import Token, tokens
from .word_lists import corrected, is_filler


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeForm:
    """The times that are accepted, from `earliest` to `latest`, both included."""

    earliest: time = time.min
    latest: time = time.max


@dataclass(frozen=True, slots=True)
class SaidTime:
    """What was said of a time."""

    hour: int | None = None
    minute: int = 0
    is_24_hours: bool = False
    """Whether the hour leaves no doubt: "14:30", "noon"."""
    part: tuple[int, int] | None = None
    """The part of the day, as the first and the last of its hours; from 24 on, of the next day."""
    has_minutes: bool = False
    has_other_words: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said of a time."""
        return self.hour is None and self.part is None


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """A time as far as it has been said. `feed` returns the next state."""

    form: TimeForm
    heard: str = ""

    def feed(self, text: str) -> TimeEntry:
        """The entry after the caller has said `text`: a part of the time, or another time."""
        said = read_time(text)
        if said.is_empty and not _belongs(text):
            return self
        if self.heard and said.hour is not None and len(self.judged.candidates) == 1:
            return replace(self, heard=text)
        return replace(self, heard=f"{self.heard} {text}".strip())

    def progress_with(self, text: str) -> Progress:
        """How far the time comes with `text`, the transcript of a turn that may go on."""
        return self.feed(text).judged.progress if self.is_all_of(text) else Progress.UNRELATED

    def is_all_of(self, text: str) -> bool:
        """Whether `text` has nothing but words of a time."""
        said = read_time(text)
        return not said.has_other_words and (not said.is_empty or _belongs(text))

    @property
    def judged(self) -> Judged[time]:
        """What has been heard so far."""
        return judge_time(read_time(self.heard), self.form)


def read_time(text: str) -> SaidTime:
    """What `text` says of a time; after a word of correction, what follows that word."""
    found = corrected(tokens(text))
    clock = _clock()
    numbers = numbers_at_all(found)
    parts = [
        clock[token.text]
        for at, token in enumerate(found)
        # "I am late" is no time.
        if isinstance(clock.get(token.text), _Part) and (at == 0 or found[at - 1].text != "i")
    ]
    whole = [clock[token.text] for token in found if isinstance(clock.get(token.text), SaidTime)]
    of_numbers = {at for number in numbers for at in range(number.start, number.end)}
    has_other_words = any(
        token.kind == "word"
        and at not in of_numbers
        and token.text not in clock
        and token.text not in _ENGLISH
        and not is_filler(token.text)
        for at, token in enumerate(found)
    )
    said = whole[0] if whole else _from_numbers(found, numbers)
    assert isinstance(said, SaidTime)
    first = parts[0] if parts else None
    part = (first.first, first.last) if isinstance(first, _Part) else None
    return replace(said, part=part, has_other_words=has_other_words)


def judge_time(said: SaidTime, form: TimeForm) -> Judged[time]:
    """The time that is meant, as far as that is certain. The problem is "no_such_time" or
    "out_of_range"."""
    if said.hour is None:
        return Judged(Progress.PARTIAL)
    possible = list(_times(said))
    if not possible:
        return Judged(Progress.POSSIBLE, problem="no_such_time")
    accepted = tuple(found for found in possible if form.earliest <= found <= form.latest)
    if not accepted:
        return Judged(Progress.POSSIBLE, problem="out_of_range")
    is_certain = said.part is not None or said.has_minutes or said.is_24_hours
    progress = Progress.COMPLETE if is_certain else Progress.POSSIBLE
    return Judged(progress, candidates=accepted)


def _times(said: SaidTime) -> Iterator[time]:
    hour, minute = said.hour or 0, said.minute
    if not (0 <= hour < 24 and 0 <= minute < 60):
        return
    if said.is_24_hours or hour == 0 or hour > 12:
        yield time(hour, minute)
        return
    for possible in (hour % 12, hour % 12 + 12):
        if said.part is None or any(
            said.part[0] <= of_day <= said.part[1] for of_day in (possible, possible + 24)
        ):
            yield time(possible, minute)


_ENGLISH = frozenset("at past to half quarter".split())


def _from_numbers(found: Sequence[Token], numbers: Sequence[SpokenNumber]) -> SaidTime:
    """A time of an hour and perhaps minutes."""
    if not numbers:
        return SaidTime()
    first = numbers[0]
    before = [token.text for token in found[max(0, first.start - 2) : first.start]]
    hour = first.value
    if added := _added(before):
        return _moved(hour, added)
    if len(numbers) > 1 and "to" in [token.text for token in found[first.end : numbers[1].start]]:
        return _moved(numbers[1].value, -hour)
    if len(numbers) > 1 and "past" in (token.text for token in found[first.end : numbers[1].start]):
        return _moved(numbers[1].value, hour)
    if len(first.digits) in (3, 4) and len(numbers) == 1:
        # "1030", as an STT writes "ten thirty".
        return _written(hour // 100, hour % 100, first.digits)
    minute = numbers[1].value if len(numbers) > 1 else 0
    return _written(hour, minute, first.digits, has_minutes=len(numbers) > 1)


def _written(hour: int, minute: int, digits: str, *, has_minutes: bool = True) -> SaidTime:
    is_24_hours = hour > 12 or (digits.startswith("0") and has_minutes)
    return SaidTime(hour, minute, is_24_hours=is_24_hours, has_minutes=has_minutes)


def _moved(hour: int, minutes: int) -> SaidTime:
    """So many minutes after an hour of the clock, or before it."""
    if not (1 <= hour <= 24 and -60 < minutes < 60):
        return SaidTime(hour=99)
    total = (hour * 60 + minutes) % (24 * 60)
    hour = total // 60
    return SaidTime(hour or 12, total % 60, is_24_hours=hour > 12, has_minutes=True)


def _added(before: Sequence[str]) -> int:
    """Minutes that the words before an hour add to it."""
    clock = _clock()
    word = before[-1] if before else ""
    if before[-2:] in (["half", "past"], ["quarter", "past"]):
        return 30 if before[-2] == "half" else 15
    if before[-2:] == ["quarter", "to"]:
        return -15
    added = clock.get(word)
    return added if isinstance(added, int) else 0


@dataclass(frozen=True, slots=True)
class _Part:
    first: int
    last: int


def _belongs(text: str) -> bool:
    return any(token.text in _clock() or token.text in _ENGLISH for token in tokens(text))


@cache
def _clock() -> dict[str, _Part | SaidTime | int | None]:
    """Words of the clock: parts of the day, whole times, minutes to add; None for "o'clock"."""
    lists = table("clock")
    found: dict[str, _Part | SaidTime | int | None] = {}
    for name in ("hour", "minute"):
        found |= dict.fromkeys((token.text for token in tokens(lists[name]["all"])), None)
    for words in lists["parts"].values():
        first, last, *names = words.split()
        part = _Part(int(first), int(last))
        found |= {token.text: part for token in tokens(" ".join(names))}
    for minutes, words in lists["added"].items():
        found |= {token.text: int(minutes) for token in tokens(words)}
    for clock, words in lists["whole"].items():
        hour, _, minute = clock.partition(":")
        named = {"noon": SaidTime(12, is_24_hours=True), "midnight": SaidTime(0, is_24_hours=True)}
        said = named.get(clock) or SaidTime(int(hour), int(minute), has_minutes=True)
        found |= {token.text: said for token in tokens(words)}
    return found


def say_time(said: time, language: str) -> str:
    """The time as it is read back, in the language of a code such as hi-IN: "शाम 5:30 बजे"."""
    hours = zip((0, 12, 16, 20), table("clock")["said"][language], strict=True)
    written = [form for since, form in hours if since <= said.hour][-1]
    hour = str(said.hour % 12 or 12)
    return str(written.format(time=f"{hour}:{said.minute:02}" if said.minute else hour))
