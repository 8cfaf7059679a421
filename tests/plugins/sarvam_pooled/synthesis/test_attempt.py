"""One Attempt over a scripted connection, on a virtual clock: its time limits and its end."""

from __future__ import annotations

import asyncio

import pytest
from livekit.plugins.sarvam_pooled.errors import (
    ConnectionLost,
    EmptyAudio,
    FirstAudioTimeout,
    PoolTimeout,
    Stalled,
)
from livekit.plugins.sarvam_pooled.synthesis.speech_rate import SpeechRate
from livekit.plugins.sarvam_pooled.synthesis.stall_timeout import MessageGaps
from livekit.plugins.sarvam_pooled.transport.wire import Audio, Failure

from .answered import FINAL, RATE, TEXT, TIMES, attempt, sound


def test_a_whole_response_gives_the_connection_back() -> None:
    """Configured, spoken, complete: it owes nothing more."""
    outcome = attempt((0.3, sound(1.5)), (0.1, sound(1.5)), FINAL)
    assert outcome.error is None
    assert outcome.seconds == 3.0
    assert outcome.record.seconds == pytest.approx(3.0)
    assert outcome.pool.did == ["configured", TEXT, "released"]
    assert outcome.record.request_id == "request-1"
    assert outcome.record.first_byte == pytest.approx(0.3)


@pytest.mark.parametrize("text", ["... !!! ??? --- ...", "Hm, oh.", "\U0001f600" * 20])
def test_a_final_without_audio_is_an_answer(text: str) -> None:
    """There was nothing to say."""
    outcome = attempt(FINAL, text=text)
    assert (outcome.error, outcome.seconds) == (None, 0.0)
    assert outcome.pool.did[-1] == "released"


@pytest.mark.parametrize("seconds", [0.0, 1 / RATE, 0.1])
def test_a_final_without_the_words_is_none(seconds: float) -> None:
    """A text of words takes longer: it failed, and nothing is learnt from it."""
    outcome = attempt((0.1, sound(seconds)), FINAL)
    assert isinstance(outcome.error, EmptyAudio)
    assert outcome.pool.did[-1] == "discarded"
    assert outcome.stats.speech_rate.expected(100) == SpeechRate().expected(100)


def test_a_final_after_silence_is_none() -> None:
    """An empty MP3 of 8 kHz is 0.2 s of it."""
    outcome = attempt((0.1, Audio(bytes(2 * RATE), "")), FINAL)
    assert isinstance(outcome.error, EmptyAudio)


@pytest.mark.parametrize(
    ("time_limit", "took"), [(8.0, TIMES.first_audio), (2.0, 2.0)], ids=["own", "livekits"]
)
def test_no_audio_has_a_time_limit(time_limit: float, took: float) -> None:
    """The plugin's own, or what is left of LiveKit's when that is less."""
    outcome = attempt(time_limit=time_limit)
    assert isinstance(outcome.error, FirstAudioTimeout)
    assert outcome.took == took
    assert outcome.pool.did[-1] == "discarded"


@pytest.mark.parametrize(("time_limit", "asked"), [(8.0, 8.0), (60.0, TIMES.pool)])
def test_waiting_for_a_connection_has_a_time_limit(time_limit: float, asked: float) -> None:
    """It fails in time for a caller in silence; nothing was leased, so nothing is returned."""
    outcome = attempt(wait=99.0, time_limit=time_limit)
    assert isinstance(outcome.error, PoolTimeout)
    assert outcome.pool.asked == [asked]
    assert outcome.pool.did == []


def test_waiting_for_a_connection_leaves_less_time_for_the_first_audio() -> None:
    """One time limit for both, from the start of the Attempt."""
    outcome = attempt(wait=1.5, time_limit=2.0)
    assert isinstance(outcome.error, FirstAudioTimeout)
    assert outcome.took == 2.0


def test_audio_that_stops_half_way_is_a_stall() -> None:
    """Also when it stops in a pause of the voice: the text takes longer than that."""
    for quiet in (0.0, 0.3):
        outcome = attempt((0.3, sound(1.4, quiet_end=quiet)))
        assert isinstance(outcome.error, Stalled)
        assert outcome.took == 0.3 + TIMES.between_chunks
        assert outcome.seconds == 1.4
        assert outcome.pool.did[-1] == "discarded"


def test_a_stall_is_seen_in_time_for_a_caller_who_listens() -> None:
    """The later the caller hears silence, the longer the wait; another Attempt takes 0.3 s."""
    for slack_at_first, took in ((-9.0, 0.9), (0.0, 1.1), (0.2, 1.3), (9.0, 0.3 + 1.5)):
        outcome = attempt((0.3, sound(1.4)), slack_at_first=slack_at_first)
        assert isinstance(outcome.error, Stalled)
        assert outcome.took == pytest.approx(took)


def test_a_caller_who_listens_does_not_wait_for_a_missing_final() -> None:
    """Audio that looks complete is accepted just before it has been played."""
    for slack_at_first, took in ((-9, 0.9), (-2, 0.9), (-1.7, 1.1), (9, 0.3 + TIMES.final)):
        outcome = attempt((0.3, sound(2.9, quiet_end=0.2)), slack_at_first=slack_at_first)
        assert outcome.error is None
        assert outcome.took == pytest.approx(took)


def test_a_pause_as_long_as_usual_is_no_stall() -> None:
    """Responses teach how long pauses are, when they come to their end."""
    gaps = MessageGaps()
    slow = ((0.3, sound(1.0)), (0.5, sound(1.0)), (0.5, sound(1.0)))
    for _ in range(3):
        assert attempt(*slow, FINAL, gaps=gaps).error is None
    late = (*slow[:1], (1.4, sound(1.0)), FINAL)
    assert attempt(*late, gaps=gaps, slack_at_first=-9.0).error is None
    assert isinstance(attempt(*late, slack_at_first=-9.0).error, Stalled)


def test_a_slow_trickle_is_no_stall() -> None:
    """Each message has its own time; there is none for the whole."""
    pieces = [(1.4, sound(0.3))] * 10
    outcome = attempt(*pieces, FINAL)
    assert outcome.error is None
    assert outcome.took == 14.1


def test_without_a_final_whole_audio_that_died_away_is_taken_as_complete() -> None:
    """After the quiet time; the connection is not used again, as a late `final` would count."""
    outcome = attempt((0.3, sound(2.9, quiet_end=0.2)))
    assert outcome.error is None
    assert outcome.took == 0.3 + TIMES.final
    assert outcome.pool.did[-1] == "discarded"


def test_without_a_final_audio_that_ends_in_mid_sound_is_a_stall() -> None:
    """Long enough is not whole: the last word may be missing."""
    outcome = attempt((0.3, sound(2.9)))
    assert isinstance(outcome.error, Stalled)


def test_without_a_final_the_voices_own_rate_decides() -> None:
    """A voice that was learnt to be slow has not said it all in the usual time."""
    slow = SpeechRate()
    for _ in range(3):
        slow.observe(characters=len(TEXT), seconds=5.0)
    short, whole = (
        attempt((0.3, sound(seconds, quiet_end=0.2)), rate=slow) for seconds in (2.9, 4.9)
    )
    assert isinstance(short.error, Stalled)
    assert whole.error is None


def test_an_incomplete_length_teaches_nothing() -> None:
    """Only Segments that were certainly whole say how fast the voice is."""
    rate = SpeechRate()
    before = rate.expected(100)
    for _ in range(5):
        attempt((0.3, sound(9.0, quiet_end=0.2)), rate=rate)
    assert rate.expected(100) == before


def test_an_error_drops_the_connection_and_keeps_what_was_heard() -> None:
    """What came until then stays valid."""
    outcome = attempt((0.3, sound(1.0)), (0.1, Failure(ConnectionLost("x"))))
    assert isinstance(outcome.error, ConnectionLost)
    assert outcome.seconds == 1.0
    assert outcome.pool.did[-1] == "discarded"


@pytest.mark.parametrize("at", [0.0, 0.1, 0.35, 0.5])
def test_a_cancelled_attempt_drops_the_connection_at_once(at: float) -> None:
    """Before its first audio or after: its old audio can never be heard."""
    outcome = attempt((0.3, sound(1.0)), (1.0, sound(1.0)), cancel_at=at)
    assert isinstance(outcome.error, asyncio.CancelledError)
    assert outcome.took == at
    assert outcome.pool.did[-1:] in ([], ["discarded"])
    assert (outcome.pool.did != []) == (at > 0)
