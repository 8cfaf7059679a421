"""How much may be typed, as a table on a clock of its own."""

from __future__ import annotations

import pytest

from agent.call.limits.text import LENGTH, PER_MINUTE, Refusal, TextLimits
from tests.support.clinic import CLINIC


@pytest.mark.parametrize(
    ("characters", "refused"),
    [(0, None), (LENGTH, None), (LENGTH + 1, Refusal.TOO_LONG), (3_000_000, Refusal.TOO_LONG)],
)
def test_a_text_may_be_so_long(characters: int, refused: Refusal | None) -> None:
    """Up to the limit and no character more."""
    assert TextLimits().check_length(characters) is refused


@pytest.mark.parametrize(
    ("instants", "read"),
    [
        # One every 5 s is never too many.
        ([5.0 * n for n in range(60)], 60),
        # Of a burst, the minute's number; the rest of the minute is refused.
        ([0.01 * n for n in range(100)], PER_MINUTE),
        # Those that were refused do not put off the next one that is read.
        ([0.5 * n for n in range(121)], PER_MINUTE + 1),
        ([*[0.0] * PER_MINUTE, 59.9, 60.0], PER_MINUTE + 1),
    ],
)
def test_so_many_texts_are_read_in_a_minute(instants: list[float], read: int) -> None:
    """In any minute, not only in those of a clock on the wall."""
    limits = TextLimits()
    answers = [limits.start_text(now) for now in instants]
    assert answers.count(None) == read
    assert set(answers) <= {None, Refusal.TOO_MANY}


def test_the_caller_hears_why_and_is_not_talked_down() -> None:
    """One notice for a flood, and another one later; each reason has its own."""
    limits = TextLimits()
    notices = [now for now in range(60) if limits.start_notice(Refusal.TOO_MANY, float(now))]
    assert notices == [0, 20, 40]
    assert limits.start_notice(Refusal.TOO_LONG, 59.0)


def test_every_language_has_a_notice_for_each_refusal_and_a_goodbye() -> None:
    """All eleven; a reason without words would be silence."""
    assert len(CLINIC.phrases) == 11
    for language, said in CLINIC.phrases.items():
        assert said.too_long_notice, language
        assert said.too_many_notice, language
        assert said.goodbye, language
