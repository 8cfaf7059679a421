"""Where a second Attempt continues one that broke off."""

from __future__ import annotations

import numpy as np
import pytest
from livekit.plugins.sarvam_pooled.synthesis.resume import REACH, Resume
from numpy.typing import NDArray

RATE = 24000


def speech(*, seed: int, seconds: float = 2.0, stretch: float = 1.0) -> NDArray[np.int16]:
    """Noise in words of 0.3 s with gaps of 0.1 s; `stretch` makes another take of it."""
    noise = np.random.default_rng(seed).normal(0, 4000, int(seconds * RATE))
    position = np.arange(noise.size) / RATE / stretch
    return np.where(position % 0.4 < 0.3, noise, 0).astype("<i2")


def take(resume: Resume, pcm: bytes, *, step: int) -> bytes:
    pieces = [resume.feed(pcm[i : i + step]) for i in range(0, len(pcm), step)]
    return b"".join(pieces) + resume.flush()


@pytest.mark.parametrize("step", [2, 960, 10**9])
def test_the_same_rendering_goes_on_without_a_seam(step: int) -> None:
    """What is heard is, sample for sample, the whole."""
    whole = speech(seed=1).tobytes()
    heard = whole[: len(whole) // 2 & ~1]
    pcm = take(Resume(heard, sample_rate=RATE), whole[: RATE * 3], step=step)
    assert heard + pcm == whole[: RATE * 3]


def test_a_shifted_rendering_is_found_at_its_place() -> None:
    """30 ms more silence in front do not repeat 30 ms of speech."""
    whole = speech(seed=2)
    shifted = np.concatenate((np.zeros(int(0.03 * RATE), "<i2"), whole))
    heard = whole[:RATE].tobytes()
    pcm = take(Resume(heard, sample_rate=RATE), shifted.tobytes(), step=960)
    assert heard + pcm == whole.tobytes()


def test_another_rendering_is_taken_up_in_a_gap() -> None:
    """A generative voice says it differently: the new one begins in the nearest pause."""
    heard = speech(seed=3)[: int(1.05 * RATE)]
    other = speech(seed=4)
    pcm = take(Resume(heard.tobytes(), sample_rate=RATE), other.tobytes(), step=960)
    place = other.size - len(pcm) // 2
    assert abs(place - heard.size) <= REACH * RATE
    # The gaps of the other take are from 0.7 to 0.8 s and from 1.1 to 1.2 s.
    assert 1.1 <= place / RATE <= 1.2


def test_a_rendering_shorter_than_what_was_heard_adds_nothing() -> None:
    """All of it was heard already."""
    heard = speech(seed=5).tobytes()
    assert len(take(Resume(heard, sample_rate=RATE), heard[: RATE // 2], step=960)) < RATE * REACH


def test_nothing_is_held_once_the_place_is_found() -> None:
    """From there on every Chunk leaves as it comes."""
    whole = speech(seed=6).tobytes()
    resume = Resume(whole[:RATE], sample_rate=RATE)
    resume.feed(whole[: 2 * RATE])
    assert resume.feed(b"\x01\x00" * 10) == b"\x01\x00" * 10
