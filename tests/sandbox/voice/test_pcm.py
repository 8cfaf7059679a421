"""Trimming and resampling of samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sandbox.voice.pcm import Law, decode_g711, encode_g711, resample, trim_tail


def sine(seconds: float, rate: int, hertz: Any = 440) -> Any:
    return (np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate) * 9000).astype(
        np.int16
    )


def test_silence_at_the_end_is_trimmed() -> None:
    """Of the silence after the last sound a short tail is left; the sound itself is whole."""
    sound = sine(0.5, 8000)
    quiet = np.full(8000, 20, np.int16)
    trimmed = trim_tail(np.concatenate([sound, quiet]), 8000)
    assert sound.size <= trimmed.size <= sound.size + 0.05 * 8000
    assert np.array_equal(trimmed[: sound.size], sound)


def test_nothing_is_left_of_silence() -> None:
    """Nothing is left of silence, or of nothing."""
    assert trim_tail(np.zeros(800, np.int16), 8000).size == 0
    assert trim_tail(np.zeros(0, np.int16), 8000).size == 0


def test_loudest_negative_sample_is_sound() -> None:
    """The lowest sample has no positive counterpart in 16 bits, and still counts as sound."""
    samples = np.array([0, -32768, *[0] * 800], np.int16)
    assert trim_tail(samples, 8000).size > 1


@pytest.mark.parametrize("rate", [8000, 16000, 24000, 48000])
def test_a_resampled_tone_keeps_length_loudness_and_pitch(rate: int) -> None:
    """A tone keeps its length, loudness and pitch."""
    sound = resample(sine(1.0, 22050), 22050, rate)
    assert sound.size == pytest.approx(rate, abs=2)
    assert np.std(sound) == pytest.approx(9000 / np.sqrt(2), rel=0.02)
    peak = np.argmax(np.abs(np.fft.rfft(sound))) * rate / sound.size
    assert peak == pytest.approx(440, abs=1)


def test_frequencies_above_the_lower_rate_are_removed() -> None:
    """What the lower rate cannot carry is taken out, not folded back."""
    sound = resample(sine(1.0, 22050, hertz=6000), 22050, 8000)
    assert np.std(sound[400:-400]) < 100


def test_at_the_same_rate_samples_do_not_change() -> None:
    """At the same rate the samples stay as they are."""
    sound = sine(0.1, 22050)
    assert resample(sound, 22050, 22050) is sound


@pytest.mark.parametrize(
    ("law", "expected"),
    [
        ("mulaw", {0: 0xFF, 32767: 0x80, -32768: 0x00, 1000: 0xCE, -1000: 0x4E, -1: 0x7E}),
        ("alaw", {0: 0xD5, 32767: 0xAA, -32768: 0x2A, 1000: 0xFA, -1000: 0x7A, -1: 0x55}),
    ],
)
def test_samples_become_the_bytes_that_g711_defines(law: Law, expected: dict[str, Any]) -> None:
    """Silence, both ends of the scale, and a sample on each side of zero."""
    samples = np.array(list(expected), "<i2").tobytes()
    assert list(encode_g711(law, samples)) == list(expected.values())


@pytest.mark.parametrize(("law", "coarsest"), [("mulaw", 644), ("alaw", 516)])
def test_g711_keeps_every_sample_close(law: Law, coarsest: int) -> None:
    """Every sample comes back within half a step of its own size: logarithmic, not linear."""
    samples = np.arange(-32768, 32768).astype("<i2")
    error = np.abs(decode_g711(law, encode_g711(law, samples.tobytes())) - samples.astype(int))
    assert error.max() <= coarsest
    assert np.all(error <= (np.abs(samples.astype(float)) + 132) / 32 + 8)


@pytest.mark.parametrize("law", ["mulaw", "alaw"])
def test_decoded_bytes_are_encoded_to_themselves(law: Law) -> None:
    """All 256, but for mu-law's two zeros."""
    every = bytes(range(256))
    again = encode_g711(law, decode_g711(law, every).astype("<i2").tobytes())
    assert again == (every.replace(b"\x7f", b"\xff") if law == "mulaw" else every)
