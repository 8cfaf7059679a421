"""Rules over each turn."""

from __future__ import annotations

import pytest

from evals.judges import rules
from evals.speech.asks import Asks

from .calls import call, ran, turn


def test_one_thing_at_a_time() -> None:
    """Two facts in one reply are found."""
    assert not list(rules.one_thing(call(turn(1, "hi", "Which day?")), Asks()))
    (found,) = rules.one_thing(call(turn(1, "hi", "Which day, and what time?")), Asks())
    assert found.message == "asks for day and time"


@pytest.mark.parametrize(
    ("said", "language", "reply", "fine"),
    [
        ("hello there", "en-IN", "Which day suits you?", True),
        ("hello there", "en-IN", "किस दिन आना चाहेंगे?", False),
        ("नमस्ते जी", "hi-IN", "किस दिन आना चाहेंगे?", True),
        ("नमस्ते जी", "hi-IN", "Which day suits you?", False),
        ("kal subah", "hi-IN", "किस समय आना चाहेंगे?", True),
        ("kal subah", "hi-IN", "And at what time?", False),
        ("98200 12345", "ta-IN", "உங்கள் பெயர் என்ன?", True),
        ("வணக்கம்", "en-IN", "உங்கள் பெயர் என்ன?", True),
        ("नमस्ते जी", "hi-IN", "Dr. Rao?", True),
    ],
)
def test_the_callers_language_is_followed(said: str, language: str, reply: str, fine: bool) -> None:
    """Her script decides, and for Latin letters the language she speaks; a name has none."""
    found = list(rules.language(call(turn(1, said, reply, language=language))))
    assert (not found) is fine


def test_no_tool_runs_twice_in_a_turn() -> None:
    """With other arguments it may, and in another turn."""
    other = ran("slots", arguments='{"day": 2}')
    assert not list(rules.once(call(turn(1, tools=(ran("slots"), other)), turn(2, tools=(other,)))))
    (found,) = rules.once(call(turn(1, tools=(ran("book"), ran("book")))))
    assert "ran 2 times" in found.message


def test_silence_and_failures_are_found() -> None:
    """A greeting may be missing; a caller's turn needs words."""
    assert not list(rules.replies(call(turn(1))))
    (silent,) = rules.replies(call(turn(1, "hello", "...")))
    assert silent.message == "no words"
    (failed,) = rules.replies(call(turn(1, error="APIError: down")))
    assert failed.message == "APIError: down"


@pytest.mark.parametrize(
    "reply", ["**Yes**", "- one\n- two", "1. one", "see https://x.in", "ok 😀"]
)
def test_what_cannot_be_spoken_is_found(reply: str) -> None:
    """Markup, lists, links, emoji."""
    assert list(rules.speech(call(turn(1, "hi", reply))))


@pytest.mark.parametrize("reply", ["At 9:30 a.m. - fine.", "Rs. 500, by UPI.", "F.C. Road, no. 12"])
def test_what_can_be_spoken_is_not(reply: str) -> None:
    """Dashes, points and digits within a sentence."""
    assert not list(rules.speech(call(turn(1, "hi", reply))))
