"""Pieces for LiveKit: as soon as 20 ms are there, in multiples of 20 ms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit.plugins.sarvam_pooled.audio.framer import Framer

from .sound import RATES, cut, sine


@pytest.mark.parametrize("rate", RATES)
def test_the_first_push_comes_with_the_sample_that_makes_20_ms(rate: int) -> None:
    """Not a sample later, at any of Sarvam's rates."""
    framer, granule = Framer(sample_rate=rate), rate // 50 * 2
    pcm = sine(0.1, rate=rate)
    assert framer.feed(pcm[: granule - 2]) == b""
    assert framer.feed(pcm[granule - 2 : granule]) == pcm[:granule]


def test_a_long_piece_leaves_at_once() -> None:
    """All whole granules together; the rest waits for the next piece or the end."""
    framer, pcm = Framer(sample_rate=24000), sine(0.31)
    assert framer.feed(pcm) == pcm[: 15 * 960]
    assert framer.feed(b"") == b""
    assert framer.flush() == pcm[15 * 960 :]
    assert framer.flush() == b""


@given(places=st.lists(st.integers(0, 2400), max_size=12), flushes=st.sets(st.integers(0, 12)))
def test_no_sample_is_lost_or_moved(places: list[int], flushes: set[int]) -> None:
    """Whatever the pieces; each push but a flush is a multiple of 20 ms."""
    framer, pcm, pushed = Framer(sample_rate=24000), sine(0.1), bytearray()
    for index, piece in enumerate(cut(pcm, [place * 2 for place in places])):
        ready = framer.feed(piece)
        assert len(ready) % 960 == 0
        pushed += ready
        if index in flushes:
            rest = framer.flush()
            assert len(rest) < 960
            pushed += rest
    assert pushed + framer.flush() == pcm
