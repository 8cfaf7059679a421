"""An audio output between the session and the room that reports when sound begins and stops.

It passes everything on at once. LiveKit has an event for the start of playout, but none for the
first published frame or a pause.
"""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from livekit import rtc
from livekit.agents.voice.io import (
    AudioOutput,
    AudioOutputCapabilities,
    PlaybackProgressedEvent,
    PlaybackStartedEvent,
)


class PlaybackListener(Protocol):
    """Receives the instants, on the event loop's clock. None of these methods may raise or wait."""

    def published(self, now: float) -> None:
        """The first frame of a piece of speech was published."""

    def playing(self, now: float) -> None:
        """The first sample of the speech plays."""

    def paused(self, now: float) -> None:
        """Playback is about to stop."""

    def resumed(self) -> None:
        """Playback continues after all."""

    def played(self, until: float) -> None:
        """Audio has played up to this instant."""


class TimedAudioOutput(AudioOutput):
    """Wraps an audio output, and notifies a listener."""

    def __init__(self, output: AudioOutput, listener: PlaybackListener) -> None:
        super().__init__(
            label="Timing",
            capabilities=AudioOutputCapabilities(pause=True),
            next_in_chain=output,
            sample_rate=output.sample_rate,
        )
        # LiveKit may have inserted an output of its own.
        self._output = self.next_in_chain or output
        self._listener = listener
        self._clock = asyncio.get_running_loop().time
        self._begun = False
        self._finished = 0
        self.on("playback_started", self._on_started)
        self.on("playback_progressed", self._on_progressed)

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        if not self._begun:
            self._begun = True
            self._listener.published(self._clock())
        # Count the frame afterwards, like LiveKit's transcript synchroniser: it may be cancelled
        # while it waits for the caller to subscribe.
        await self._output.capture_frame(frame)
        await super().capture_frame(frame)

    def flush(self) -> None:
        super().flush()
        self._begun = False
        self._output.flush()

    def clear_buffer(self) -> None:
        self._listener.paused(self._clock())
        self._output.clear_buffer()

    def pause(self) -> None:
        self._listener.paused(self._clock())
        super().pause()

    def resume(self) -> None:
        self._listener.resumed()
        super().resume()

    def on_playback_finished(
        self,
        *,
        playback_position: float,
        interrupted: bool,
        synchronized_transcript: str | None = None,
    ) -> None:
        # LiveKit warns about a segment that finishes twice.
        if self._finished == self.captured_playout_segments:
            return
        self._finished += 1
        super().on_playback_finished(
            playback_position=playback_position,
            interrupted=interrupted,
            synchronized_transcript=synchronized_transcript,
        )

    def _on_started(self, _: PlaybackStartedEvent) -> None:
        # The event is emitted as it happens; its own time is wall-clock time.
        self._listener.playing(self._clock())

    def _on_progressed(self, event: PlaybackProgressedEvent) -> None:
        self._listener.played(wall_to_loop_time(event.started_at + event.duration, self._clock()))


def wall_to_loop_time(wall: float, now: float) -> float:
    """Convert Unix time in seconds to the loop's clock, which reads `now`.

    Only recent instants are exact: the wall clock may have been set since.
    """
    return now - (time.time() - wall)
