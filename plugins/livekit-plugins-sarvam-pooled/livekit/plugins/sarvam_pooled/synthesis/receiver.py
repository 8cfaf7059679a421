"""Decodes the audio of one Attempt step by step; times, counts and bounds it.

Only PCM counts as progress. A message without PCM (empty, only a header, MP3 without a frame)
moves no time limit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from ..audio.decoder import Decoder
from ..audio.trim import is_silent
from ..errors import ProviderFailed
from ..options import LOOP_LAG_GRACE
from ..transport import wire
from ..transport.response_stream import ResponseStream
from .records import AttemptRecord

# Silence that marks the end of speech: longer than the closure of a consonant.
_FINAL_SILENCE = 0.08  # seconds

# Bytes of encoded audio a second: linear16 at 24 kHz has as many, MP3 at 192 kbit/s half.
_MAX_ENCODED_RATE = 48_000
# Further bytes, for headers and tags.
_MAX_HEADERS = 64 * 1024


class Receiver:
    """Encoded audio in, PCM out, counted.

    Args:
        record: The Attempt's record; its first byte, request id and seconds of PCM are filled in.
        max_seconds: Limit of PCM; more cannot belong to the text.
    """

    def __init__(
        self,
        decoder: Decoder,
        on_pcm: Callable[[bytes], None],
        record: AttemptRecord,
        *,
        sample_rate: int,
        max_seconds: float,
    ) -> None:
        self._decoder = decoder
        self._on_pcm = on_pcm
        self._record = record
        self._bytes_per_second = sample_rate * 2
        self.max_seconds = max_seconds
        # Bytes of encoded audio so far, and their limit.
        self._encoded_bytes = 0
        self._max_bytes = int(max_seconds * _MAX_ENCODED_RATE) + _MAX_HEADERS
        # The end of the PCM so far.
        self._end = b""
        # Whether any PCM is louder than silence.
        self.has_sound = False
        # Arrival of the current message and of the last one with PCM, and the longest pause between
        # two messages with PCM so far.
        self._now = 0.0
        self._last_pcm_at = 0.0
        self.longest_gap = 0.0

    @property
    def seconds(self) -> float:
        """Seconds of PCM so far."""
        return self._record.seconds

    @property
    def time_to_first_pcm(self) -> float:
        """Seconds from the text's sending to the first message with PCM."""
        return self._since_sent(self._record.first_byte)

    @property
    def time_to_last_pcm(self) -> float:
        """Seconds from the text's sending to the last message with PCM."""
        return self._since_sent(self._last_pcm_at)

    @property
    def ends_in_silence(self) -> bool:
        """Whether the PCM so far ends in silence, as speech does at its end or in a pause."""
        return bool(self._end) and is_silent(self._end)

    async def audio(self, event: wire.Audio) -> bool:
        """Decode a message; return whether it gave PCM, perhaps together with earlier messages.

        Raises:
            ProviderFailed: The audio cannot be decoded, or is too long for the text.
        """
        before = self.seconds
        self._record.request_id = self._record.request_id or event.request_id
        self._encoded_bytes += len(event.data)
        if self._encoded_bytes > self._max_bytes:
            raise self._too_long()
        await self._take(self._decoder.decode(event.data))
        return self.seconds > before

    async def finish(self) -> None:
        """Decode the rest of the response, which is complete.

        Raises:
            ProviderFailed: See `audio`.
        """
        await self._take(self._decoder.flush())

    def _since_sent(self, at: float | None) -> float:
        sent = self._record.sent
        return 0.0 if at is None or sent is None else at - sent

    async def _take(self, steps: Iterator[bytes]) -> None:
        """Run the decoder, and let other tasks run between its steps."""
        self._now = asyncio.get_running_loop().time()
        for pcm in steps:
            self._pcm(pcm)
            await asyncio.sleep(0)

    def _pcm(self, pcm: bytes) -> None:
        if pcm:
            seconds = self._record.seconds + len(pcm) / self._bytes_per_second
            if seconds > self.max_seconds:
                raise self._too_long()
            self._record.seconds = seconds
            self._mark_arrival()
            width = int(_FINAL_SILENCE * self._bytes_per_second) & ~1
            self._end = (self._end + pcm)[-width:]
            self.has_sound = self.has_sound or not is_silent(pcm)
            self._on_pcm(pcm)

    def _mark_arrival(self) -> None:
        if self._record.first_byte is None:
            self._record.first_byte = self._last_pcm_at = self._now
        self.longest_gap = max(self.longest_gap, self._now - self._last_pcm_at)
        self._last_pcm_at = self._now

    def _too_long(self) -> ProviderFailed:
        return ProviderFailed(f"more than {self.max_seconds:.0f} s of audio came for one Segment")


async def next_event(
    response: ResponseStream, deadline: float, *, overdue: float | None = None
) -> wire.Audio | wire.Complete:
    """The next Event of `response`.

    Args:
        deadline: Loop time.
        overdue: Time at which the deadline was first seen to have passed, or None. A loop that was
            held up gets `LOOP_LAG_GRACE` from then to read the messages that had come.

    Raises:
        TimeoutError: No Event came by then.
        SarvamError: See `ResponseStream.next`.
    """
    clock = asyncio.get_running_loop().time
    if overdue is not None and clock() > overdue + LOOP_LAG_GRACE:
        # Even if messages are still queued.
        raise TimeoutError
    try:
        async with asyncio.timeout_at(deadline):
            return await response.next()
    except TimeoutError:
        now = clock()
        if overdue is not None or now < deadline + LOOP_LAG_GRACE:
            raise
    # Extend the deadline only once: a loop that is always late would never reach its time limit.
    async with asyncio.timeout_at(now + LOOP_LAG_GRACE):
        return await response.next()
