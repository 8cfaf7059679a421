"""The client's bytes become 16 kHz PCM, in any format and cut anywhere."""

from __future__ import annotations

import numpy as np
import pytest

from sandbox.deepgram.intake import AudioFormat, Intake, NotAudioError
from sandbox.voice import make_encoder, wav_header
from sandbox.voice.pcm import Samples

from .conftest import RATE, tone


def convert(audio_format: AudioFormat | None, data: bytes, *, step: int = 999) -> Samples:
    """What an intake makes of data that comes in pieces."""
    intake = Intake(audio_format)
    parts = [intake.feed(data[at : at + step]) for at in range(0, len(data), step)]
    return np.frombuffer(b"".join(parts), np.int16)


@pytest.mark.parametrize("step", [1, 999, 10**6])
def test_pcm_of_the_right_rate_is_unchanged(step: int) -> None:
    """However it is cut."""
    assert convert(AudioFormat("linear16", RATE, 1), tone(0.1), step=step).tobytes() == tone(0.1)


@pytest.mark.parametrize("encoding", ["mulaw", "alaw"])
def test_g711_is_decoded(encoding: str) -> None:
    """To within the coarseness of its steps."""
    pcm = np.frombuffer(tone(), np.int16).astype(int)
    data = make_encoder(encoding, sample_rate=RATE).encode(tone())
    assert np.abs(convert(AudioFormat(encoding, RATE, 1), data) - pcm).max() <= 260


@pytest.mark.parametrize("rate", [8000, 24000, 48000])
def test_other_rates_are_resampled(rate: int) -> None:
    """The sound keeps its length, but for the resampler's delay."""
    pcm = np.zeros(rate, "<i2").tobytes()
    assert convert(AudioFormat("linear16", rate, 1), pcm).size == pytest.approx(RATE, abs=100)


def test_channels_are_mixed_into_one() -> None:
    """By their mean."""
    pcm = np.array([[100, 300], [-200, -400]], "<i2").tobytes()
    assert convert(AudioFormat("linear16", RATE, 2), pcm).tolist() == [200, -300]


def test_a_wav_header_names_the_format() -> None:
    """If the request does not."""
    assert convert(None, wav_header(RATE) + tone(0.1)).tobytes() == tone(0.1)


@pytest.mark.parametrize(
    "data", [b"ID3\x04" + bytes(40), b"RIFF" + bytes(8) + b"WAVE" + b"junk" + bytes(5000)]
)
def test_what_is_no_audio_is_refused(data: bytes) -> None:
    """Another file, and a header without an end."""
    with pytest.raises(NotAudioError):
        convert(None, data)
