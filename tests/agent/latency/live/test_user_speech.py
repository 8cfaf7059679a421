"""The caller's side as Marks."""

from __future__ import annotations

import numpy as np
import pytest

from agent.latency.edges import VAD_LAG
from agent.latency.live.user_speech import UserSpeechTimer
from agent.latency.marks import Mark

RATE = 16000


def listen(
    user_speech: UserSpeechTimer, *pieces: tuple[float, int], start: float = 100.0, rate: int = RATE
) -> float:
    """Feed pieces of (seconds, loudness) as 10 ms frames on time; returns when they end."""
    generator, now = np.random.default_rng(1), start
    for seconds, loudness in pieces:
        for _ in range(round(seconds * 100)):
            now += 0.01
            frame = generator.normal(0, loudness, rate // 100).astype(np.int16)
            user_speech.frame(frame.tobytes(), now, sample_rate=rate)
    return now


def heard(*, loudness: int = 3000, rate: int = RATE) -> tuple[UserSpeechTimer, float]:
    """A caller who has spoken from 101 to 102, and was noticed; and now."""
    user_speech = UserSpeechTimer()
    listen(user_speech, (1.0, 5), (0.1, loudness), rate=rate)
    user_speech.begins(101.1, estimate=101.04)
    now = listen(user_speech, (0.9, loudness), (0.25, 5), start=101.1, rate=rate)
    user_speech.ends(now, estimate=102.05)
    return user_speech, now


@pytest.mark.parametrize("rate", [16000, 24000, 48000])
def test_a_turn_begins_with_the_last_sample_in_the_audio(rate: int) -> None:
    """The VAD's own estimate, 50 ms off here, is not asked; nor is the rate: the console's
    microphone has 24 kHz."""
    user_speech, now = heard(rate=rate)
    marks = user_speech.commit(now + 0.05)
    assert marks[Mark.SPEECH_END] == pytest.approx(102.0, abs=0.011)
    assert marks[Mark.VAD_END] == now
    assert marks[Mark.COMMITTED] == now + 0.05


@pytest.mark.parametrize("rate", [0, RATE])
def test_speech_too_soft_to_measure_ends_when_the_vad_says(rate: int) -> None:
    """Less what Silero is usually late; so does speech of which no frame was heard."""
    user_speech, now = (UserSpeechTimer(), 102.25) if not rate else heard(loudness=5)
    user_speech.begins(101.1, estimate=101.0)
    user_speech.ends(now, estimate=102.05)
    assert user_speech.commit(now)[Mark.SPEECH_END] == pytest.approx(102.05 - VAD_LAG)


def test_speech_does_not_end_before_it_begins() -> None:
    """However short the VAD says that it was."""
    user_speech = UserSpeechTimer()
    user_speech.begins(101.1, estimate=101.0)
    user_speech.ends(101.4, estimate=101.03)
    assert user_speech.commit(101.5)[Mark.SPEECH_END] == 101.0


def test_an_end_that_the_vad_has_not_dated_back_is_now() -> None:
    """The track was taken away in mid-word: no silence was counted, and none is taken off."""
    user_speech = UserSpeechTimer()
    user_speech.begins(101.1, estimate=101.0)
    user_speech.ends(102.0, estimate=102.0)
    assert user_speech.commit(102.0)[Mark.SPEECH_END] == 102.0


def test_what_comes_after_the_commit_belongs_to_the_next_turn() -> None:
    """A final that is late is the next turn's, and no Mark is used twice."""
    user_speech, now = heard()
    user_speech.final(now + 0.01)
    assert user_speech.commit(now + 0.05)[Mark.STT_FINAL] == now + 0.01
    user_speech.final(now + 0.1)
    assert user_speech.commit(now + 3) == {
        Mark.STT_FINAL: now + 0.1,
        Mark.COMMITTED: now + 3,
    }


@pytest.mark.parametrize(
    ("predicts_end", "late_final", "turn"),
    [(True, 0.0, 0.02), (False, 0.0, 0.9), (False, 0.89, 0.02)],
)
def test_a_turn_that_the_detector_holds_back_is_its_own(
    predicts_end: bool, late_final: float, turn: float
) -> None:
    """An answer of "not yet" lasts until the commit, unless a late final was waited for."""
    user_speech, now = heard()
    user_speech.predicted(now + 0.02, predicts_end=predicts_end)
    user_speech.final(now + late_final)
    assert user_speech.commit(now + 0.9)[Mark.TURN_PREDICTED] == now + turn


def test_an_interruption_begins_with_the_first_sample_in_the_audio() -> None:
    """The VAD notices it 100 ms later."""
    user_speech, _ = heard()
    marks = user_speech.interruption(102.3)
    assert marks is not None
    assert marks[Mark.CALLER_BEGINS] == pytest.approx(101.0, abs=0.011)
    assert marks[Mark.VAD_BEGIN] == 101.1
    assert marks[Mark.PAUSED] == 102.3


def test_a_silent_caller_interrupts_nobody() -> None:
    """Then it was code that stopped the agent."""
    user_speech, now = heard()
    assert user_speech.interruption(now + 5) is None
    assert UserSpeechTimer().interruption(1.0) is None
