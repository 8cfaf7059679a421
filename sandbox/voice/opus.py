"""Encodes and decodes a voice with Opus as WebRTC does: 20 ms packets, and none in silence.

Uses libopus from PyAV's wheel: FFmpeg's encoder has no discontinuous transmission (DTX).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from .pcm import Samples

RATE: Final = 16_000
"""Hz, of input and output."""
DELAY: Final = 104 / RATE
"""Seconds of delay: the encoder's own look-ahead."""

_PACKET: Final = RATE // 50
_LARGEST: Final = 1275  # bytes of a packet, RFC 6716
_UNSENT: Final = 2
"""Most bytes of a packet that is not sent."""
# From opus_defines.h.
_VOIP: Final = 2048
_SET_BITRATE: Final = 4002
_SET_DTX: Final = 4016


class OpusUnavailable(Exception):
    """PyAV is not installed from its wheel; the message names the folder that was searched."""


def through_opus(samples: Samples, *, dtx: bool, bit_rate: int = 24_000) -> Samples:
    """The same voice, `DELAY` late and cut to whole packets.

    Args:
        samples: Mono, at `RATE`.
        dtx: Send no silence; the receiver makes comfort noise.
        bit_rate: Bits per second.

    Raises:
        OpusUnavailable: There is no libopus.
    """
    return np.concatenate([np.empty(0, np.int16), *_packets(samples, dtx, bit_rate)])


def _packets(samples: Samples, dtx: bool, bit_rate: int) -> Iterator[Samples]:
    library, error = _library(), ctypes.c_int()
    encoder = library.opus_encoder_create(RATE, 1, _VOIP, ctypes.byref(error))
    decoder = library.opus_decoder_create(RATE, 1, ctypes.byref(error))
    try:
        for request, value in ((_SET_DTX, int(dtx)), (_SET_BITRATE, bit_rate)):
            library.opus_encoder_ctl(encoder, request, ctypes.c_int(value))
        packet = (ctypes.c_ubyte * _LARGEST)()
        for first in range(0, samples.size - _PACKET + 1, _PACKET):
            pcm = np.ascontiguousarray(samples[first : first + _PACKET])
            size = library.opus_encode(encoder, pcm.ctypes.data, _PACKET, packet, _LARGEST)
            decoded = np.empty(_PACKET, np.int16)
            sent = (packet, size) if size > _UNSENT else (None, 0)
            library.opus_decode(decoder, *sent, decoded.ctypes.data, _PACKET, 0)
            yield decoded
    finally:
        library.opus_encoder_destroy(encoder)
        library.opus_decoder_destroy(decoder)


@cache
def _library() -> Any:
    spec = find_spec("av")
    folder = Path(spec.origin).parents[1] / "av.libs" if spec and spec.origin else Path()
    found = sorted(folder.glob("libopus*"))
    if not found:
        raise OpusUnavailable(
            f"no libopus in {folder}: install PyAV from its wheel (pip install av)"
        )
    library = ctypes.CDLL(str(found[0]))
    pointer, number = ctypes.c_void_p, ctypes.c_int
    library.opus_encoder_create.restype = library.opus_decoder_create.restype = pointer
    library.opus_encoder_ctl.argtypes = [pointer, number]
    library.opus_encode.argtypes = [pointer, pointer, number, pointer, number]
    library.opus_decode.argtypes = [pointer, pointer, number, pointer, number, number]
    library.opus_encoder_destroy.argtypes = library.opus_decoder_destroy.argtypes = [pointer]
    return library
