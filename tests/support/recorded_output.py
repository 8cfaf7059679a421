"""The audio output of a session without a room."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from livekit import rtc
from livekit.agents.voice.io import AudioOutput, AudioOutputCapabilities

RATE = 24000


class RecordedOutput(AudioOutput):
    """Plays sound as fast as it comes, and keeps it."""

    def __init__(self) -> None:
        super().__init__(
            label="recorded",
            sample_rate=RATE,
            next_in_chain=None,
            capabilities=AudioOutputCapabilities(pause=False),
        )
        self.pcm = bytearray()
        self._position = 0.0
        self.on_sound: Callable[[], object] = lambda: None
        """Called at the first frame of each speech."""

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if not self._position:
            self.on_playback_started(created_at=0.0)
            self.on_sound()
        self._position += frame.duration
        self.pcm += frame.data.tobytes()

    def flush(self) -> None:
        super().flush()
        if position := self._position:
            self._position = 0.0
            self.on_playback_finished(playback_position=position, interrupted=False)

    def clear_buffer(self) -> None:
        self.flush()

    def seconds(self, level: int) -> float:
        """Length of what was played of sound at this loudness."""
        return float(np.count_nonzero(np.frombuffer(bytes(self.pcm), "<i2") == level)) / RATE
