"""A LiveKit server for the whole module, and an agent of tones whose delays are known."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest
import pytest_asyncio
from livekit import api, rtc

from sandbox.caller.client import FINAL, SEGMENT_ID, STATE, TRANSCRIPTION
from sandbox.caller.microphone import FRAME, FRAME_SECONDS, SAMPLE_RATE
from sandbox.caller.timing import is_loud
from sandbox.stack import livekit_server, ports
from sandbox.stack.livekit_server import LiveKit
from sandbox.stack.processes import children


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def livekit(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LiveKit]:
    """A new server on free ports."""
    chosen_ports = ports.free()
    server = livekit_server.chosen({}, chosen_ports)
    logs: Path = tmp_path_factory.mktemp("logs")
    async with children(logs) as started, aiohttp.ClientSession() as session:
        await livekit_server.start(
            started, session, server, chosen_ports, environment=dict(os.environ)
        )
        yield server


PAUSE = 1.0
"""Seconds of silence that end a line: longer than any pause in the short lines of these tests, and
than a stall of the machine in the middle of one."""


class ToneAgent:
    """Greets with a tone, and answers each line with one, `delay` after the line's last sound: more
    than `PAUSE`.

    It publishes its state and both sides' words as a LiveKit agent does.
    """

    IDENTITY = "agent"

    def __init__(self, *, delay: float, seconds: float = 0.5, mute: bool = False) -> None:
        self.delay = delay
        self.room = rtc.Room()
        # For each line: when its last sound was heard here, and when the answer was sent.
        self.heard: list[float] = []
        self.answered: list[float] = []
        self._seconds = seconds
        self._mute = mute
        self._source = rtc.AudioSource(SAMPLE_RATE, 1, queue_size_ms=0)
        self._due: list[float] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self, server: LiveKit, room: str) -> None:
        """Join, publish and wait for the caller."""
        token = (
            api.AccessToken(server.api_key, server.api_secret)
            .with_identity(self.IDENTITY)
            # Only an agent may write in the caller's name.
            .with_kind("agent")
            .with_grants(
                api.VideoGrants(room_join=True, room=room, agent=True, can_update_own_metadata=True)
            )
        )
        self.room.on("track_subscribed", self._on_track)
        await self.room.connect(server.url, token.to_jwt())
        track = rtc.LocalAudioTrack.create_audio_track("agent", self._source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        await self.room.local_participant.publish_track(track, options)
        self._tasks.append(asyncio.create_task(self._play()))

    async def leave(self) -> None:
        """Leave the room."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.room.disconnect()
        await self._source.aclose()

    def _on_track(self, track: rtc.Track, *_: object) -> None:
        self._tasks.append(asyncio.create_task(self._listen(track)))

    async def _listen(self, track: rtc.Track) -> None:
        await self._greet()
        stream = rtc.AudioStream(track, sample_rate=SAMPLE_RATE, num_channels=1)
        last = None
        try:
            async for event in stream:
                now = time.monotonic()
                if is_loud(np.frombuffer(event.frame.data, np.int16)):
                    last = now + FRAME_SECONDS
                elif last is not None and now - last > PAUSE:
                    self.heard.append(last)
                    await self._answer(last)
                    last = None
        finally:
            await stream.aclose()

    async def _greet(self) -> None:
        await self._state("speaking")
        await self._write("agent", "hello-1", "Welcome", final=True)
        self._due.append(time.monotonic())

    async def _answer(self, last: float) -> None:
        number = len(self.heard)
        await self._write("caller", f"line-{number}", "wo", final=False)
        await self._write("caller", f"line-{number}", f"words {number}", final=True)
        await self._write("agent", f"answer-{number}", f"Answer {number}", final=True)
        if not self._mute:
            self._due.append(last + self.delay)

    async def _play(self) -> None:
        """Feed tone or silence on time; the state follows the sound."""
        began, frames, left = time.monotonic(), 0, 0
        phase = 2 * np.pi * 300 * np.arange(FRAME) / SAMPLE_RATE
        tone = (8000 * np.cos(phase)).astype(np.int16)
        while True:
            await asyncio.sleep(max(0.0, began + frames * FRAME_SECONDS - time.monotonic()))
            frames += 1
            if self._due and time.monotonic() >= self._due[0]:
                self._due.pop(0)
                self.answered.append(time.monotonic())
                left = round(self._seconds / FRAME_SECONDS)
            left -= 1
            if left == 0:
                await self._state("listening")
            samples = tone if left > 0 else np.zeros(FRAME, np.int16)
            await self._source.capture_frame(
                rtc.AudioFrame(samples.tobytes(), SAMPLE_RATE, 1, FRAME)
            )

    async def _state(self, state: str) -> None:
        await self.room.local_participant.set_attributes({STATE: state})

    async def _write(self, identity: str, segment: str, text: str, *, final: bool) -> None:
        writer = await self.room.local_participant.stream_text(
            topic=TRANSCRIPTION,
            sender_identity=identity,
            attributes={SEGMENT_ID: segment, FINAL: str(final).lower()},
        )
        for word in text.split(" "):
            await writer.write(f"{word} ")
        await writer.aclose()


@asynccontextmanager
async def _tone_agent(server: LiveKit, room: str, **options: Any) -> AsyncIterator[ToneAgent]:
    agent = ToneAgent(**options)
    try:
        await agent.join(server, room)
        yield agent
    finally:
        await agent.leave()


@pytest.fixture
def tone_agent() -> Callable[..., AbstractAsyncContextManager[ToneAgent]]:
    """Puts an agent into a room for the duration of a block."""
    return _tone_agent
