"""Both sides of a call on one clock, as a stereo WAV.

Each frame has the instant at which it was delivered. That instant may be late (the event loop was
busy) but never early, so a frame is placed by its neighbours: in a stream without gaps each frame
follows the previous one, and the least late frame of the next half second shows the stream's true
position. If even that frame is late, sound is missing, and silence is inserted.
"""

from __future__ import annotations

import io
import os
import wave
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sandbox.voice.pcm import Samples

LOOK_AHEAD = 50
"""Frames (half a second) among which the least late one is taken."""
TOLERANCE = 0.01
"""Seconds by which a stream may be off before it is moved: one frame."""


def positions(arrivals: Sequence[float], durations: Sequence[float]) -> list[float]:
    """The position of each frame of a stream, from the arrivals. All in seconds.

    Neighbours keep their exact distance as long as the stream has no gap.
    """
    if not arrivals:
        return []
    elapsed = np.concatenate(([0.0], np.cumsum(durations)[:-1]))
    least_late = _least_of_next(np.asarray(arrivals) - elapsed, LOOK_AHEAD)
    placed: list[float] = []
    offset = float(least_late[0])
    for at, now in zip(elapsed.tolist(), least_late.tolist(), strict=True):
        if abs(now - offset) > TOLERANCE:
            offset = now
        placed.append(offset + at)
    return placed


def _least_of_next(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """For each value the least of it and the `count` - 1 values after it."""
    padded = np.concatenate((values, np.full(count - 1, np.inf)))
    least: NDArray[np.float64] = np.lib.stride_tricks.sliding_window_view(padded, count).min(axis=1)
    return least


@dataclass(slots=True)
class Track:
    """The frames of one side, in order of arrival."""

    rate: int
    # When the first sample of each frame sounded, in seconds of the monotonic clock.
    arrivals: list[float] = field(default_factory=list)
    frames: list[Samples] = field(default_factory=list)

    def add(self, at: float, frame: Samples) -> None:
        """Append a frame whose first sample sounded at `at`, or a little earlier."""
        self.arrivals.append(at)
        self.frames.append(frame)

    def lateness(self, instant: float) -> float:
        """Seconds by which the frame at `instant` was delivered late."""
        places = positions(self.arrivals, self._durations())
        index = bisect_right(places, instant) - 1
        return self.arrivals[index] - places[index] if index >= 0 else 0.0

    def lay_out(self, origin: float) -> Samples:
        """The track as samples from `origin` on; earlier sound is cut off."""
        places = positions(self.arrivals, self._durations())
        starts = [round((place - origin) * self.rate) for place in places]
        ends = [start + frame.size for start, frame in zip(starts, self.frames, strict=True)]
        track = np.zeros(max(ends, default=0), np.int16) if max(ends, default=0) > 0 else _EMPTY
        for start, frame in zip(starts, self.frames, strict=True):
            skipped = max(0, -start)
            if skipped < frame.size:
                track[start + skipped : start + frame.size] = frame[skipped:]
        return track

    def _durations(self) -> list[float]:
        return [frame.size / self.rate for frame in self.frames]


_EMPTY: Samples = np.zeros(0, np.int16)


@dataclass(frozen=True, slots=True)
class Recording:
    """Both sides from the same instant on, of equal length."""

    rate: int
    caller: Samples
    agent: Samples

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.caller.size / self.rate

    def save(self, path: Path) -> None:
        """Write a stereo WAV: the caller on the left, the agent on the right.

        The file is written completely, then renamed. Raises `OSError`.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        content = io.BytesIO()
        with wave.open(content, "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(np.stack((self.caller, self.agent), axis=1).astype("<i2").tobytes())
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            unfinished.write_bytes(content.getvalue())
            unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise


def record(caller: Track, agent: Track, *, origin: float) -> Recording:
    """Both tracks from `origin` (seconds of the monotonic clock) to the end of the longer one."""
    if caller.rate != agent.rate:
        raise ValueError(f"the tracks differ in rate: {caller.rate} and {agent.rate} Hz")
    left, right = caller.lay_out(origin), agent.lay_out(origin)
    length = max(left.size, right.size)
    return Recording(
        rate=caller.rate,
        caller=np.pad(left, (0, length - left.size)),
        agent=np.pad(right, (0, length - right.size)),
    )
