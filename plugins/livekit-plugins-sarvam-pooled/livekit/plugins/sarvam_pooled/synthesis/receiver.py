"""The audio of one Attempt as it comes: decoded step by step, timed and counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from ..audio.decoder import Decoder
from ..audio.trim import is_silent
from ..transport import wire
from ..transport.connection import Answer
from .marks import AttemptRecord

# If a time limit strikes so many seconds late, the loop was held up. Messages may have come then
# that are not read yet; there is so much time left to read them.
_HELD_UP = 0.05

# Silence at the end of the audio that tells a voice's last sound from one that was cut: longer than
# the closure of a consonant.
_ENDING = 0.08  # seconds


class Receiver:
    """Encoded audio in, PCM out, counted.

    Args:
        record: Of the Attempt; gets its first byte, its request id and the seconds of PCM.
    """

    def __init__(
        self,
        decoder: Decoder,
        on_pcm: Callable[[bytes], None],
        record: AttemptRecord,
        *,
        sample_rate: int,
    ) -> None:
        self._decoder = decoder
        self._on_pcm = on_pcm
        self._record = record
        self._bytes_per_second = sample_rate * 2
        # The last of the PCM so far.
        self._end = b""
        # When the last message came, and the longest pause between two so far.
        self._last = 0.0
        self.longest_gap = 0.0

    @property
    def seconds(self) -> float:
        """Seconds of PCM so far."""
        return self._record.seconds

    @property
    def first_took(self) -> float:
        """Seconds from the text's sending to the first message."""
        return self._since_sent(self._record.first_byte)

    @property
    def took(self) -> float:
        """Seconds from the text's sending to the last message."""
        return self._since_sent(self._last)

    @property
    def died_away(self) -> bool:
        """Whether the PCM so far ends in silence: a voice's last sound does, or a pause."""
        return bool(self._end) and is_silent(self._end)

    async def audio(self, event: wire.Audio) -> None:
        """A message's audio came."""
        now = asyncio.get_running_loop().time()
        if self._record.first_byte is None:
            self._record.first_byte = self._last = now
        self.longest_gap = max(self.longest_gap, now - self._last)
        self._last = now
        self._record.request_id = self._record.request_id or event.request_id
        await self._take(self._decoder.decode(event.data))

    async def finish(self) -> None:
        """The answer is complete."""
        await self._take(self._decoder.flush())

    def _since_sent(self, at: float | None) -> float:
        sent = self._record.sent
        return 0.0 if at is None or sent is None else at - sent

    async def _take(self, steps: Iterator[bytes]) -> None:
        """Let the decoder work, and leave the loop to others between its steps."""
        for pcm in steps:
            self._pcm(pcm)
            await asyncio.sleep(0)

    def _pcm(self, pcm: bytes) -> None:
        if pcm:
            self._record.seconds += len(pcm) / self._bytes_per_second
            width = int(_ENDING * self._bytes_per_second) & ~1
            self._end = (self._end + pcm)[-width:]
            self._on_pcm(pcm)


async def next_event(answer: Answer, patience: float) -> wire.Audio | wire.Complete:
    """The next Event of `answer`.

    Raises:
        TimeoutError: None came for `patience` seconds.
        SarvamError: As of `Answer.next`.
    """
    clock = asyncio.get_running_loop().time
    deadline = clock() + patience
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                return await answer.next()
        except TimeoutError:
            if (now := clock()) < deadline + _HELD_UP:
                raise
            deadline = now + _HELD_UP
