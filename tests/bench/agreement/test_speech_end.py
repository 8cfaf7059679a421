"""Recorded people, as a call hears them: the zero of a Turn is where the recording ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.agreement.speech_end import (
    ALLOWED,
    LINES,
    NOISES,
    RECORDINGS,
    SPEECH,
    Clip,
    clips,
    end_heard,
    listen,
    make_clip,
)
from sandbox.caller.audio_path import RATE, AudioPath, at_level, noisy
from sandbox.voice.pcm import Samples

CLIPS = clips(RECORDINGS)
STEADY = [noise for noise in NOISES if noise[0] in ("white", "pink")]


def speech_of(clip: Clip) -> Samples:
    """Without the silence around it."""
    loud = np.flatnonzero(clip.samples)
    return clip.samples[loud[0] : loud[-1] + 1]


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_the_end_of_a_recording_does_not_depend_on_who_measures(clip: Clip) -> None:
    """Else no two measures could agree to 20 ms."""
    assert not clip.is_soft


@pytest.mark.parametrize("line", LINES, ids=str)
@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
async def test_the_reported_end_is_the_recordings(clip: Clip, line: AudioPath) -> None:
    """Within 20 ms, in silence and over noise, through every device; two noises each in turn,
    `python -m bench agreement` has them all."""
    turn = 2 * (CLIPS.index(clip) + LINES.index(line))
    noises = [STEADY[(turn + n * 5) % len(STEADY)] for n in range(2)]
    for heard in await listen(clip, noises, [line]):
        assert heard.error == pytest.approx(0, abs=ALLOWED), heard.noise


@pytest.mark.parametrize("level", [-45.0, -32.0, -8.0])
@pytest.mark.parametrize("gain", [False, True])
async def test_it_does_not_depend_on_how_loud_the_caller_is(level: float, gain: bool) -> None:
    """Very quiet over a floor 30 dB below, and clipped."""
    for clip in CLIPS[::3]:
        line = AudioPath(gain=gain)
        sound = noisy(at_level(clip.samples, level), "white", level - 30, seed=1)
        ended = await end_heard(line.carry(sound))
        assert ended == pytest.approx(clip.end, abs=ALLOWED), clip.name


@pytest.mark.parametrize("gain", [False, True])
async def test_a_floor_that_steps_up_in_mid_call_changes_nothing(gain: bool) -> None:
    """By 12 dB, half a second into the utterance: a window is opened."""
    for clip in CLIPS[::3]:
        quiet, loud = (noisy(clip.samples, "pink", level, seed=2) for level in (-57.0, -45.0))
        step = 2 * RATE
        sound = np.concatenate((quiet[:step], loud[step:]))
        ended = await end_heard(AudioPath(gain=gain).carry(sound))
        assert ended == pytest.approx(clip.end, abs=ALLOWED), clip.name


@pytest.mark.parametrize("after", [0.25, 0.4])
async def test_a_door_behind_the_last_word_changes_nothing(after: float) -> None:
    """A slam as loud as the speech, which decays within a tenth of a second."""
    at = np.arange(RATE // 4) / RATE
    slam = np.random.default_rng(3).normal(0, 8000, at.size) * np.exp(-at / 0.03)
    for clip in CLIPS[::3]:
        sound = noisy(clip.samples, "white", -55, seed=3).astype(np.float64)
        first = round((clip.end + after) * RATE)
        sound[first : first + slam.size] += slam
        ended = await end_heard(sound.clip(-32768, 32767).astype(np.int16))
        assert ended == pytest.approx(clip.end, abs=ALLOWED), clip.name


async def test_noise_without_a_voice_has_no_end() -> None:
    """Without speech the VAD reports none."""
    assert await end_heard(noisy(np.zeros(2 * RATE, np.int16), "pink", -35, seed=4)) is None


def test_a_soft_ending_is_distinguished_from_a_sharp_one() -> None:
    """Half a second of echo after the same speech, 28 to 40 dB below it."""
    speech = speech_of(CLIPS[0])
    at = np.arange(RATE // 2) / RATE
    echo = np.random.default_rng(5).normal(0, 1, at.size) * 10 ** (-(28 + 24 * at) / 20) * 8000
    assert make_clip("echo", np.concatenate((speech, echo.astype(np.int16)))).is_soft
    assert not make_clip("sharp", speech).is_soft
    assert make_clip("sharp", speech, level=SPEECH - 20).end == make_clip("sharp", speech).end


def test_an_unusable_folder_is_refused(tmp_path: Path) -> None:
    """Before anything is measured."""
    with pytest.raises(ValueError, match=r"has no \.wav"):
        clips(tmp_path)
    whole = (RECORDINGS / "en-hello-world.wav").read_bytes()
    stereo = whole[:22] + b"\2\0" + whole[24:]
    for wrong, why in ((whole[:30], "is not a WAV"), (b"text", "is not a WAV"), (stereo, "mono")):
        (tmp_path / "a.wav").write_bytes(wrong)
        with pytest.raises(ValueError, match=rf"a\.wav: .*{why}"):
            clips(tmp_path)
