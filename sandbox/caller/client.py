"""The caller in the room: joins, speaks through a microphone, and records the agent.

All instants are `time.monotonic()`. A frame of the agent counts from when the SDK delivers it
decoded, so times include Opus, the network, the server and the SDK's jitter buffer (measured on
loopback: 48 ms from microphone to microphone), but no sound card.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from livekit import api, rtc

from sandbox.voice.pcm import Samples

from .microphone import SAMPLE_RATE, Microphone
from .recorder import Recording, Track, record
from .timing import is_loud
from .transcript import Speaker, Transcript
from .turn_taking import TurnTaking

logger = logging.getLogger(__name__)

STATE = "lk.agent.state"
TRANSCRIPTION = "lk.transcription"
SEGMENT_ID = "lk.segment_id"
FINAL = "lk.transcription_final"
CONNECT_TIMEOUT = 10.0


class CallError(Exception):
    """The call could not be made or was cut off; the message says why."""


def caller_token(
    api_key: str, api_secret: str, *, room: str, identity: str, agent_name: str = ""
) -> str:
    """A token for this room alone; `agent_name` dispatches an agent by name."""
    token = (
        api.AccessToken(api_key, api_secret)
        .with_identity(identity)
        .with_grants(api.VideoGrants(room_join=True, room=room))
    )
    if agent_name:
        dispatch = api.RoomAgentDispatch(agent_name=agent_name)
        token = token.with_room_config(api.RoomConfiguration(agents=[dispatch]))
    return token.to_jwt()


class RoomClient:
    """One caller in one room. Made by `dial`."""

    def __init__(self, identity: str) -> None:
        self.turn_taking = TurnTaking()
        self.transcript = Transcript()
        # When the caller dialled and when the room was joined.
        self.dialled = self.joined = time.monotonic()
        self._identity = identity
        self._room = rtc.Room()
        self._caller = Track(SAMPLE_RATE)
        self._agent = Track(SAMPLE_RATE)
        self.microphone = Microphone(self._caller, on_frame=self._wake)
        self._tasks: set[asyncio.Task[None]] = set()
        # Set and replaced at each frame of the microphone, when conditions are evaluated.
        self._beat = asyncio.Event()
        # Why the call ended; empty until then.
        self._ended = ""
        self.hung_up = False
        self._listening_to = ""

    def recording(self) -> Recording:
        """Both sides so far, from when the caller dialled."""
        return record(self._caller, self._agent, origin=self.dialled)

    def lateness(self, instant: float) -> float:
        """Seconds by which the caller's sound of that instant was sent late."""
        return self._caller.lateness(instant)

    async def until(self, condition: Callable[[float], bool], *, timeout: float) -> bool:
        """Wait until `condition(now)` holds; False if it does not within `timeout` seconds.

        Raises:
            CallError: The call ended meanwhile.
        """
        deadline = time.monotonic() + timeout
        while True:
            now = time.monotonic()
            if condition(now):
                return True
            if self._ended:
                raise CallError(self._ended)
            if now >= deadline:
                return False
            await self._beat.wait()

    async def say(self, speech: Samples) -> tuple[float, float]:
        """Speak; return when the first and the last frame were sent.

        Raises:
            CallError: The call ended meanwhile.
        """
        speaking = asyncio.create_task(self.microphone.say(speech))
        try:
            await self.until(lambda _: speaking.done(), timeout=float("inf"))
        finally:
            speaking.cancel()
        return await speaking

    async def join(self, url: str, token: str) -> None:
        """Join the room and open the microphone."""
        room = self._room
        room.on("participant_connected", self._on_participant)
        room.on("participant_disconnected", self._on_participant_gone)
        room.on("participant_attributes_changed", self._on_attributes)
        room.on("track_subscribed", self._on_track)
        room.on("disconnected", self._on_disconnected)
        room.register_text_stream_handler(TRANSCRIPTION, self._on_words)
        self.dialled = time.monotonic()
        options = rtc.RoomOptions(auto_subscribe=True, connect_timeout=CONNECT_TIMEOUT)
        try:
            # The SDK alone would search a path for media for more than a minute.
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await room.connect(url, token, options)
        except TimeoutError:
            raise CallError(_why_not_in_time(url)) from None
        except rtc.ConnectError as error:
            # The SDK's message has the token: do not show it.
            raise CallError(_why_not_joined(url, str(error))) from None
        self.joined = time.monotonic()
        for participant in room.remote_participants.values():
            self._on_participant(participant)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", self.microphone.source)
        self._start(self.microphone.run())
        await room.local_participant.publish_track(
            track, rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        )

    async def leave(self) -> None:
        """Hang up and release everything."""
        self._end("the caller has hung up")
        self._room.unregister_text_stream_handler(TRANSCRIPTION)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._room.disconnect()
        await self.microphone.source.aclose()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._end(f"the caller failed: {error}")

    def _end(self, reason: str) -> None:
        self._ended = self._ended or reason
        self._wake()

    def _wake(self) -> None:
        self._beat.set()
        self._beat = asyncio.Event()

    def _on_participant(self, participant: rtc.RemoteParticipant) -> None:
        self._on_attributes(participant.attributes, participant)

    def _on_attributes(self, changed: dict[str, str], participant: rtc.Participant) -> None:
        if participant.identity != self._identity and (state := changed.get(STATE)):
            self.turn_taking.state = state

    def _on_participant_gone(self, participant: rtc.RemoteParticipant) -> None:
        if participant.identity == self._listening_to:
            self.hung_up = True
            self._end("the agent left the call")

    def _on_disconnected(self, reason: object) -> None:
        # An agent that hangs up deletes the room.
        self.hung_up = True
        self._end("the room was closed")

    def _on_track(
        self, track: rtc.Track, _: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant
    ) -> None:
        # The first audio track in the room is the agent's; a second one is background sound.
        if isinstance(track, rtc.RemoteAudioTrack) and not self._listening_to:
            self._listening_to = participant.identity
            self._start(self._listen(track))

    async def _listen(self, track: rtc.RemoteAudioTrack) -> None:
        stream = rtc.AudioStream(track, sample_rate=SAMPLE_RATE, num_channels=1, frame_size_ms=10)
        try:
            async for event in stream:
                now = time.monotonic()
                samples: Samples = np.frombuffer(event.frame.data, np.int16).copy()
                self._agent.add(now, samples)
                self.turn_taking.observe(now, loud=is_loud(samples))
        finally:
            await stream.aclose()

    def _on_words(self, reader: rtc.TextStreamReader, identity: str) -> None:
        self._start(self._read(reader, identity))

    async def _read(self, reader: rtc.TextStreamReader, identity: str) -> None:
        """Read one stream: the agent's text grows, the caller's replaces the previous version."""
        attributes = reader.info.attributes or {}
        speaker: Speaker = "caller" if identity == self._identity else "agent"
        key = attributes.get(SEGMENT_ID, reader.info.stream_id)
        segment = self.transcript.begin(key, speaker, time.monotonic())
        text = ""
        try:
            async for chunk in reader:
                text += chunk
                if speaker == "agent":
                    segment.text = text
        except rtc.StreamError:
            # The room closed in mid-sentence: keep what came so far.
            return
        finally:
            reader.close()
        if not segment.final:
            segment.text = text
            segment.final = (reader.info.attributes or {}).get(FINAL) == "true"


def _why_not_joined(url: str, error: str) -> str:
    if "token" in error or "401" in error:
        return f"{url} refused the call: LIVEKIT_API_KEY and LIVEKIT_API_SECRET must be its own."
    return f"Cannot reach a LiveKit server at {url}: check LIVEKIT_URL, and that it is running."


def _why_not_in_time(url: str) -> str:
    return (
        f"{url} did not connect the call within {CONNECT_TIMEOUT:.0f} s: its media ports (UDP "
        "and TCP) must be open, and this machine must be on a network, even for local calls."
    )


@asynccontextmanager
async def dial(url: str, token: str, *, identity: str) -> AsyncIterator[RoomClient]:
    """Join a room as the caller for the duration of the block.

    Raises:
        CallError: The room cannot be joined.
    """
    client = RoomClient(identity)
    try:
        await client.join(url, token)
        yield client
    finally:
        await client.leave()
