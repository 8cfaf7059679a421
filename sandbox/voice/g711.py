"""ITU-T G.711, mu-law and A-law, by FFmpeg."""

from __future__ import annotations

from typing import Literal

import av
import numpy as np
import numpy.typing as npt

Law = Literal["mulaw", "alaw"]
# G.711's own rate; the codec itself does not depend on it.
_RATE = 8000


def encode(law: Law, pcm: bytes) -> bytes:
    """Signed 16-bit little-endian samples to one byte each."""
    if not pcm:
        return b""
    codec = av.CodecContext.create(f"pcm_{law}", "w")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate, codec.format, codec.layout = _RATE, av.AudioFormat("s16"), "mono"
    samples = np.frombuffer(pcm, "<i2").astype(np.int16).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
    frame.sample_rate = _RATE
    return b"".join(bytes(packet) for packet in codec.encode(frame))


def decode(law: Law, data: bytes) -> npt.NDArray[np.int16]:
    """One byte each to samples; at least one byte."""
    codec = av.CodecContext.create(f"pcm_{law}", "r")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate, codec.layout = _RATE, "mono"
    return np.concatenate([frame.to_ndarray()[0] for frame in codec.decode(av.Packet(data))])
