"""Frames with late arrival times become one gapless track, and two tracks one stereo file."""

from __future__ import annotations

import random
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sandbox.caller.recorder import Track, positions, record

RATE = 24_000
FRAME = 240
SECONDS = 0.01


def arrivals(count: Any, *, lateness: Any = lambda index: 0.0, start: Any = 100.0) -> Any:
    return [start + index * SECONDS + lateness(index) for index in range(count)]


def test_a_punctual_stream_lies_where_it_arrived() -> None:
    """Without delays each frame lies at its arrival."""
    times = arrivals(200)
    assert positions(times, [SECONDS] * 200) == pytest.approx(times)


def test_no_frames_have_no_positions() -> None:
    """A stream without frames has no positions."""
    assert positions([], []) == []


@pytest.mark.parametrize("seed", range(5))
def test_jitter_is_removed(seed: int) -> None:
    """Frames delivered up to 40 ms late lie as evenly as they were made."""
    generator = random.Random(seed)
    times = arrivals(300, lateness=lambda _: generator.choice([0, 0, 0.003, 0.04]))
    assert positions(times, [SECONDS] * 300) == pytest.approx(arrivals(300), abs=1e-9)


def test_a_stall_of_the_loop_leaves_no_gap() -> None:
    """Frames held back for 300 ms and then delivered at once lie where they belong."""
    times = arrivals(
        200, lateness=lambda index: max(0.0, 0.3 - (index - 50) * SECONDS) if index >= 50 else 0.0
    )
    assert positions(times, [SECONDS] * 200) == pytest.approx(arrivals(200), abs=1e-9)


def test_missing_sound_becomes_silence() -> None:
    """Frames that never came leave a gap as long as they were."""
    times = arrivals(100) + arrivals(100, start=100.0 + 1.0 + 0.7)
    placed = positions(times, [SECONDS] * 200)
    assert placed[99] == pytest.approx(100.99)
    assert placed[100] == pytest.approx(101.7)
    assert placed[199] == pytest.approx(102.69)


def test_lay_out_keeps_every_sample_in_place() -> None:
    """The samples of a late frame are found where the frame belongs, and the rest is silence."""
    track = Track(RATE)
    for index, at in enumerate(arrivals(100, lateness=lambda index: 0.02 * (index % 3 == 1))):
        track.add(at, np.full(FRAME, index + 1, np.int16))
    samples = track.lay_out(99.5)
    assert samples.size == RATE // 2 + 100 * FRAME
    assert not samples[: RATE // 2].any()
    assert samples[RATE // 2 :: FRAME].tolist() == list(range(1, 101))


def test_lay_out_cuts_what_came_before_the_origin() -> None:
    """A frame that began before the recording is cut, and one wholly before it left out."""
    track = Track(RATE)
    for value, at in enumerate((9.985, 9.995, 10.005), start=1):
        track.add(at, np.full(FRAME, value, np.int16))
    assert track.lay_out(10.0).tolist() == [2] * (FRAME // 2) + [3] * FRAME
    assert track.lay_out(11.0).size == 0
    assert Track(RATE).lay_out(10.0).size == 0


def test_an_instant_is_as_late_as_its_frame() -> None:
    """The frame at an instant is as late as its arrival after its place."""
    track = Track(RATE)
    for at in arrivals(100, lateness=lambda index: 0.03 * (index == 50)):
        track.add(at, np.zeros(FRAME, np.int16))
    assert track.lateness(100.505) == pytest.approx(0.03)
    assert track.lateness(100.495) == pytest.approx(0.0)
    assert track.lateness(99.0) == 0.0


def test_record_writes_both_sides(tmp_path: Path) -> None:
    """The file is stereo with the caller left and the agent right, as long as the longer side."""
    caller, agent = Track(RATE), Track(RATE)
    caller.add(1.0, np.full(FRAME, 1000, np.int16))
    agent.add(1.02, np.full(FRAME, -2000, np.int16))
    recording = record(caller, agent, origin=1.0)
    assert recording.duration == pytest.approx(0.03)
    path = tmp_path / "calls" / "call.wav"
    recording.save(path)
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, RATE)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    assert samples.shape == (3 * FRAME, 2)
    assert samples[:FRAME, 0].tolist() == [1000] * FRAME
    assert samples[2 * FRAME :, 1].tolist() == [-2000] * FRAME
    assert not samples[FRAME:, 0].any()
    assert not samples[: 2 * FRAME, 1].any()


def test_sides_without_a_single_frame() -> None:
    """A call in which the agent never published is a recording of the caller alone."""
    caller = Track(RATE)
    caller.add(0.0, np.ones(FRAME, np.int16))
    recording = record(caller, Track(RATE), origin=0.0)
    assert not recording.agent.any()
    assert recording.agent.size == recording.caller.size == FRAME


def test_two_sides_of_different_rates_are_refused() -> None:
    """Two sides of different rates cannot share a file."""
    with pytest.raises(ValueError, match="24000 and 16000"):
        record(Track(24_000), Track(16_000), origin=0.0)


def test_a_recording_replaces_another_only_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two calls that end at once, or a full disk, leave one whole recording and nothing else."""
    track = Track(RATE)
    path = tmp_path / "call.wav"
    record(track, track, origin=0.0).save(path)
    before = path.read_bytes()

    def full(file: Any, content: Any) -> None:
        file.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        record(track, track, origin=0.0).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
