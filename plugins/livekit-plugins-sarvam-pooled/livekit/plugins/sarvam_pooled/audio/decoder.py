"""Provider bytes to PCM: the decoders' protocol, and which decoder serves which codec.

A decoder serves one Segment. `decode(data)` takes bytes cut anywhere and yields the PCM that is
ready; `flush()` yields the rest; `close()` releases what it holds. PCM is signed 16 bit, little
endian, mono, in complete samples, at the requested rate.

PCM comes in steps of well under 2 ms of work, whatever the length of a message; other tasks
can run between steps. Each step does its work when pulled from the iterator, and may be empty.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Final, Protocol

from ..errors import ProviderFailed
from ..log import logger
from .mp3 import Mp3Decoder, mp3_available
from .pcm import G711Decoder, PcmDecoder
from .pyav import PyAvFileDecoder, PyAvMp3Decoder

DECODED_AT_END: Final = frozenset({"opus", "flac", "aac"})
"""Codecs in a container: no PCM is available until the last byte has arrived."""


class Decoder(Protocol):
    """Takes the bytes of one Segment, returns PCM."""

    def decode(self, data: bytes) -> Iterator[bytes]:
        """PCM that is ready after `data`, in steps; take all of them.

        Raises:
            ProviderFailed: The decoder cannot continue. Damage in mid-stream is skipped instead.
        """
        ...

    def flush(self) -> Iterator[bytes]:
        """The rest, after the last byte, in steps.

        Raises:
            ProviderFailed: There were bytes, but no sound in them: they are of another codec.
        """
        ...

    def close(self) -> None:
        """Release the decoder's resources; may be called twice."""
        ...


def make_decoder(codec: str, *, sample_rate: int) -> Decoder:
    """The decoder for one Segment of `codec` at `sample_rate` Hz."""
    match codec:
        case "linear16" | "wav":
            return PcmDecoder()
        case "mulaw" | "alaw":
            return G711Decoder(codec)
        case "mp3" if mp3_available():
            return Mp3Decoder(sample_rate)
        case "mp3":
            _warn_without_libmpg123()
            return PyAvMp3Decoder(sample_rate)
        case _ if codec in DECODED_AT_END:
            return PyAvFileDecoder(codec, sample_rate=sample_rate)
        case _:
            raise ProviderFailed(f"no decoder for {codec}")


@functools.cache
def _warn_without_libmpg123() -> None:
    logger.warning(
        "libmpg123 was not found, so PyAV decodes MP3: install libmpg123-0 (Debian, Ubuntu)"
        " or mpg123 (Homebrew)"
    )
