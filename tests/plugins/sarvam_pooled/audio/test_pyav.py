"""Opus, FLAC and AAC: complete Segments in a container, by PyAV."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from livekit.plugins.sarvam_pooled.audio.decoder import make_decoder
from livekit.plugins.sarvam_pooled.errors import ProviderFailed

from .sound import RATE, by_byte, decode, encoded, lag, sine

SOUND = sine(1.0)

SUBTITLES = b"1\n00:00:00,000 --> 00:00:01,000\nA container without sound.\n\n" * 3

codecs = pytest.mark.parametrize("codec", ["opus", "flac", "aac"])


def play(codec: str, pieces: list[bytes], *, rate: int = RATE) -> bytes:
    return decode(make_decoder(codec, sample_rate=rate), pieces)


@codecs
def test_any_cuts_give_the_same_sound(codec: str) -> None:
    """It is decoded when it is complete."""
    stream = encoded(codec, SOUND)
    pcm = play(codec, [stream])
    assert play(codec, by_byte(stream)) == pcm
    later, alike = lag(pcm, SOUND)
    assert alike > 0.97
    # Opus and FLAC declare their delay; AAC has 1024 samples, give or take the phase of a sine.
    assert abs(later - (1024 if codec == "aac" else 0)) <= 1


@codecs
@pytest.mark.parametrize("rate", [8000, 16000])
def test_another_rate_is_resampled(codec: str, rate: int) -> None:
    """To the rate that was asked for."""
    pcm = play(codec, [encoded(codec, SOUND)], rate=rate)
    assert abs(len(pcm) / 2 / rate - 1.0) < 0.07
    assert lag(pcm, sine(1.0, rate=rate))[1] > 0.9


@codecs
def test_no_bytes_give_no_sound(codec: str) -> None:
    """Sarvam may have had nothing to say."""
    assert play(codec, []) == play(codec, [b""]) == b""


@codecs
@pytest.mark.parametrize("data", [b"garbage " * 100, bytes(5000), SUBTITLES])
def test_garbage_is_an_error_of_ours(codec: str, data: bytes) -> None:
    """FFmpeg's errors never leave the decoder."""
    with pytest.raises(ProviderFailed, match=f"{codec} audio cannot|no sound in .* of {codec}"):
        play(codec, [data])


@codecs
def test_a_truncated_stream_gives_its_beginning(codec: str) -> None:
    """The audio that came can be heard."""
    stream = encoded(codec, SOUND)
    heard = play(codec, [stream[: len(stream) * 3 // 4]])
    assert 0.4 * len(SOUND) < len(heard) < 0.9 * len(SOUND)


def flac(*, rate: int = RATE, title: str = "x", container_format: str = "flac") -> bytes:
    """FLAC of one frame, with a title in its tags."""
    file = io.BytesIO()
    with av.open(file, "w", format=container_format) as container:
        container.metadata["title"] = title
        stream = container.add_stream("flac", rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4608), "<i2"), format="s16", layout="mono")
        frame.sample_rate, frame.pts = rate, 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return file.getvalue()


def test_tags_of_any_bytes_are_no_error() -> None:
    """They are not read; a title that is no UTF-8 raised an error of Python's."""
    broken = flac(title="TITLE-HERE").replace(b"TITLE-HERE", b"\xff\xfe\x80\xc3\x28-HERE")
    assert b"\xff\xfe" in broken
    assert len(play("flac", [broken])) >= 4608 * 2


def test_a_rate_that_no_speech_has_is_an_error_of_ours() -> None:
    """At 1 Hz a file of 9 kB becomes 221 MB."""
    with pytest.raises(ProviderFailed, match="rate of 1 Hz"):
        play("flac", [flac(rate=1)])


def test_a_list_of_files_is_no_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FFmpeg would open what it names: the server has no business with files of this machine."""
    (tmp_path / "private.flac").write_bytes(flac())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProviderFailed, match="cannot be decoded"):
        play("opus", [b"ffconcat version 1.0\nfile private.flac\n"])


@codecs
@pytest.mark.parametrize("container_format", ["mp4", "matroska"])
def test_a_container_with_tables_is_refused(codec: str, container_format: str) -> None:
    """FFmpeg unfolds the tables before the first sample: 1.5 kB of MP4 became 1.9 GB."""
    with pytest.raises(ProviderFailed, match="cannot be decoded"):
        play(codec, [flac(container_format=container_format)])


def test_flac_may_come_in_ogg() -> None:
    """Both are streams."""
    assert len(play("flac", [flac(container_format="ogg")])) >= 4608 * 2
