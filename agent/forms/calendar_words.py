"""Finds the words of the calendar in a transcript: days, weekdays, months, numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from .data import table
from .spoken_numbers import SpokenNumber, numbers_at_all
from .tokens import Token, tokens
from .word_lists import is_filler

Kind = Literal[
    "number", "ordinal", "month", "weekday", "days_away", "day_of_month", "next", "this", "days",
    "weeks", "months", "after", "slash", "colon", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CalendarWord:
    """A word or phrase of the calendar."""

    kind: Kind
    value: int = 0
    """Of a number; of a month from 1, of a weekday from Monday, 0."""
    days: tuple[int, ...] = ()
    """The days from today that it can mean."""
    digits: str = ""
    """A number as it is written."""


def calendar_words(found: Sequence[Token]) -> list[CalendarWord]:
    """What a transcript has of the calendar, in order. `other` is a word that is nothing of it and
    that does not usually stand beside it; marks between numbers are `slash`
    or, of a time of day, `colon`."""
    numbers = {number.start: number for number in numbers_at_all(found)}
    return list(_calendar_words(found, numbers))


def weekday_name(weekday: int, language: str) -> str:
    """The weekday's name in the language of a code such as hi-IN; Monday is 0."""
    return _names("weekdays", language)[weekday]


def month_name(month: int, language: str) -> str:
    """The month's name in the language of a code such as hi-IN; January is 1."""
    return _names("months", language)[month - 1]


def _calendar_words(
    found: Sequence[Token], numbers: dict[int, SpokenNumber]
) -> Iterator[CalendarWord]:
    at = 0
    while at < len(found):
        phrase = _phrase_at(found, at)
        number = numbers.get(at)
        if phrase is not None:
            word, length = phrase
            yield word
            at += length
        elif (
            number is not None
            and (after := _phrase_at(found, number.end))
            and (after[0].kind == "ordinal")
        ):
            yield _with_ordinal(number.value, after[0].value)
            at = number.end + 1
        elif number is not None:
            following = found[number.end].text if number.end < len(found) else ""
            is_ordinal = following in _words()["ordinal_ends"]
            kind: Kind = "ordinal" if is_ordinal else "number"
            yield CalendarWord(kind, number.value, digits=number.digits)
            at = number.end + is_ordinal
        else:
            token = found[at]
            if token.kind == "mark" and token.text in "/-.":
                yield CalendarWord("slash")
            elif token.text == ":":
                yield CalendarWord("colon")
            elif token.kind == "word":
                kind = _kind(token.text)
                if kind != "other" or not is_filler(token.text):
                    yield CalendarWord(kind)
            at += 1


def _with_ordinal(number: int, ordinal: int) -> CalendarWord:
    """ "twenty second" is the 22nd, "one second" a moment."""
    if number in (20, 30) and ordinal < 10:
        return CalendarWord("ordinal", number + ordinal, digits=str(number + ordinal))
    return CalendarWord("other")


def _kind(word: str) -> Kind:
    kinds: tuple[Kind, ...] = ("day_of_month", "next", "this", "days", "weeks", "months", "after")
    return next((kind for kind in kinds if word in _words()[kind]), "other")


def _phrase_at(found: Sequence[Token], at: int) -> tuple[CalendarWord, int] | None:
    """The longest phrase that begins at a token, and its number of tokens."""
    for length in range(min(4, len(found) - at), 0, -1):
        word = _phrases().get(tuple(token.text for token in found[at : at + length]))
        if word is not None:
            return word, length
    return None


@cache
def _phrases() -> dict[tuple[str, ...], CalendarWord]:
    calendar = table("calendar")
    found: dict[tuple[str, ...], CalendarWord] = {}
    lists: tuple[tuple[Kind, str, int], ...] = (("weekday", "weekdays", 0), ("month", "months", 1))
    for kind, name, first in lists:
        for lines in calendar[name].values():
            for value, line in enumerate(lines.strip().split("\n"), first):
                found |= {(token.text,): CalendarWord(kind, value) for token in tokens(line)}
    for value, words in calendar["ordinals"].items():
        found |= {
            (token.text,): CalendarWord("ordinal", int(value), digits=value)
            for token in tokens(words)
        }
    for days, phrases in calendar["days"].items():
        away = tuple(map(int, days.split()))
        for phrase in phrases.split("|"):
            words = tuple(token.text for token in tokens(phrase))
            found[words] = CalendarWord("days_away", days=away)
    return found


@cache
def _words() -> dict[str, frozenset[str]]:
    return {
        name: frozenset(token.text for token in tokens(words))
        for name, words in table("calendar")["words"].items()
    }


def _names(name: str, language: str) -> list[str]:
    lines = table("calendar")[name][language].strip().split("\n")
    return [line.split()[0] for line in lines]
