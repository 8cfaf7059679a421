"""Silence at the ends of a Segment: what is cut, what is kept, and when it leaves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livekit.plugins.sarvam_pooled.audio.trim import (
    FADE,
    PRE_ROLL,
    SILENCE,
    HeadTrim,
    TailTrim,
    fade_in,
    fade_out,
    is_silent,
    sounding,
)

from .sound import RATE, cut, samples, silence, sine

LIMIT = 0.3
LEVEL = 8000
SPEECH = bytes(np.full(RATE // 2, LEVEL, "<i2").tobytes())
PRE = round(PRE_ROLL * RATE)
FADING = round(FADE * RATE)


def head(*pieces: bytes, limit: float = LIMIT) -> bytes:
    trim = HeadTrim(sample_rate=RATE, limit=limit)
    return b"".join(trim.feed(piece) for piece in pieces) + trim.flush()


def tail(*pieces: bytes, limit: float = LIMIT) -> bytes:
    trim = TailTrim(sample_rate=RATE, limit=limit)
    return b"".join(trim.feed(piece) for piece in pieces) + trim.flush()


@pytest.mark.parametrize("before", [0.0, 0.004, 0.1, 0.3])
def test_silence_in_front_is_cut_to_the_pre_roll(before: float) -> None:
    """Up to the limit; an onset softer than the level of silence keeps 5 ms."""
    heard = head(silence(before) + SPEECH)
    kept = min(round(before * RATE), PRE)
    assert len(heard) // 2 == kept + len(SPEECH) // 2
    assert heard.endswith(SPEECH)


def test_no_more_than_the_limit_is_cut() -> None:
    """A long pause is the voice's own."""
    assert len(head(silence(1.0) + SPEECH)) == len(silence(0.7) + SPEECH)


def test_speech_leaves_with_the_piece_that_begins_it() -> None:
    """And from then on nothing is held, silence neither."""
    trim = HeadTrim(sample_rate=RATE, limit=LIMIT)
    assert trim.feed(silence(0.1)) == b""
    assert trim.feed(silence(0.02) + SPEECH[:2]).endswith(SPEECH[:2])
    for piece in (SPEECH, silence(1.0), b"\1\0"):
        assert trim.feed(piece) == piece
    assert trim.flush() == b""


def test_silence_is_held_no_longer_than_the_limit() -> None:
    """A pause longer than that goes on playing, less what was cut."""
    trim = HeadTrim(sample_rate=RATE, limit=LIMIT)
    held = 0
    while not trim.feed(silence(0.001)):
        held += 1
    assert held == round((LIMIT + PRE_ROLL) * 1000)
    assert trim.feed(silence(0.5)) == silence(0.5)


def test_switched_off_everything_passes() -> None:
    """As it comes."""
    for piece in (silence(1.0), SPEECH, silence(0.5)):
        assert HeadTrim(sample_rate=RATE, limit=0).feed(piece) == piece
        assert TailTrim(sample_rate=RATE, limit=0).feed(piece) == piece
    assert tail(SPEECH, silence(0.5), limit=0) == SPEECH + silence(0.5)


def test_nothing_but_silence_stays() -> None:
    """It is somebody's pause."""
    assert head(silence(0.2)) == silence(0.2)
    assert head() == tail() == b""


def test_what_is_as_loud_as_noise_is_silence() -> None:
    """Codec noise does not begin a speech."""
    noise = np.full(2400, SILENCE, "<i2").tobytes()
    assert is_silent(noise)
    assert len(head(noise + SPEECH)) // 2 == PRE + len(SPEECH) // 2
    louder = np.full(2400, -SILENCE - 1, "<i2").tobytes()
    assert not is_silent(louder)
    assert head(louder + SPEECH) == louder + SPEECH


def test_the_loudest_negative_sample_is_loud() -> None:
    """-32768 has no positive of its own."""
    assert not is_silent(b"\x00\x80")
    assert head(b"\x00\x80") == b"\x00\x80"


def test_a_cut_in_noise_is_faded_in() -> None:
    """From nothing, over 2 ms; what was not cut is not faded."""
    noise = np.full(2400, SILENCE, "<i2").tobytes()
    heard = samples(head(noise + SPEECH))
    assert heard[0] == 0
    assert (np.diff(heard[:FADING]) >= 0).all()
    assert (heard[FADING:PRE] == SILENCE).all()
    assert samples(head(noise[: PRE * 2] + SPEECH))[0] == SILENCE


def test_padding_behind_is_dropped_and_the_end_fades_out() -> None:
    """2 ms of it stay, and fall silent."""
    noise = np.full(2400, SILENCE, "<i2").tobytes()
    heard = tail(SPEECH + noise)
    assert heard.startswith(SPEECH)
    end = samples(heard[len(SPEECH) :])
    assert end.size == FADING
    assert (np.diff(end) <= 0).all()
    assert end[-1] == 0


def test_no_more_than_the_limit_is_dropped() -> None:
    """A voice's own pause at the end stays, but for 300 ms of it."""
    assert len(tail(SPEECH + silence(1.0))) == len(SPEECH + silence(0.7)) + FADING * 2


def test_sound_is_never_held() -> None:
    """Silence is, until more comes, up to the limit."""
    trim = TailTrim(sample_rate=RATE, limit=LIMIT)
    assert trim.feed(SPEECH) == SPEECH
    assert trim.feed(silence(0.1)) == b""
    assert trim.feed(SPEECH) == silence(0.1) + SPEECH
    assert trim.feed(silence(0.5)) == silence(0.2)
    assert trim.feed(SPEECH[:2]) == silence(0.3) + SPEECH[:2]


@settings(max_examples=150)
@given(
    runs=st.lists(
        st.tuples(st.integers(0, 1500), st.sampled_from([0, 150, 161, 9000])), max_size=6
    ),
    places=st.lists(st.integers(0, 9000), max_size=10),
    limit=st.sampled_from([0.0, 0.001, 0.02, 0.04]),
)
def test_cuts_change_nothing(runs: list[tuple[int, int]], places: list[int], limit: float) -> None:
    """The ends of a Segment sound the same however it comes."""
    pcm = b"".join(np.full(count, level, "<i2").tobytes() for count, level in runs)
    pieces = cut(pcm, [place * 2 for place in places])
    assert head(*pieces, limit=limit) == head(pcm, limit=limit)
    assert tail(*pieces, limit=limit) == tail(pcm, limit=limit)


def test_fades_end_in_silence_and_leave_the_rest() -> None:
    """In: the first samples rise from 0. Out: the last is 0."""
    rising = samples(fade_in(SPEECH, 48))
    assert rising[0] == 0
    assert np.abs(np.diff(rising)).max() <= LEVEL // 48 + 1
    assert (rising[48:] == LEVEL).all()
    falling = samples(fade_out(SPEECH, 48))
    assert falling.size == 48
    assert falling[-1] == 0
    assert np.abs(np.diff(falling)).max() <= LEVEL // 48 + 1
    assert fade_in(b"", 48) == fade_out(b"", 48) == b""
    assert len(fade_in(SPEECH[:10], 48)) == len(fade_out(SPEECH[:10], 48)) == 10


def test_a_rate_that_20_ms_do_not_divide_is_fine() -> None:
    """22050 Hz: limits are whole samples."""
    trim = HeadTrim(sample_rate=22050, limit=1105 / 22050)
    pcm = silence(0.2, rate=22050) + sine(0.1, rate=22050)
    assert len(trim.feed(pcm)) == len(pcm) - 1105 * 2


def test_sound_is_counted_from_its_first_to_its_last_sample() -> None:
    """Silence around it is none of it; a pause inside is."""
    loud = SPEECH[:200]
    assert sounding(silence(0.1) + loud + silence(0.5) + loud + silence(2.0)) == RATE // 2 + 200
    assert sounding(silence(1.0)) == sounding(b"") == 0
    assert sounding(loud[:2]) == 1
