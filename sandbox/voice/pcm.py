"""PCM: trims the silence at its end, changes its sample rate, and codes it as ITU-T G.711."""

from __future__ import annotations

from typing import Literal

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]
Law = Literal["mulaw", "alaw"]
# G.711's own rate; the coding does not depend on it.
_G711_RATE = 8000
# Below this a sample is silence; speech here peaks at about 24000.
_SILENCE = 150
# Silence kept after the last sound, for a soft end.
_TAIL_SECONDS = 0.04


def trim_tail(samples: Samples, sample_rate: int) -> Samples:
    """Drop the silence after the last sound but for a short tail; everything without sound."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _SILENCE)
    if not loud.size:
        return samples[:0]
    return samples[: int(loud[-1]) + 1 + round(_TAIL_SECONDS * sample_rate)]


def resample(samples: Samples, source_rate: int, target_rate: int) -> Samples:
    """The same mono sound at another rate, band-limited, by libswresample."""
    if source_rate == target_rate or not samples.size:
        return samples
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = source_rate
    resampler = av.AudioResampler(format="s16", layout="mono", rate=target_rate)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    sound: Samples = np.concatenate([part.to_ndarray().reshape(-1) for part in parts])
    return sound


def encode_g711(law: Law, pcm: bytes) -> bytes:
    """Signed 16-bit little-endian samples as mu-law or A-law, one byte each."""
    if not pcm:
        return b""
    codec = av.CodecContext.create(f"pcm_{law}", "w")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate, codec.format, codec.layout = _G711_RATE, av.AudioFormat("s16"), "mono"
    samples = np.frombuffer(pcm, "<i2").astype(np.int16).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
    frame.sample_rate = _G711_RATE
    return b"".join(bytes(packet) for packet in codec.encode(frame))


def decode_g711(law: Law, data: bytes) -> Samples:
    """The samples of mu-law or A-law; `data` is not empty."""
    codec = av.CodecContext.create(f"pcm_{law}", "r")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate, codec.layout = _G711_RATE, "mono"
    frames = codec.decode(av.Packet(data))
    samples: Samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    return samples
