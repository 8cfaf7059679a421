"""The path of a caller's voice to an agent, without a room: noise, a browser's noise suppression,
Opus, and the gain control of LiveKit's input.

It runs the same code as a call: WebRTC's audio processing and libopus.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import av
import livekit.agents
import numpy as np
import numpy.typing as npt
from livekit import rtc

from sandbox.voice.opus import DELAY as OPUS_DELAY
from sandbox.voice.opus import through_opus
from sandbox.voice.pcm import Samples

from .timing import window_levels

RATE: Final = 16_000
"""Hz of all sound here."""
Noise = Literal["white", "pink", "crowd", "office"]

_FRAME: Final = RATE // 100
_FULL_SCALE: Final = 32768.0
_SUPPRESSION_DELAY: Final = 96 / RATE
"""Seconds of delay of WebRTC's noise suppression, by cross-correlation of a voice."""
_RECORDED: Final = {"crowd": "crowded-room.ogg", "office": "office-ambience.ogg"}
"""Files of LiveKit's background sounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioPath:
    """What the path does to the sound."""

    suppression: bool = False
    """Noise suppression after a high-pass filter, as in a browser."""
    opus: bool = False
    """Opus at 24 kbit/s with DTX."""
    gain: bool = False
    """Automatic gain control, the default of LiveKit's room input."""

    @property
    def delay(self) -> float:
        """Seconds of delay from one end to the other."""
        return self.suppression * _SUPPRESSION_DELAY + self.opus * OPUS_DELAY

    def carry(self, samples: Samples) -> Samples:
        """The sound at the agent's end, cut to whole frames of 10 or 20 ms."""
        if self.suppression:
            samples = _processed(
                samples,
                rtc.AudioProcessingModule(noise_suppression=True, high_pass_filter=True),
            )
        if self.opus:
            samples = through_opus(samples, dtx=True)
        if self.gain:
            samples = _processed(samples, rtc.AudioProcessingModule(auto_gain_control=True))
        return samples


def noisy(samples: Samples, noise: Noise, level: float, *, seed: int) -> Samples:
    """The sound with noise over all of it.

    Args:
        level: RMS of the noise in dBFS.
        seed: Which stretch of noise.
    """
    sound = _noise(noise, samples.size, np.random.default_rng(seed))
    sound *= _FULL_SCALE * 10 ** (level / 20) / np.sqrt(np.mean(np.square(sound)))
    return _whole(samples + sound)


def at_level(samples: Samples, level: float) -> Samples:
    """The voice scaled to that RMS in dBFS while it speaks, and clipped.

    It speaks where it is within 30 dB of its loudest 5 ms.
    """
    levels = window_levels(samples, RATE)
    speaking = np.square(levels[levels > levels.max() / 10**1.5])
    return _whole(samples * (_FULL_SCALE * 10 ** (level / 20) / np.sqrt(speaking.mean())))


def _noise(noise: Noise, size: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
    if noise in _RECORDED:
        recorded = _background(_RECORDED[noise])
        return np.roll(recorded, -random.integers(recorded.size))[:size].astype(np.float64)
    white = random.normal(0, 1, size)
    if noise == "white":
        return white
    spectrum = np.fft.rfft(white)
    spectrum[1:] /= np.sqrt(np.arange(1, spectrum.size))
    return np.fft.irfft(spectrum, size)


def _background(name: str) -> Samples:
    """The first 20 s of one of LiveKit's sounds."""
    path = Path(livekit.agents.__file__).parent / "resources" / name
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    pieces: list[Samples] = []
    with av.open(str(path)) as file:
        for frame in file.decode(audio=0):
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
            if sum(piece.size for piece in pieces) > 20 * RATE:
                break
    return np.concatenate(pieces)


def _processed(samples: Samples, module: rtc.AudioProcessingModule) -> Samples:
    pieces: list[Samples] = []
    for first in range(0, samples.size - _FRAME + 1, _FRAME):
        data = bytearray(samples[first : first + _FRAME].tobytes())
        frame = rtc.AudioFrame(data, RATE, 1, _FRAME)
        module.process_stream(frame)
        pieces.append(np.frombuffer(bytes(frame.data), np.int16))
    return np.concatenate(pieces)


def _whole(samples: npt.NDArray[np.float64]) -> Samples:
    whole: Samples = samples.round().clip(-32768, 32767).astype(np.int16)
    return whole
