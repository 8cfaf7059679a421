"""A Segment that fails over to another synthesiser: on a virtual clock, alone."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.errors import (
    Closed,
    ConnectionLost,
    EmptyAudio,
    ProviderFailed,
    RequestRefused,
    Stalled,
)
from livekit.plugins.sarvam_pooled.synthesis.attempt import SynthesisRequest

from .scripted import RATE, USUAL, Plan, ScriptedSynthesiser, race


def test_a_segment_that_fails_for_good_fails_over() -> None:
    """After its last Attempt another synthesiser speaks it, with its own time and one retry while
    the caller hears something."""
    dead = [Plan(float("inf"), rest=1.0, error=ConnectionLost("x"))] * 3
    lost = Plan(float("inf"), rest=0.1, error=ProviderFailed("x", status=500))
    other = ScriptedSynthesiser(lost, Plan(USUAL))
    first, heard, record, took = race(*dead, time_limit=3.1, hedge=False, other=other, slack=60)
    assert first.began == [0.0, 1.0, 2.0]
    assert other.began == [3.0, 3.1]
    assert len(heard) == 9600
    assert record.retries == 4
    assert took == pytest.approx(3.5)


def test_a_caller_who_would_hear_silence_hears_the_other_sooner() -> None:
    """After two failures; after one, a change of voice is worse than the wait."""
    dead = [Plan(float("inf"), rest=0.5, error=ConnectionLost("x"))] * 3
    other = ScriptedSynthesiser(Plan(USUAL))
    first, _, _, took = race(*dead, hedge=False, other=other, slack=1.2)
    assert first.began == [0.0, 0.5]
    assert other.began == [1.0]
    assert took == pytest.approx(1.4)


def test_it_goes_on_where_the_first_broke_off() -> None:
    """It is given the words that were not heard: after 0.4 s those behind the fifth character. All
    that it says of them is heard, however often it has to begin."""
    broken = Plan(USUAL, pieces=5, error=ConnectionLost("x"))
    again = Plan(float("inf"), rest=0.1, error=ConnectionLost("x"))
    other = ScriptedSynthesiser(
        Plan(USUAL, pieces=3, error=ConnectionLost("x")), Plan(USUAL, pieces=6)
    )
    words = "aaaa bbbb cccc dddd"
    _, heard, _, _ = race(broken, again, again, other=other, text=words, hedge=False, slack=9)
    assert other.texts == ["bbbb cccc dddd"] * 2
    assert len(heard) == pytest.approx((4 + 6) * 4800, abs=0.25 * RATE * 2)


def test_when_the_other_fails_too_the_first_is_tried_again() -> None:
    """It may be back, or the other may never have been there."""
    gone = Plan(float("inf"), rest=0.1, error=ConnectionLost("x"))
    other = ScriptedSynthesiser(gone)
    first, heard, _, _ = race(gone, gone, Plan(USUAL), other=other)
    assert first.began == [0.0, 0.1, 0.3]
    assert other.began == [0.2]
    assert len(heard) == 9600


def test_what_was_heard_once_is_left_out_once() -> None:
    """Back at the first one, the words that the other did not say are still to come."""
    broken = Plan(USUAL, pieces=5, error=ConnectionLost("x"))
    gone = Plan(float("inf"), rest=0.1, error=ConnectionLost("x"))
    words = "aaaa bbbb cccc dddd"
    first, _, _, _ = race(
        broken, gone, Plan(USUAL), other=ScriptedSynthesiser(gone), text=words, hedge=False
    )
    assert first.texts == [words, words, "bbbb cccc dddd"]


def test_two_empty_responses_count_only_from_the_same_synthesiser() -> None:
    """One of each agrees about nothing: the other is asked once more."""
    lost = Plan(float("inf"), rest=0.1, error=ConnectionLost("x"))
    empty = Plan(float("inf"), rest=0.1, error=EmptyAudio("x"))
    other = ScriptedSynthesiser(empty, Plan(USUAL))
    _, heard, _, _ = race(lost, lost, empty, other=other, hedge=False, slack=60)
    assert other.ended == ["failed", "complete"]
    assert len(heard) == 9600


def test_a_stall_is_compared_only_with_one_of_the_same_text() -> None:
    """What the first synthesiser gave of the whole text proves nothing about the rest of it."""
    gone = Plan(float("inf"), rest=0.1, error=ConnectionLost("x"))
    stalled = Plan(USUAL, error=Stalled("x"), pieces=9)
    other = ScriptedSynthesiser(stalled, Plan(USUAL, pieces=12))
    words = "aaaa bbbb cccc dddd"
    race(gone, gone, stalled, other=other, text=words, hedge=False, slack=60)
    assert other.ended == ["failed", "complete"]


def test_two_sources_that_fail_are_not_asked_for_ever() -> None:
    """To the other, back, and then it is over."""
    gone = Plan(float("inf"), rest=0.1, error=ConnectionLost("x"))
    other = ScriptedSynthesiser(*[gone] * 9)
    with pytest.raises(ConnectionLost):
        race(*[gone] * 9, other=other)
    assert len(other.began) == 1


def test_nothing_fails_over_when_the_tts_was_closed() -> None:
    """The call is over."""
    other = ScriptedSynthesiser(Plan(USUAL))
    with pytest.raises(Closed):
        race(Plan(float("inf"), error=Closed("x")), other=other)
    assert other.began == []


def test_another_voice_teaches_nothing_about_sarvam() -> None:
    """Neither how late it is, nor what hedging may cost; and it is not hedged itself."""

    class Other(ScriptedSynthesiser):
        async def __call__(self, request: SynthesisRequest) -> None:
            request.record.fallback_tts = True
            await super().__call__(request)

    other = Other(Plan(3.0))
    refused = Plan(float("inf"), error=RequestRefused("x", status=402))
    _, heard, record, took = race(refused, other=other)
    assert other.began == [pytest.approx(0.1)]
    assert not record.hedged
    assert len(heard) == 9600
    assert took == pytest.approx(3.2)
