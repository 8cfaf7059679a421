"""Finds speech by its loudness, on the audio's own clock. Pure: PCM in, events out.

Time is counted in samples, so sound that arrives faster than real time gives the same events at the
same times.

A frame of 10 ms is loud if it exceeds the noise floor, the quietest sound of the last seconds:
speech has gaps, noise has none. Speech begins when most of a short window is loud (a click is too
short), and includes some sound before that, for its soft start. A pause ends it.

                 reach  |onset                 last loud frame|   pause   |
    audio    ...........LL.LLLLLL.LLLLL...LLLLLL.LLLLLLLLLLLLL............
    events              Began, Speech, Speech, Tick, ...                Ended      Silent
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

RATE = 16_000
"""Hz of the PCM."""
FRAME_SECONDS = 0.01
SHORTEST_PAUSE = 0.22
"""Seconds. A shorter silence within speech is no pause: plosives take up to 80 ms and a voice's
commas up to 200 ms (measured on espeak-ng). Clients ask Deepgram for an `endpointing` of 10 or
25 ms, and do not get a result after each of those either (inferred)."""

Reason: TypeAlias = Literal["pause", "length", "asked", "noise"]
"""Why an utterance ends: a pause, its length, the client's request; or it was noise."""

_FRAME_BYTES = 2 * round(RATE * FRAME_SECONDS)
# Levels are in dB below full scale.
_QUIETEST_FLOOR, _LOUDEST_FLOOR = -70.0, -30.0
# The assumed floor before a stream begins.
_FLOOR_AT_FIRST = -60.0
_LEAST_LOUD = -52.0
# How far speech must exceed the floor to begin, and to continue.
_ABOVE_TO_BEGIN, _ABOVE_TO_GO_ON = 12.0, 8.0
# The floor is the least of 25 minima of 10 frames each: 2.5 s.
_MINIMA, _FRAMES_IN_MINIMUM = 25, 10
# Frames: speech begins when 6 of a window of 10 are loud.
_WINDOW, _LOUD_IN_WINDOW = 10, 6
# Frames before the onset that belong to the utterance.
_REACH = 25


@dataclass(frozen=True, slots=True)
class Began:
    """Speech begins at `at`; its sound includes some from `sound_from` on."""

    at: float
    sound_from: float


@dataclass(frozen=True, slots=True)
class Speech:
    """Sound of the utterance, PCM."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Tick:
    """Speech continues at `at`: time for an interim result."""

    at: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The utterance has ended: `last` is the end of its last loud frame, `at` is now."""

    last: float
    at: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Silent:
    """There was no speech for `utterance_end` seconds since `last`."""

    last: float


SpeechEvent = Began | Speech | Tick | Ended | Silent


class Endpointer:
    """One stream of 16 kHz signed 16-bit mono PCM."""

    def __init__(
        self,
        *,
        pause: float,
        tick: float = 0.25,
        utterance_end: float | None = None,
        longest: float | None = None,
    ) -> None:
        """All in seconds. `longest` cuts speech without pauses; None: no limit."""
        self._pause = max(pause, SHORTEST_PAUSE)
        self._tick = tick
        self._utterance_end = utterance_end
        self._longest = longest
        self._rest = b""
        # Frames so far.
        self._now = 0
        self._minima = deque([_FLOOR_AT_FIRST] * _MINIMA, maxlen=_MINIMA)
        self._floor = _FLOOR_AT_FIRST
        # Outside speech: the last frames and whether each was loud.
        self._before: deque[tuple[bytes, bool]] = deque(maxlen=_REACH + _WINDOW)
        # Frame numbers: start of the utterance (None: outside speech), its last loud frame, the
        # next interim result.
        self._began: int | None = None
        self._last_loud = 0
        # Level of the utterance's loudest frame.
        self._peak = 0.0
        self._next_tick = 0
        # Whether the last utterance still waits for its `Silent`.
        self._is_fresh = False

    @property
    def now(self) -> float:
        """Seconds of audio so far."""
        return self._now * FRAME_SECONDS

    @property
    def in_speech(self) -> bool:
        """Whether an utterance has begun and not ended."""
        return self._began is not None

    def feed(self, pcm: bytes) -> list[SpeechEvent]:
        """Take any number of whole samples; returns their events, in order."""
        data = self._rest + pcm
        whole = len(data) - len(data) % _FRAME_BYTES
        self._rest = data[whole:]
        if not whole:
            return []
        samples = np.frombuffer(data[:whole], "<i2").reshape(-1, _FRAME_BYTES // 2)
        powers = np.square(samples, dtype=np.float64).mean(axis=1)
        events: list[SpeechEvent] = []
        # Sound of the utterance that waits: one event covers many frames.
        pending: list[bytes] = []
        for index, power in enumerate(powers):
            frame = data[index * _FRAME_BYTES : (index + 1) * _FRAME_BYTES]
            level = _decibels(power)
            self._take(frame, level, self._classify(level), pending, events)
        _give(pending, events)
        return events

    def finish(self) -> list[SpeechEvent]:
        """End the utterance, if there is one, at the client's request."""
        return [self._end("asked")] if self.in_speech else []

    def _take(
        self,
        frame: bytes,
        level: float,
        is_loud: bool,
        pending: list[bytes],
        events: list[SpeechEvent],
    ) -> None:
        self._now += 1
        if self._began is None:
            self._before.append((frame, is_loud))
            if self._is_onset():
                self._peak = level
                self._begin(pending, events)
            else:
                self._fall_silent(events)
            return
        pending.append(frame)
        self._peak = max(self._peak, level)
        if is_loud:
            self._last_loud = self._now
        if (reason := self._ending()) is not None:
            _give(pending, events)
            events.append(self._end(reason))
            if reason == "length":
                # The rest is speech too, until a pause.
                self._open(self._now, self._now, events)
        elif self._now >= self._next_tick:
            self._next_tick = self._now + round(self._tick / FRAME_SECONDS)
            _give(pending, events)
            events.append(Tick(self.now))

    def _classify(self, level: float) -> bool:
        """Update the noise floor; returns whether the frame is loud."""
        if self._now % _FRAMES_IN_MINIMUM == 0:
            self._minima.append(level)
        else:
            self._minima[-1] = min(self._minima[-1], level)
        if self._now % _FRAMES_IN_MINIMUM == 0 or level < self._floor:
            self._floor = min(max(min(self._minima), _QUIETEST_FLOOR), _LOUDEST_FLOOR)
        margin = _ABOVE_TO_BEGIN if self._began is None else _ABOVE_TO_GO_ON
        return level > max(_LEAST_LOUD, self._floor + margin)

    def _is_onset(self) -> bool:
        window = list(self._before)[-_WINDOW:]
        return window[-1][1] and sum(is_loud for _, is_loud in window) >= _LOUD_IN_WINDOW

    def _begin(self, pending: list[bytes], events: list[SpeechEvent]) -> None:
        window = [is_loud for _, is_loud in self._before][-_WINDOW:]
        self._last_loud = self._now
        self._open(
            self._now - len(window) + window.index(True), self._now - len(self._before), events
        )
        pending += (frame for frame, _ in self._before)
        self._before.clear()

    def _open(self, began: int, sound_from: int, events: list[SpeechEvent]) -> None:
        """Begin an utterance; both numbers are in frames."""
        self._began = began
        self._next_tick = began + round(self._tick / FRAME_SECONDS)
        self._is_fresh = False
        events.append(Began(began * FRAME_SECONDS, sound_from * FRAME_SECONDS))

    def _ending(self) -> Reason | None:
        if (self._now - self._last_loud) * FRAME_SECONDS >= self._pause - FRAME_SECONDS / 2:
            # Continuous noise without a gap has become the floor.
            return "pause" if self._peak > self._floor + _ABOVE_TO_BEGIN else "noise"
        began = self._now if self._began is None else self._began
        if self._longest is not None and (self._now - began) * FRAME_SECONDS >= self._longest:
            return "length"
        return None

    def _end(self, reason: Reason) -> Ended:
        self._began = None
        self._is_fresh = reason != "noise"
        return Ended(self._last_loud * FRAME_SECONDS, self.now, reason)

    def _fall_silent(self, events: list[SpeechEvent]) -> None:
        if not self._is_fresh or self._utterance_end is None:
            return
        if (self._now - self._last_loud) * FRAME_SECONDS >= self._utterance_end:
            self._is_fresh = False
            events.append(Silent(self._last_loud * FRAME_SECONDS))


def _decibels(power: float) -> float:
    """Level of a mean square of 16-bit samples, in dB below full scale."""
    return 10 * math.log10(power / 32768**2) if power > 0 else -200.0


def _give(pending: list[bytes], events: list[SpeechEvent]) -> None:
    if pending:
        events.append(Speech(b"".join(pending)))
        pending.clear()
