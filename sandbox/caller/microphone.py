"""A microphone that never stops: 10 ms frames on an absolute clock, speech or room noise.

Real microphones send silence too, and endpointing, VAD and Opus depend on it. The source has no
queue, so `capture_frame` is the instant at which a frame enters the encoder (measured: the call
itself takes 0.3 ms).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import numpy as np
from livekit import rtc

from sandbox.voice.pcm import Samples

from .recorder import Track

SAMPLE_RATE = 24_000
"""Hz, of both sides of the recording and of the voices, so nothing is resampled twice."""
FRAME = SAMPLE_RATE // 100
FRAME_SECONDS = FRAME / SAMPLE_RATE
NOISE_RMS = 12.0
"""Noise of the room (-69 dBFS): quiet, far below what counts as sound."""


class Microphone:
    """Feeds an `rtc.AudioSource` until cancelled, and records the frames.

    Like a real microphone it sends the last 10 ms each time, so the first sample of a frame is
    recorded as 10 ms older than its sending.
    """

    def __init__(self, recording: Track, *, on_frame: Callable[[], None]) -> None:
        self.source = rtc.AudioSource(SAMPLE_RATE, 1, queue_size_ms=0)
        self._recording = recording
        self._on_frame = on_frame
        generator = np.random.default_rng(0)
        self._noise = generator.normal(0.0, NOISE_RMS, SAMPLE_RATE).astype(np.int16)
        self._frames = 0
        self._speech: list[Samples] = []
        self._spoken: asyncio.Future[None] | None = None

    async def say(self, speech: Samples) -> tuple[float, float]:
        """Speak from the next frame on; return when it began and ended (monotonic)."""
        if self._spoken is not None:
            raise RuntimeError("the caller is already speaking")
        if not speech.size:
            raise ValueError("nothing to say: the voice made no sound")
        whole = np.pad(speech, (0, -speech.size % FRAME))
        self._spoken = asyncio.get_running_loop().create_future()
        # Frames are popped from the end: the first frame is last.
        self._speech = list(whole.reshape(-1, FRAME))[::-1]
        began = time.monotonic()
        try:
            await self._spoken
        finally:
            self._spoken = None
            self._speech = []
        return began, time.monotonic()

    async def run(self) -> None:
        """Feed frames on time; after a delay the missed ones follow at once, as with hardware."""
        began = time.monotonic()
        while True:
            due = began + self._frames * FRAME_SECONDS
            early = due - time.monotonic()
            if early > 0:
                await asyncio.sleep(early)
            await self._feed()
            self._on_frame()

    async def _feed(self) -> None:
        samples = self._next_frame()
        at = time.monotonic()
        await self.source.capture_frame(rtc.AudioFrame(samples.tobytes(), SAMPLE_RATE, 1, FRAME))
        self._recording.add(at - FRAME_SECONDS, samples)
        self._frames += 1
        if self._spoken is not None and not self._speech and not self._spoken.done():
            self._spoken.set_result(None)

    def _next_frame(self) -> Samples:
        start = self._frames * FRAME % self._noise.size
        noise: Samples = self._noise[start : start + FRAME]
        if not self._speech:
            return noise
        mixed = self._speech.pop().astype(np.int32) + noise
        frame: Samples = np.clip(mixed, -32768, 32767).astype(np.int16)
        return frame
