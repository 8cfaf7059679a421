"""An output in front of another: reports what passes, and changes nothing."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from livekit import rtc
from livekit.agents.voice.io import AudioOutput, AudioOutputCapabilities, PlaybackFinishedEvent

from agent.latency.live.timed_audio_output import TimedAudioOutput, wall_to_loop_time


class Room(AudioOutput):
    """Plays at once what it gets, and keeps what is asked of it."""

    def __init__(self) -> None:
        super().__init__(
            label="room",
            sample_rate=24000,
            capabilities=AudioOutputCapabilities(pause=True),
            next_in_chain=None,
        )
        self.calls: list[str] = []
        self.played = 0.0

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        self.calls.append("frame")
        if not self.played:
            self.on_playback_started(created_at=time.time())
        self.played += frame.duration

    def flush(self) -> None:
        super().flush()
        self.calls.append("flush")

    def finish(self, *, interrupted: bool) -> None:
        """Say that all has played."""
        self.on_playback_progressed(started_at=time.time() - 0.02, offset=0.0, duration=0.02)
        self.on_playback_finished(playback_position=self.played, interrupted=interrupted)

    def clear_buffer(self) -> None:
        self.calls.append("clear")

    def pause(self) -> None:
        self.calls.append("pause")

    def resume(self) -> None:
        self.calls.append("resume")


class Heard:
    """Keeps what is reported."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.until = 0.0

    def published(self, now: float) -> None:
        self.calls.append("published")

    def playing(self, now: float) -> None:
        self.calls.append("playing")

    def paused(self, now: float) -> None:
        self.calls.append("paused")

    def resumed(self) -> None:
        self.calls.append("resumed")

    def played(self, until: float) -> None:
        self.calls.append("played")
        self.until = until


def frame() -> rtc.AudioFrame:
    """20 ms of silence."""
    return rtc.AudioFrame(bytes(960), 24000, 1, 480)


@pytest.mark.usefixtures("wall")
async def test_each_piece_of_speech_is_reported_once() -> None:
    """Frames pass, and the first of each piece is reported before it is played."""
    room, heard = Room(), Heard()
    output = TimedAudioOutput(room, heard)
    finished: list[PlaybackFinishedEvent] = []
    output.on("playback_finished", finished.append)
    await output.capture_frame(frame())
    await output.capture_frame(frame())
    output.flush()
    room.finish(interrupted=False)
    assert heard.calls == ["published", "playing", "played"]
    assert heard.until == pytest.approx(asyncio.get_running_loop().time(), abs=0.001)
    assert room.calls == ["frame", "frame", "flush"]
    assert (await output.wait_for_playout()).playback_position == pytest.approx(0.04)
    assert len(finished) == 1
    await output.capture_frame(frame())
    assert heard.calls.count("published") == 2


async def test_what_stops_it_is_reported_and_passed_on() -> None:
    """Pause, resume and an end by force."""
    room, heard = Room(), Heard()
    output = TimedAudioOutput(room, heard)
    output.pause()
    output.resume()
    output.clear_buffer()
    assert room.calls == ["pause", "resume", "clear"]
    assert heard.calls == ["paused", "resumed", "paused"]
    assert output.can_pause
    assert output.sample_rate == 24000


async def test_an_end_of_what_was_never_taken_is_not_passed_on(caplog: Any) -> None:
    """A frame that waited for the caller to subscribe may be cancelled on its way."""
    room, heard = Room(), Heard()
    output = TimedAudioOutput(room, heard)
    output.on_playback_finished(playback_position=0.0, interrupted=True)
    assert not caplog.records


def test_an_instant_of_the_wall_clock_lies_as_far_back_on_the_loop_s(wall: float) -> None:
    """LiveKit has most instants on the wall clock."""
    assert wall_to_loop_time(wall - 0.5, 100.0) == 99.5
