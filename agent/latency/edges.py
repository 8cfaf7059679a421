"""Finds the start and end of speech in audio levels, near where the VAD detected it.

A microphone's noise has no fixed level: automatic gain control raises it by 12 dB within 0.3 s of
the caller's last word, noise suppression lowers it, a codec stops sending it. Nothing here is
therefore held against an absolute level, nor against what the noise was before:

- A block is sound when it is over the noise *to come*, the mean level from 15 to 165 ms later, by
  more than that noise moves. Noise that rises is never over what it rises to.
- It is voiced when it is also within 32 dB of the loudest block of the utterance's last 1.2 s: what
  is softer is the room's echo. People who mark recordings without noise also put the end there (25
  to 35 dB below the peak, depending on the person).
- Silero's windows, which trail speech by some 65 ms, decide which sound is speech. The end lies at
  most 0.2 s before the end of the last window that has speech, or a softer sound is looked for; and
  0.15 s after it (the release of a stop behind its closure).

The numbers were chosen on 51 recordings over noise and through devices; what comes of them:
`python -m bench agreement`. A beginning is an end in reversed time. This module is pure.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

BLOCK: Final = 0.005
"""Seconds of a level: one period of a 200 Hz voice."""
VAD_LAG: Final = 0.065
"""Seconds from the end of a voice to the end of the last window in which Silero hears it: the
median of the recordings; nine tenths lie between 0 and 0.12."""

Levels = NDArray[np.float32]
"""dB of blocks, one after the other."""

_BELOW_PEAK: Final = 32.0
_FAINT: Final = 37.0
"""dB below the loudest block of what is voiced, in the second search."""
_INAUDIBLE: Final = 42.0
"""dB below the loudest block of what is inaudible, so that its changes do not matter."""
_RECENT: Final = round(1.2 / BLOCK)
"""Blocks before the end in which the loudest is looked for: gain control may have halved since."""
_AHEAD: Final = (3, 33)
"""The blocks behind a block whose mean is the noise to come."""
_MIN_MARGIN: Final = 2.5
_MAX_MARGIN: Final = 10.0
_MARGIN: Final = 3.5
"""dB over the noise to come: that many of the noise's standard deviations, within bounds."""
_UNSTEADY: Final = 2.0
"""dB of standard deviation from which noise has sounds of its own, as other people's talk is: only
the VAD can then decide which is speech. White noise has 0.7."""
_RUN: Final = 4
_IN_RUN: Final = 2
"""The last of `_RUN` blocks is sound if `_IN_RUN` of them are: a spike of noise is single."""
_MIN_OVER: Final = 6.0
"""dB of the loudest block over the noise, without which there is no speech to be found."""
_LATE: Final = round(0.15 / BLOCK)
"""Blocks behind the VAD's last window in which the release of a stop may end."""
_CLOSURE: Final = round(0.15 / BLOCK)
"""Blocks of silence before such a release; what comes after more is another sound."""
_EARLY: Final = round(0.2 / BLOCK)
"""Blocks by which speech may end before the VAD's last window; before, something was missed."""
_LOST: Final = round(0.35 / BLOCK)
"""Blocks before the VAD's last window from which an end is not believed."""
_SPREAD: Final = 1.4826
"""Factor from the median absolute deviation to the standard deviation of a normal distribution."""


def end_of_speech(levels: Levels, spoken: int) -> int | None:
    """Index one past the last voiced block.

    Args:
        levels: From the beginning of the utterance, or later, until now.
        spoken: Index one past the last block in which the VAD heard speech.

    Returns:
        None if the speech cannot be distinguished from the noise.
    """
    spoken = min(spoken, levels.size)
    first, last = _AHEAD
    if spoken < 1 or levels.size < last:
        return None
    peak = float(levels[max(0, spoken - _RECENT) : spoken].max())
    levels = np.maximum(levels, np.float32(peak - _INAUDIBLE))
    after = np.sort(levels[max(0, spoken - first - 1) :])
    if peak - _quantile(after, 0.5) < _MIN_OVER:
        return None
    to_come = _to_come(levels)
    spread = _deviation(levels[max(0, spoken - first - 1) :])
    over = levels > to_come + min(max(_MARGIN * spread, _MIN_MARGIN), _MAX_MARGIN)
    limit = spoken if spread >= _UNSTEADY else spoken + _LATE

    def ends(threshold: float) -> int | None:
        voiced = over & (levels > threshold)
        runs = np.convolve(voiced, np.ones(_RUN, np.int8))[: levels.size]
        sound = np.flatnonzero((voiced & (runs >= _IN_RUN))[:limit])
        end: int | None = None
        for index in sound[-_LATE - 1 :].tolist():
            if index >= spoken and end is not None and index - end > _CLOSURE:
                break
            end = index + 1
        return end

    end = ends(peak - _BELOW_PEAK)
    if end is not None and end >= spoken - _EARLY:
        return end
    fainter = ends(max(peak - _FAINT, min(peak - _BELOW_PEAK, _quantile(after, 0.9))))
    if fainter is not None and fainter >= spoken - _EARLY:
        return fainter
    if end is not None and (spread >= _UNSTEADY or end >= spoken - _LOST):
        return end
    return None


def beginning_of_speech(levels: Levels, spoken: int) -> int | None:
    """Index of the first voiced block.

    Args:
        levels: From well before the utterance until now.
        spoken: Index of the first block in which the VAD heard speech.

    Returns:
        None if the speech cannot be distinguished from the noise.
    """
    end = end_of_speech(levels[::-1], levels.size - spoken)
    return None if end is None else levels.size - end


def _to_come(levels: Levels) -> Levels:
    """Compute for each block the mean level of the blocks ahead; at the end, of the last blocks."""
    first, last = _AHEAD
    sums = np.concatenate(([0.0], np.cumsum(levels, dtype=np.float64)))
    means = (sums[last - first :] - sums[: first - last]) / (last - first)
    ahead = np.minimum(np.arange(levels.size) + first, means.size - 1)
    to_come: Levels = means[ahead].astype(np.float32)
    return to_come


def _deviation(levels: Levels) -> float:
    """The standard deviation of noise in dB, in spite of a few other sounds in it."""
    if levels.size < 3:
        return 0.0
    # A slope does not show in the steps, nor a slow wave in the values: take the larger.
    middle = _quantile(np.sort(levels), 0.5)
    values = _quantile(np.sort(np.abs(levels - middle)), 0.5) * 0.7
    steps = _quantile(np.sort(np.abs(np.diff(levels))), 0.5) / 2**0.5
    return _SPREAD * max(steps, values)


def _quantile(ordered: Levels, share: float) -> float:
    """The quantile as numpy computes it without interpolation, in a tenth of the time."""
    return float(ordered[min(int(share * ordered.size), ordered.size - 1)])
