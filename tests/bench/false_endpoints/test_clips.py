"""Clips of callers who hesitate."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from bench.false_endpoints.clips import RATE, recorded, synthesise
from sandbox.caller.timing import sounds


def write(folder: Path, text: str, *, rate: int = RATE) -> None:
    """A recording with a pause of half a second, and what is said in it."""
    tone = (8000 * np.sin(np.arange(rate) * 0.3)).astype("<i2")
    silence = np.zeros(rate // 2, "<i2")
    with wave.open(str(folder / "one.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.concatenate([silence, tone, silence, tone]).tobytes())
    (folder / "one.txt").write_text(text, "utf-8")


async def test_pauses_are_as_long_as_they_are_said_to_be() -> None:
    """The sound lies where the stretches are, and each place gets every length in turn."""
    first, second = await synthesise(), await synthesise(shift=1)
    clip = next(clip for clip in first if len(clip.stretches) == 3)
    one, two, three = clip.stretches
    pauses = [two.begins - one.ends, three.begins - two.ends]
    assert pauses == [pytest.approx(0.2, abs=1e-3), pytest.approx(0.35, abs=1e-3)]
    heard = sounds(clip.samples, RATE, pause=0.18)
    assert heard[0].start == pytest.approx(one.begins, abs=0.05)
    assert heard[-1].end == pytest.approx(three.ends, abs=0.05)
    shifted = next(clip for clip in second if len(clip.stretches) == 3).stretches
    assert shifted[1].begins - shifted[0].ends == pytest.approx(0.35, abs=1e-3)


def test_a_recording_is_read_with_its_words(tmp_path: Path) -> None:
    """One line for each stretch, found by its sound."""
    write(tmp_path, "hi-IN\nमेरा नाम\nरवि है\n")
    (clip,) = recorded(tmp_path)
    assert clip.language == "hi-IN"
    assert [stretch.text for stretch in clip.stretches] == ["मेरा नाम", "रवि है"]
    assert clip.stretches[0].ends == pytest.approx(1.5, abs=0.01)
    assert clip.stretches[1].begins == pytest.approx(2.0, abs=0.01)


def test_a_recording_is_read_with_marks_made_by_hand(tmp_path: Path) -> None:
    """Where speech is, without its words; what is too short for a pause parts nothing."""
    write(tmp_path, "")
    marks = "one,0.0,0.5,0,0.5,0.9,1,0.9,1.0,0,1.0,1.5,1,1.5,2.0,0,2.0,3.0,1"
    (tmp_path / "one.scv").write_text(marks)
    (clip,) = recorded(tmp_path)
    assert [(s.begins, s.ends) for s in clip.stretches] == [(0.5, 1.5), (2.0, 3.0)]
    assert all(stretch.text for stretch in clip.stretches)


@pytest.mark.parametrize(
    ("text", "rate", "message"),
    [
        ("en-IN\nall in one line", RATE, "2 stretches are heard and 1 written"),
        ("en-IN\none\ntwo", 8000, "16000 Hz"),
    ],
)
def test_a_recording_that_does_not_fit_is_refused(
    tmp_path: Path, text: str, rate: int, message: str
) -> None:
    """With what to change."""
    write(tmp_path, text, rate=rate)
    with pytest.raises(ValueError, match=message):
        recorded(tmp_path)
