"""The audio of one Segment's Attempts as one sound."""

from __future__ import annotations

import numpy as np
import pytest
from livekit.plugins.sarvam_pooled.audio.trim import ENCODER_DELAY
from livekit.plugins.sarvam_pooled.synthesis.segment_assembler import SegmentAssembler

RATE = 24000


def tone(seconds: float) -> bytes:
    samples = 8000 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * RATE)) / RATE)
    return bytes(samples.astype("<i2").tobytes())


def silence(seconds: float) -> bytes:
    return bytes(int(seconds * RATE) * 2)


def play(*attempts: bytes, first: bool, trim: float = 0.3, lossy: bool = True) -> bytes:
    """The sound of Attempts of which all but the last broke off."""
    out = bytearray()
    assembler = SegmentAssembler(
        out.extend, sample_rate=RATE, first=first, trim_silence=trim, lossy=lossy
    )
    for attempt in attempts:
        assembler.begin()
        for start in range(0, len(attempt), 1000):
            assembler.feed(attempt[start : start + 1000])
    assembler.end()
    return bytes(out)


def seconds(pcm: bytes) -> float:
    return len(pcm) / 2 / RATE


def test_silence_before_the_first_segment_is_cut() -> None:
    """The caller waits through no silence of the voice's."""
    assert seconds(play(silence(0.2) + tone(1.0), first=True)) < 1.01


def test_a_pause_inside_a_reply_stays_but_for_the_codecs_delay() -> None:
    """Later Segments keep the voice's own pause."""
    length = seconds(play(silence(0.2) + tone(1.0), first=False))
    assert abs(length - (1.2 - ENCODER_DELAY / RATE)) < 0.001


def test_without_trimming_every_sample_passes() -> None:
    """The switch turns it off."""
    pcm = silence(0.2) + tone(1.0) + silence(0.2)
    assert play(pcm, first=True, trim=0.0) == pcm


def test_linear_pcm_has_no_delay_to_cut() -> None:
    """A codec without delay keeps its ends."""
    pcm = silence(0.2) + tone(1.0) + silence(0.05)
    assert play(pcm, first=False, lossy=False) == pcm


def test_a_segment_of_silence_alone_stays() -> None:
    """Nothing is cut of what may be somebody's pause."""
    assert seconds(play(silence(0.04), first=False, lossy=False)) == 0.04


def test_a_second_rendering_goes_on_where_the_first_broke_off() -> None:
    """Heard once and completely, although the first Attempt stopped half-way."""
    speech = np.random.default_rng(1).normal(0, 4000, RATE).astype("<i2").tobytes()
    assert play(speech[:20000], speech, first=False, lossy=False) == speech


def test_another_text_is_not_joined_but_added() -> None:
    """After `start_new_text` nothing of an Attempt was heard before, and all of it counts."""
    out = bytearray()
    assembler = SegmentAssembler(
        out.extend, sample_rate=RATE, first=False, trim_silence=0.3, lossy=False
    )
    assembler.begin()
    assembler.feed(tone(1.0))
    assert assembler.start_new_text() == pytest.approx(1.0, abs=0.01)
    assembler.begin()
    assembler.feed(tone(0.5))
    assembler.end()
    assert seconds(bytes(out)) == pytest.approx(1.5, abs=0.01)
    assert assembler.heard_bytes == len(out)
    assert assembler.start_new_text() == pytest.approx(0.5, abs=0.01)
