"""Limits of a text's audio: far above any honest voice, and never far away."""

from __future__ import annotations

import string

import pytest
from livekit.plugins.sarvam_pooled.audio.trim import sounding
from livekit.plugins.sarvam_pooled.duration import (
    MAX_DURATION_FLOOR,
    MAX_FACTOR,
    MIN_DURATION_FLOOR,
    max_duration,
    min_duration,
    usual_duration,
)

from sandbox.voice import speak

from .sentences import SPOKEN

BRIEF = {
    "en-IN": ["Hi", "Sure.", "Hm.", "Good evening.", "Through thoughts, thought straight."],
    "hi-IN": ["जी।", "हाँ।", "ठीक है।"],
    "ta-IN": ["சரி.", "ஆம்."],
    "te-IN": ["సరే."],
    "ur-IN": ["جی۔"],
    "gu-IN": ["સારું."],
}
NUMBERS = ("98765 43210, 98765 43210, 98765 43210.", "Rs. 1,27,777.77 and Rs. 7,77,777")


@pytest.mark.parametrize("language", SPOKEN)
async def test_a_voice_takes_about_the_usual_time(language: str) -> None:
    """Also where vowel signs are characters, or vowels are not written."""
    for pace in (0.5, 1.0, 2.0):
        text = SPOKEN[language]
        seconds = len(await speak(text, language=language, pace=pace)) / 2 / 24000
        assert 0.5 < seconds / usual_duration(text, pace=pace) < 1.5


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("text", NUMBERS)
async def test_numbers_take_their_time(language: str, text: str) -> None:
    """Said digit by digit they take 4 to 6 times as long as words of that length; a limit by
    characters alone would cut them."""
    seconds = len(await speak(text * 3, language=language)) / 2 / 24000
    assert MAX_FACTOR * 0.6 < max_duration(text * 3, pace=1.0) / seconds < MAX_FACTOR * 3


def test_the_limit_has_a_floor_and_follows_the_text() -> None:
    """Nobody knows how few characters are said; many are known well."""
    assert max_duration("", pace=1.0) == max_duration("Sure,", pace=2.0) == MAX_DURATION_FLOOR
    assert max_duration("x" * 140, pace=1.0) == pytest.approx(40)
    assert max_duration("x" * 140, pace=0.5) == pytest.approx(80)


@pytest.mark.parametrize("pace", [0.5, 1.0, 2.0])
async def test_capitals_in_a_row_may_be_spelled(pace: float) -> None:
    """A long code without blanks is said letter by letter, and is not cut by a slow voice."""
    letters = string.ascii_uppercase
    seconds = len(await speak(" ".join(letters), language="en-IN", pace=pace)) / 2 / 24000
    assert max_duration(letters, pace=pace) > 2 * seconds
    assert usual_duration("Öl", pace=pace) < usual_duration("ÖL", pace=pace)
    assert usual_duration("A b", pace=pace) == usual_duration("a b", pace=pace)


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("pace", [0.5, 1.0, 2.0])
async def test_whole_speech_is_longer_than_the_least(language: str, pace: float) -> None:
    """Interjections, sentences and numbers of slow and fast voices alike."""
    for text in (*BRIEF[language], SPOKEN[language], *NUMBERS):
        seconds = sounding(await speak(text, language=language, pace=pace)) / 24000
        assert seconds > min_duration(text, pace=pace), text


def test_the_least_follows_text_and_pace() -> None:
    """A cut sentence is below it; stops and signs need no time."""
    welcome = "Welcome to the clinic of Asha."
    assert min_duration(welcome, pace=1.0) == pytest.approx(0.80, abs=0.01)
    assert min_duration(welcome, pace=2.0) == pytest.approx(0.40, abs=0.01)
    assert (
        min_duration("Sure.", pace=1.0) == min_duration("!" * 100, pace=0.5) == MIN_DURATION_FLOOR
    )
