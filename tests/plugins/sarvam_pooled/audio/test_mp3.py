"""MP3 by libmpg123 and by PyAV: any cuts, tags, garbage, several streams, rates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livekit.plugins.sarvam_pooled.audio.decoder import Decoder
from livekit.plugins.sarvam_pooled.audio.mp3 import Mp3Decoder
from livekit.plugins.sarvam_pooled.audio.pyav import PyAvMp3Decoder
from livekit.plugins.sarvam_pooled.audio.trim import ENCODER_DELAY, ENCODER_PADDING
from livekit.plugins.sarvam_pooled.errors import ProviderFailed

from .sound import RATE, RATES, by_byte, cut, decode, ffmpeg, lag, lame, samples, sine

Make = Callable[[int], Decoder]

SOUND = sine(0.4)
FRAME = 576  # samples, at all of Sarvam's rates
STREAMS = {
    "on the fly": lame(SOUND),
    "with a tag": ffmpeg(SOUND, info=False),
    "with an Info frame": ffmpeg(SOUND, tag=False),
    "a file with both": ffmpeg(SOUND),
    "two behind each other": lame(SOUND) * 2,
    "two files": ffmpeg(SOUND) * 2,
    "garbage in front": b"no MP3 at all \xff\xe3 " * 9 + lame(SOUND),
    "garbage between": lame(SOUND) + b"\x12\xff\x55" * 100 + lame(SOUND),
    "an ID3v1 tag between": lame(SOUND) + b"TAG" + bytes(125) + lame(SOUND),
    "another rate behind": lame(SOUND) + lame(sine(0.4, rate=16000), rate=16000),
    "truncated": lame(SOUND)[:-100],
}

# Which frame FFmpeg's parser loses in garbage, or where the rate changes, depends on the cuts.
EXACT = [
    (make, kind)
    for make in (Mp3Decoder, PyAvMp3Decoder)
    for kind in STREAMS
    if make is Mp3Decoder or kind not in ("garbage in front", "another rate behind")
]

both = pytest.mark.parametrize("make", [Mp3Decoder, PyAvMp3Decoder])


@pytest.mark.parametrize(("make", "kind"), EXACT)
def test_one_byte_at_a_time_gives_the_same(make: Make, kind: str) -> None:
    """Bytes may be cut anywhere."""
    stream = STREAMS[kind]
    assert decode(make(RATE), by_byte(stream)) == decode(make(RATE), [stream])


@settings(max_examples=60)
@given(case=st.sampled_from(EXACT), places=st.lists(st.integers(0, 18_000), max_size=12))
def test_random_cuts_give_the_same(case: tuple[Make, str], places: list[int]) -> None:
    """Empty pieces and doubled cuts too."""
    make, kind = case
    stream = STREAMS[kind]
    assert decode(make(RATE), cut(stream, places)) == decode(make(RATE), [stream])


@both
@pytest.mark.parametrize("tail", [b"\xff", b"\xff\xf3\xc4", b"TAG" + bytes(125), bytes(3000)])
def test_a_tail_behind_the_stream_changes_nothing(make: Make, tail: bytes) -> None:
    """Not even one that begins like a frame."""
    assert decode(make(RATE), [lame(SOUND), tail]) == decode(make(RATE), [lame(SOUND)])


@both
def test_a_truncated_stream_gives_all_whole_frames(make: Make) -> None:
    """The audio that came can be heard; PyAV may guess the rest of a frame."""
    whole = decode(make(RATE), [lame(SOUND)])
    truncated = decode(make(RATE), [lame(SOUND)[:-1]])
    frames_before = len(whole) - FRAME * 2
    assert truncated[:frames_before] == whole[:frames_before]
    assert len(truncated) in (frames_before, len(whole))


@both
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("encode", [lame, ffmpeg])
def test_the_sound_comes_whole_behind_the_encoders_delay(
    make: Make, encode: Callable[..., bytes], rate: int
) -> None:
    """Tag, Info frame or not: the delay that `trim.py` takes off is always the same."""
    sound = sine(0.4, rate=rate)
    pcm = decode(make(rate), [encode(sound, rate=rate)])
    later, alike = lag(pcm, sound)
    # The phase of a sine is a sample at most.
    assert abs(later - ENCODER_DELAY) <= 1
    assert alike > 0.99
    padding = (len(pcm) - len(sound)) // 2 - ENCODER_DELAY
    assert 0 <= padding <= ENCODER_PADDING


@pytest.mark.parametrize(
    "kind",
    ["on the fly", "with a tag", "with an Info frame", "a file with both", "two behind each other"],
)
@pytest.mark.parametrize("bitrate", [32_000, 128_000])
def test_both_libraries_hear_the_same(kind: str, bitrate: int) -> None:
    """As many samples, and none further apart than rounding."""
    stream = STREAMS[kind] if bitrate == 128_000 else lame(SOUND, bitrate=bitrate)
    ours, theirs = (decode(make(RATE), [stream]) for make in (Mp3Decoder, PyAvMp3Decoder))
    assert len(ours) == len(theirs)
    assert np.abs(samples(ours) - samples(theirs)).max() <= 4


@both
@pytest.mark.parametrize("pieces", ["whole", "by byte"])
@pytest.mark.parametrize(
    "kind", ["garbage in front", "garbage between", "an ID3v1 tag between", "two files"]
)
def test_damage_costs_two_frames_at_most(make: Make, kind: str, pieces: str) -> None:
    """A reply with a scratch beats none."""
    clean = decode(make(RATE), [lame(SOUND)])
    streams = 1 if kind == "garbage in front" else 2
    data = STREAMS[kind]
    pcm = decode(make(RATE), [data] if pieces == "whole" else by_byte(data))
    # libmpg123 plays an Info frame in mid-stream as a frame of silence.
    assert -2 <= (len(pcm) - len(clean) * streams) / 2 / FRAME <= 1


@both
def test_an_info_frame_that_counts_wrong_costs_no_sound(make: Make) -> None:
    """A length in front of a stream is a guess."""
    stream = bytearray(ffmpeg(SOUND))
    count = stream.index(b"Info") + 8
    for frames in (0, 5, 100_000):
        stream[count : count + 4] = frames.to_bytes(4, "big")
        assert decode(make(RATE), [bytes(stream)]) == decode(make(RATE), [ffmpeg(SOUND)])


@both
def test_another_rate_in_mid_stream_is_resampled(make: Make) -> None:
    """The length in seconds is right, and so is the pitch."""
    pcm = decode(make(RATE), [STREAMS["another rate behind"]])
    second = samples(pcm)[-RATE // 4 : -RATE // 20]
    spectrum = np.abs(np.fft.rfft(second * np.hanning(second.size), RATE))
    assert abs(int(np.argmax(spectrum)) - 440) <= 3
    parts = [decode(make(rate), [lame(sine(0.4, rate=rate), rate=rate)]) for rate in (RATE, 16000)]
    expected = len(parts[0]) / RATE + len(parts[1]) / 16000
    # A frame may be lost at the change.
    assert expected - 0.05 < len(pcm) / RATE < expected + 0.004


@both
def test_stereo_becomes_mono(make: Make) -> None:
    """One channel's worth of samples comes out."""
    pcm = decode(make(RATE), [ffmpeg(SOUND, layout="stereo")])
    mono = decode(make(RATE), [ffmpeg(SOUND)])
    assert len(pcm) == len(mono)
    assert lag(pcm, mono)[1] > 0.99


@both
def test_no_bytes_give_no_sound_and_no_error(make: Make) -> None:
    """Sarvam may have had nothing to say."""
    assert decode(make(RATE), []) == b""
    assert decode(make(RATE), [b"", b""]) == b""


@both
@pytest.mark.parametrize("data", [b"\0" * 9000, b"nothing of MP3 " * 300, SOUND[:6000]])
def test_bytes_without_any_frame_are_an_error(make: Make, data: bytes) -> None:
    """Silence would be taken for a Segment that was spoken."""
    with pytest.raises(ProviderFailed, match=f"no MP3 frame in {len(data)} bytes"):
        decode(make(RATE), [data])


def test_a_closed_decoder_takes_nothing() -> None:
    """Its handle may be another Segment's by now."""
    closed = Mp3Decoder(RATE)
    steps = closed.decode(lame(SOUND))
    next(steps)
    closed.close()
    closed.close()
    with pytest.raises(ValueError, match="closed"):
        next(steps)
    with pytest.raises(ValueError, match="closed"):
        next(closed.decode(b"x"))
