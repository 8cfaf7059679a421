"""PCM as arrays: trim the silence that ends a text, and change the sample rate. Pure."""

from __future__ import annotations

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]

# Below this a sample is silence; speech here peaks at about 24000.
_SILENCE = 150
# Silence kept after the last sound, so that it is not cut off hard.
_TAIL_SECONDS = 0.04


def trim_tail(samples: Samples, sample_rate: int) -> Samples:
    """Drop the silence after the last sound, but for a short tail; all of it if there is none."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _SILENCE)
    if not loud.size:
        return samples[:0]
    return samples[: int(loud[-1]) + 1 + round(_TAIL_SECONDS * sample_rate)]


def resample(samples: Samples, source_rate: int, target_rate: int) -> Samples:
    """The same sound at another rate, by libswresample with its band limit; mono."""
    if source_rate == target_rate or not samples.size:
        return samples
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = source_rate
    resampler = av.AudioResampler(format="s16", layout="mono", rate=target_rate)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    sound: Samples = np.concatenate([part.to_ndarray().reshape(-1) for part in parts])
    return sound
