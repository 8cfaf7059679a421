"""Other codecs by PyAV, and MP3 where libmpg123 is missing.

MP3 is decoded as it arrives. Opus, FLAC and AAC come in containers that Sarvam does not document
(accepted: Ogg, FLAC's own, ADTS), so their Segments are decoded when complete: these codecs exist
for compatibility with the official plugin, not for speed.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from ..errors import ProviderFailed
from .steps import STEP_BYTES

# The formats that FFmpeg may open: streams, which it reads piece by piece. Some formats name other
# files and addresses, which it would open. Others begin with tables that it unpacks at once: 1.5 kB
# of MP4 became 1.9 GB (measured). "aac" is ADTS.
_FORMATS = {"opus": "ogg", "flac": "flac,ogg", "aac": "aac"}

# Encoded bytes parsed in one step: at most 0.5 s of sound (32 kbit/s).
_SLICE = 2048

_TAG = b"ID3"
_TAG_HEAD = 10  # bytes
_INFO = (b"Xing", b"Info")
_INFO_WITHIN = 40  # bytes from a frame's beginning: its head and side information

# Hz. AAC's lowest is 7350, Sarvam's 8000. FLAC may declare 1, and one frame would become hours.
_MIN_RATE = 7000


class _ToPcm:
    """Converts frames of any rate and layout to mono s16; both may change in mid-stream."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._resampler: AudioResampler | None = None
        self._source: tuple[str, str, int] | None = None
        # Bytes of PCM so far.
        self.bytes_out = 0

    def feed(self, frames: Iterable[AudioFrame]) -> bytes:
        """The PCM of `frames`, except what the resampler holds."""
        pcm = bytearray()
        for frame in frames:
            if frame.sample_rate < _MIN_RATE:
                raise ProviderFailed(f"the audio has a sample rate of {frame.sample_rate} Hz")
            source = (frame.format.name, frame.layout.name, frame.sample_rate)
            if source != self._source:
                pcm += self.flush()
                self._source = source
                self._resampler = AudioResampler(format="s16", layout="mono", rate=self._rate)
            pcm += self._resample(frame)
        return bytes(pcm)

    def flush(self) -> bytes:
        """The PCM that the resampler holds."""
        return self._resample(None)

    def _resample(self, frame: AudioFrame | None) -> bytes:
        if self._resampler is None:
            return b""
        ready = self._resampler.resample(frame)
        # A plane may be padded for alignment: count the samples.
        pcm = b"".join(bytes(part.planes[0])[: part.samples * 2] for part in ready)
        self.bytes_out += len(pcm)
        return pcm


class PyAvMp3Decoder:
    """One MP3 stream, cut anywhere, decoded as it comes.

    A leading tag (ID3v2) and Info frames are skipped, as libmpg123 does. So is damage: garbage, and
    a frame or two behind it, or where the rate changes.
    """

    def __init__(self, sample_rate: int) -> None:
        self._context = AudioCodecContext.create("mp3", "r")
        self._to_pcm = _ToPcm(sample_rate)
        self._bytes_in = 0
        # The beginning, until it is known whether it is a tag; None afterwards.
        self._start: bytes | None = b""
        # Bytes of the tag that are still to come.
        self._to_skip = 0

    def decode(self, data: bytes) -> Iterator[bytes]:
        self._bytes_in += len(data)
        data = self._without_tag(data)
        for start in range(0, len(data), _SLICE):
            yield self._to_pcm.feed(self._frames(data[start : start + _SLICE]))

    def flush(self) -> Iterator[bytes]:
        # The parser holds the last frame until the end is signalled.
        yield self._to_pcm.feed(self._frames(b"")) + self._to_pcm.flush()
        if self._bytes_in and not self._to_pcm.bytes_out:
            raise ProviderFailed(f"there is no MP3 frame in {self._bytes_in} bytes")

    def close(self) -> None:
        pass

    def _without_tag(self, data: bytes) -> bytes:
        """`data` after the tag; FFmpeg's parser would lose the first frame with it."""
        if self._start is not None:
            data = self._start + data
            if len(data) < _TAG_HEAD and data.startswith(_TAG[: len(data)]):
                self._start = data
                return b""
            self._start = None
            if data.startswith(_TAG):
                # Four bytes of seven bits each (ID3v2.3, section 3.1).
                a, b, c, d = data[6:_TAG_HEAD]
                self._to_skip = _TAG_HEAD + (a << 21 | b << 14 | c << 7 | d)
        skipped = min(self._to_skip, len(data))
        self._to_skip -= skipped
        return data[skipped:]

    def _frames(self, data: bytes) -> Iterator[AudioFrame]:
        for packet in self._context.parse(data):
            if any(name in bytes(packet)[:_INFO_WITHIN] for name in _INFO):
                continue
            try:
                yield from self._context.decode(packet)
            except av.InvalidDataError:
                continue


class PyAvFileDecoder:
    """One Segment in a container, decoded when it is complete. Damage is skipped."""

    def __init__(self, codec: str, *, sample_rate: int) -> None:
        self._codec = codec
        self._to_pcm = _ToPcm(sample_rate)
        self._file = bytearray()

    def decode(self, data: bytes) -> Iterator[bytes]:
        self._file += data
        yield b""

    def flush(self) -> Iterator[bytes]:
        if not self._file:
            return
        try:
            yield from self._decoded()
        except av.FFmpegError as error:
            raise ProviderFailed(
                f"the {self._codec} audio cannot be decoded: {error.strerror}"
            ) from None
        if not self._to_pcm.bytes_out:
            raise ProviderFailed(f"there is no sound in {len(self._file)} bytes of {self._codec}")

    def close(self) -> None:
        self._file.clear()

    def _decoded(self) -> Iterator[bytes]:
        options = {"format_whitelist": _FORMATS[self._codec], "protocol_whitelist": "none"}
        # A tag may hold any bytes, and is not read.
        with av.open(
            io.BytesIO(bytes(self._file)), "r", options=options, metadata_errors="replace"
        ) as container:
            pcm = bytearray()
            sound = container.streams.audio[:1]
            # Given no stream, `demux` would give them all.
            for packet in container.demux(sound) if sound else ():
                with contextlib.suppress(av.InvalidDataError):
                    pcm += self._to_pcm.feed(packet.decode())
                if len(pcm) >= STEP_BYTES // 2:
                    yield bytes(pcm)
                    pcm.clear()
            yield bytes(pcm) + self._to_pcm.flush()
