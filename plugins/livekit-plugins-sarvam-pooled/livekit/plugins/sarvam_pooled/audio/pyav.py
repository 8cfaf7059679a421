"""Other codecs by PyAV, and MP3 where libmpg123 is missing.

MP3 is decoded as it arrives. Opus, FLAC and AAC come in containers that Sarvam does not document,
so a Segment of theirs is decoded when it is complete: they are here for the sake of the official
plugin's arguments, not for speed.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from ..errors import ProviderFailed


class PyAvDecoder:
    """One Segment of `codec` to PCM at `sample_rate` Hz."""

    def __init__(self, codec: str, *, sample_rate: int) -> None:
        self._resampler = AudioResampler(format="s16", layout="mono", rate=sample_rate)
        self._stream: AudioCodecContext | None = None
        # The whole Segment, for codecs in a container.
        self._held = bytearray()
        if codec == "mp3":
            self._stream = AudioCodecContext.create("mp3", "r")

    def decode(self, data: bytes) -> bytes:
        if self._stream is None:
            self._held += data
            return b""
        try:
            frames = [f for packet in self._stream.parse(data) for f in self._stream.decode(packet)]
            return self._pcm(frames)
        except av.FFmpegError as error:
            raise ProviderFailed(f"the audio cannot be decoded: {error.strerror}") from None

    def flush(self) -> bytes:
        try:
            if self._stream is not None:
                rest = [
                    f for packet in self._stream.parse(b"") for f in self._stream.decode(packet)
                ]
                rest += self._stream.decode(None)
                return self._pcm(rest) + self._pcm([None])
            if not self._held:
                return b""
            with av.open(io.BytesIO(bytes(self._held)), "r") as container:
                return self._pcm(container.decode(audio=0)) + self._pcm([None])
        except av.FFmpegError as error:
            raise ProviderFailed(f"the audio cannot be decoded: {error.strerror}") from None

    def close(self) -> None:
        self._held.clear()

    def _pcm(self, frames: Iterable[AudioFrame | None]) -> bytes:
        pcm: list[bytes] = []
        for frame in frames:
            for ready in self._resampler.resample(frame):
                # A plane may be padded for alignment: count the samples.
                pcm.append(bytes(ready.planes[0])[: ready.samples * 2])
        return b"".join(pcm)
