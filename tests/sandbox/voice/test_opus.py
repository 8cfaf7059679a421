"""A voice through Opus."""

from __future__ import annotations

import numpy as np
import pytest

from sandbox.voice import opus
from sandbox.voice.opus import DELAY, RATE, OpusUnavailable, through_opus


def sentence() -> opus.Samples:
    """Something like a vowel for half a second, between silences."""
    at = np.arange(RATE // 2) / RATE
    vowel = sum(np.sin(2 * np.pi * 150 * n * at) / n for n in range(1, 12)) * 4000
    silence = np.zeros(RATE)
    return np.concatenate((silence, vowel, silence)).astype(np.int16)


@pytest.mark.parametrize("dtx", [False, True])
def test_a_voice_comes_out_late_by_what_the_codec_says(dtx: bool) -> None:
    """And whole, or a measured delay would be the codec's."""
    voice = sentence()[RATE // 2 : 2 * RATE]
    heard = through_opus(voice, dtx=dtx)
    assert heard.size == voice.size
    products = np.correlate(heard.astype(float), voice[: -RATE // 10].astype(float), "valid")
    assert np.argmax(products) / RATE == pytest.approx(DELAY, abs=0.001)


def test_with_dtx_silence_is_not_sent() -> None:
    """The receiver makes comfort noise instead."""
    noisy = sentence() + np.random.default_rng(1).normal(0, 20, sentence().size)
    sent, unsent = (through_opus(noisy.astype(np.int16), dtx=dtx) for dtx in (False, True))
    tail = slice(-RATE // 4, None)
    assert not np.array_equal(sent[tail], unsent[tail])


def test_less_than_a_packet_is_nothing() -> None:
    """Packets have 20 ms."""
    assert through_opus(np.zeros(300, np.int16), dtx=True).size == 0


def test_a_pyav_without_libopus_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Built from source it uses the system's."""
    opus._library.cache_clear()
    monkeypatch.setattr(opus, "find_spec", lambda _: None)
    with pytest.raises(OpusUnavailable, match="pip install av"):
        through_opus(np.zeros(RATE, np.int16), dtx=True)
