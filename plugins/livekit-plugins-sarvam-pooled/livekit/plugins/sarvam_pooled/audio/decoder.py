"""Provider bytes to PCM: what every decoder does, and which one to take.

A decoder serves one Segment. `decode(data)` takes bytes cut anywhere and returns the PCM that is
ready; `flush()` returns the rest; `close()` gives back what it holds. PCM is signed 16 bit, little
endian, mono, at the rate that was asked for.
"""

from __future__ import annotations

import functools
from typing import Protocol

from ..errors import ProviderFailed
from ..log import logger
from .g711 import G711Decoder
from .mp3 import Mp3Decoder, mp3_available
from .pcm import PcmDecoder
from .pyav import PyAvDecoder


class Decoder(Protocol):
    """Bytes of one Segment in, PCM out."""

    def decode(self, data: bytes) -> bytes:
        """PCM that is ready after `data`.

        Raises:
            ProviderFailed: The bytes are not of the codec.
        """
        ...

    def flush(self) -> bytes:
        """The rest, after the last byte."""
        ...

    def close(self) -> None:
        """Give back what is held; may be called twice."""
        ...


def make_decoder(codec: str, *, sample_rate: int) -> Decoder:
    """The decoder for one Segment of `codec` at `sample_rate` Hz."""
    match codec:
        case "linear16" | "wav":
            # Some servers put a RIFF header in front whatever was asked for; it is recognised.
            return PcmDecoder()
        case "mulaw" | "alaw":
            return G711Decoder(codec)
        case "mp3" if mp3_available():
            return Mp3Decoder(sample_rate)
        case "mp3":
            _warn_without_libmpg123()
            return PyAvDecoder("mp3", sample_rate=sample_rate)
        case "opus" | "flac" | "aac":
            return PyAvDecoder(codec, sample_rate=sample_rate)
        case _:
            raise ProviderFailed(f"no decoder for {codec}")


@functools.cache
def _warn_without_libmpg123() -> None:
    logger.warning(
        "libmpg123 was not found, so PyAV decodes MP3: install libmpg123-0 (Debian, Ubuntu)"
        " or mpg123 (Homebrew)"
    )
