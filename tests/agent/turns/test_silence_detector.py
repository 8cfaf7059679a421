"""Each silence after speech is reported once."""

from __future__ import annotations

from agent.turns.silence_detector import SilenceDetector

SPEECH, BETWEEN, SILENCE = 0.9, 0.4, 0.1


def reported(*probabilities: float, after: float = 0.064) -> list[int]:
    """At which windows of 32 ms a silence was reported."""
    detector = SilenceDetector(after=after, window=0.032)
    return [at for at, probability in enumerate(probabilities) if detector.observe(probability)]


def test_a_silence_is_reported_once() -> None:
    """However long it lasts."""
    assert reported(SPEECH, SPEECH, SILENCE, SILENCE, SILENCE, SILENCE, SILENCE) == [3]


def test_each_silence_is_reported() -> None:
    """After each stretch of speech."""
    assert reported(*(SPEECH, SPEECH, SILENCE, SILENCE) * 3) == [3, 7, 11]


def test_speech_begins_the_silence_again() -> None:
    """A gap shorter than asked for is none."""
    assert reported(SPEECH, SPEECH, SILENCE, SPEECH, SILENCE, SILENCE) == [5]


def test_what_may_be_either_interrupts_a_silence() -> None:
    """Probabilities between the two thresholds continue speech, as in LiveKit's VAD, and begin
    none: the silence that is reported was continuous."""
    assert reported(SPEECH, SPEECH, SILENCE, BETWEEN, SILENCE, BETWEEN, SILENCE, SILENCE) == [7]
    assert reported(SPEECH, BETWEEN, BETWEEN, SILENCE, SILENCE, SILENCE) == []


def test_silence_without_speech_is_not_reported() -> None:
    """Nor after a click."""
    assert reported(SILENCE, SILENCE, SILENCE) == []
    assert reported(SPEECH, SILENCE, SILENCE, SILENCE) == []
    assert reported(SPEECH, SILENCE, SILENCE, SPEECH, SPEECH, SILENCE, SILENCE) == [6]


def test_the_shortest_silence_is_one_window() -> None:
    """Whatever is asked for."""
    assert reported(SPEECH, SPEECH, SILENCE, after=0.001) == [2]
