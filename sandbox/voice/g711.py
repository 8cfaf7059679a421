"""ITU-T G.711: 16-bit samples to mu-law and A-law bytes, by table. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.uint8]

# Of the 14 bits that mu-law is defined on.
_MU_BIAS = 33
_MU_CLIP = 8158


def _segment(magnitude: npt.NDArray[np.int32], lowest_bit: int) -> npt.NDArray[np.int32]:
    """Chord (0 to 7) of each magnitude: how far its highest bit lies above `lowest_bit`."""
    chord = np.zeros_like(magnitude)
    for step in range(1, 8):
        chord[magnitude >= 1 << (lowest_bit + step)] = step
    return chord


def _mulaw_table() -> Table:
    samples = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    magnitude = np.minimum(np.abs(samples >> 2), _MU_CLIP) + _MU_BIAS
    chord = _segment(magnitude, 5)
    mantissa = (magnitude >> (chord + 1)) & 0x0F
    sign = np.where(samples < 0, 0x80, 0)
    table: Table = (~(sign | chord << 4 | mantissa) & 0xFF).astype(np.uint8)
    return table


def _alaw_table() -> Table:
    samples = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    # 13 bits with the sign; a negative sample mirrors the positive one just below it.
    magnitude = np.where(samples < 0, ~samples, samples)
    chord = _segment(magnitude, 7)
    mantissa = (magnitude >> np.where(chord > 0, chord + 3, 4)) & 0x0F
    sign = np.where(samples < 0, 0, 0x80)
    table: Table = ((sign | chord << 4 | mantissa) ^ 0x55).astype(np.uint8)
    return table


# By the sample's 16 bits taken as an unsigned number.
_MULAW = _mulaw_table()
_ALAW = _alaw_table()


def encode_mulaw(pcm: bytes) -> bytes:
    """Signed 16-bit little-endian samples to one mu-law byte each."""
    encoded: bytes = _MULAW[np.frombuffer(pcm, "<u2")].tobytes()
    return encoded


def encode_alaw(pcm: bytes) -> bytes:
    """Signed 16-bit little-endian samples to one A-law byte each."""
    encoded: bytes = _ALAW[np.frombuffer(pcm, "<u2")].tobytes()
    return encoded
