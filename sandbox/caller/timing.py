"""When there was sound: loudness of a recording -> spans of sound -> delays.

Pure. The measure is the simplest that works with real audio: the RMS of each 5 ms window against
one threshold for the whole track, four times (12 dB) the track's noise floor. A span begins with
the first sample that reaches the threshold in its first loud window and ends with the last one, so
an edge is exact to the sample for a sudden sound, and to a few milliseconds for a soft one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.voice.pcm import Samples

WINDOW = 0.005
"""Seconds of one window: one period of a 200 Hz voice."""
QUIETEST = 100.0
"""The lowest threshold, as RMS (-50 dBFS): a decoder's idle noise is not speech."""
FLOOR_QUANTILE = 0.1
"""The noise floor is this quantile of the windows' loudness."""
ABOVE_FLOOR = 4.0
"""Threshold over the noise floor (12 dB)."""
BELOW_PEAK = 0.25
"""The threshold is at most 12 dB below the loudest window, for tracks without silence."""
CLOSURE = 0.1
"""Seconds of silence inside a word: the closure of a plosive."""
SHORTEST = 0.02
"""Seconds; a shorter sound between silences is a click."""
PAUSE = 0.35
"""Seconds of silence that separate two spans; most pauses between phrases are shorter."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, in seconds on the recording's clock."""

    start: float
    end: float

    @property
    def duration(self) -> float:
        """Seconds from start to end."""
        return self.end - self.start


def is_loud(frame: Samples) -> bool:
    """Whether a frame is sound, for decisions during the call."""
    return bool(frame.size) and _rms(frame) >= QUIETEST


def loudness_limit(samples: Samples, rate: int) -> float:
    """The RMS from which a window of this track counts as sound."""
    windows = window_levels(samples, rate)
    if not windows.size:
        return QUIETEST
    floor = float(np.quantile(windows, FLOOR_QUANTILE))
    return max(QUIETEST, min(floor * ABOVE_FLOOR, float(windows.max()) * BELOW_PEAK))


def sounds(samples: Samples, rate: int, *, pause: float = PAUSE) -> list[Span]:
    """The spans of sound in a track, separated by at least `pause` seconds of silence."""
    limit = loudness_limit(samples, rate)
    size = _window_size(rate)
    loud = np.flatnonzero(window_levels(samples, rate) >= limit)
    words = [
        (first, last)
        for first, last in _runs(loud, max_step=round(CLOSURE / WINDOW))
        # A click may lie in two windows, so its length is counted in loud windows.
        if np.count_nonzero((loud >= first) & (loud <= last)) * WINDOW >= SHORTEST
    ]
    spans = [_edges(samples, rate, limit, first * size, (last + 1) * size) for first, last in words]
    return merge(spans, pause=pause)


def merge(spans: Sequence[Span], *, pause: float) -> list[Span]:
    """Join spans (in order) that are less than `pause` seconds apart."""
    merged: list[Span] = []
    for span in spans:
        if merged and span.start - merged[-1].end < pause:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def within(spans: Sequence[Span], start: float, end: float) -> list[Span]:
    """The parts of `spans` between two instants."""
    return [
        Span(max(span.start, start), min(span.end, end))
        for span in spans
        if span.end > start and span.start < end
    ]


def total(spans: Sequence[Span]) -> float:
    """Seconds of all spans together."""
    return sum(span.duration for span in spans)


def answer_delay(agent: Sequence[Span], caller: Span, until: float) -> float | None:
    """Seconds from the caller's last loud sample to the agent's next onset before `until`.

    Sound that began before the caller fell silent is no answer. None: there was no onset.
    """
    onsets = (span.start for span in agent if caller.end <= span.start < until)
    first = next(onsets, None)
    return None if first is None else first - caller.end


def stop_delay(agent: Sequence[Span], caller: Span) -> float | None:
    """Seconds from the caller's first loud sample to the end of the agent's interrupted sound.

    None: the agent was silent when the caller began.
    """
    for span in agent:
        if span.start < caller.start < span.end:
            return span.end - caller.start
    return None


def _window_size(rate: int) -> int:
    return round(rate * WINDOW)


def _rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


def window_levels(samples: Samples, rate: int) -> NDArray[np.float64]:
    """RMS of each whole window; a shorter rest is left out."""
    size = _window_size(rate)
    windows = samples[: samples.size // size * size].reshape(-1, size)
    levels: NDArray[np.float64] = np.sqrt(np.mean(np.square(windows, dtype=np.float64), axis=1))
    return levels


def _runs(indices: NDArray[np.intp], *, max_step: int) -> list[tuple[int, int]]:
    """First and last of each run of indices whose neighbours are at most `max_step` apart."""
    if not indices.size:
        return []
    breaks = np.flatnonzero(np.diff(indices) > max_step)
    firsts = indices[np.concatenate(([0], breaks + 1))]
    lasts = indices[np.concatenate((breaks, [indices.size - 1]))]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def _edges(samples: Samples, rate: int, limit: float, start: int, stop: int) -> Span:
    """The span from the first to just after the last sample in the range that reaches `limit`."""
    reached = np.flatnonzero(np.abs(samples[start:stop].astype(np.int32)) >= limit)
    return Span((start + int(reached[0])) / rate, (start + int(reached[-1]) + 1) / rate)
