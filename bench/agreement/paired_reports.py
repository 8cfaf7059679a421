"""Real calls: the agent's reports beside the caller's recording.

On the caller's side a turn is the time from the last loud sample of the caller to the first loud
one of the agent. The agent counts from the caller's last sample that reached it to the first that
left it. The difference is the path through the room to the agent and back, which an echo in place
of the agent measures. The rest is the error of the agent's figures.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from livekit import rtc

from agent.latency.marks import Kind
from bench.real_calls import AGENT, dialled, make_call
from sandbox.caller.client import caller_token
from sandbox.caller.microphone import SAMPLE_RATE
from sandbox.caller.script import load
from sandbox.caller.timing import is_loud, sounds
from sandbox.stack.stack import Stack, StackOptions, stack
from sandbox.voice.pcm import Samples

ALLOWED: Final = 0.02
"""Seconds that may be left over."""
_SAME: Final = 0.3
"""Seconds between two instants of the same end of speech."""
_BURSTS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One turn in the agent's report and in the recording, in seconds."""

    reported: float
    recorded: float
    inbound: float
    """From the caller's last sound until the agent's origin."""

    @property
    def difference(self) -> float:
        """Seconds that the caller waited longer than reported."""
        return self.recorded - self.reported


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """All turns of the calls, and the path through the room and back in seconds."""

    pairs: tuple[Pair, ...]
    unmatched: int
    """Turns of the recordings for which there is no report."""
    path: float

    @property
    def left_over(self) -> float:
        """The median difference less the room's path."""
        return statistics.median(pair.difference for pair in self.pairs) - self.path

    @property
    def holds(self) -> bool:
        """Whether the reports agree with the recordings."""
        return bool(self.pairs) and not self.unmatched and abs(self.left_over) <= ALLOWED


async def measure(*, script: str, calls: int) -> Agreement:
    """Make calls one after the other, and compare."""
    chosen = load(script)
    with TemporaryDirectory() as folder:
        environ = dict(os.environ) | {"JOURNAL_DIR": folder, "AGENT_NAME": AGENT}
        options = StackOptions(environ=environ, with_playground=False)
        pairs: list[Pair] = []
        unmatched = 0
        async with stack(options) as running:
            paths = [await echo_delay(running)]
            for _ in range(calls):
                call = await make_call(running, chosen, Path(folder))
                reports = [report for report in call.reports if report.kind is Kind.TURN]
                # On a busy machine it changes from minute to minute.
                paths.append(await echo_delay(running))
                for turn in call.result.turns:
                    if turn.delay is None:
                        continue
                    ended = call.dialled + turn.caller.end
                    report = min(reports, key=lambda r: abs(r.at - ended), default=None)
                    if report is None or abs(report.at - ended) > _SAME:
                        unmatched += 1
                        continue
                    pairs.append(
                        Pair(
                            reported=report.total_us / 1e6,
                            recorded=turn.delay,
                            inbound=report.at - ended,
                        )
                    )
    return Agreement(pairs=tuple(pairs), unmatched=unmatched, path=statistics.fmean(paths))


async def echo_delay(running: Stack) -> float:
    """Seconds from a sound of the caller until its echo is heard."""
    room = f"echo-{uuid.uuid4().hex[:8]}"
    time_ = np.arange(round(SAMPLE_RATE * 0.3)) / SAMPLE_RATE
    burst: Samples = (8000 * np.sin(2 * np.pi * 440 * time_)).astype(np.int16)
    async with dialled(running, room) as client, _echo(running, room):
        for _ in range(_BURSTS):
            await client.say(burst)
            await asyncio.sleep(0.7)
        recording = client.recording()
    said = sounds(recording.caller, recording.rate)
    heard = sounds(recording.agent, recording.rate)
    delays = [
        min(onsets) - span.start
        for span in said
        if (onsets := [h.start for h in heard if span.start < h.start < span.start + 0.5])
    ]
    # The first echoes are lost until both tracks are subscribed to.
    return statistics.median(delays[2:])


@asynccontextmanager
async def _echo(running: Stack, room: str) -> AsyncIterator[None]:
    """A participant that returns loud frames, one by one as the agent's output does."""
    there, source = rtc.Room(), rtc.AudioSource(SAMPLE_RATE, 1, queue_size_ms=200)
    tasks: list[asyncio.Task[None]] = []

    async def echo(track: rtc.Track) -> None:
        stream = rtc.AudioStream(track, sample_rate=SAMPLE_RATE, num_channels=1, frame_size_ms=10)
        async for event in stream:
            if is_loud(np.frombuffer(event.frame.data, np.int16)):
                await source.capture_frame(event.frame)

    there.on("track_subscribed", lambda t, *_: tasks.append(asyncio.create_task(echo(t))))
    token = caller_token(running.api_key, running.api_secret, room=room, identity="echo")
    await there.connect(running.livekit_url, token)
    track = rtc.LocalAudioTrack.create_audio_track("echo", source)
    await there.local_participant.publish_track(track)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await there.disconnect()
        await source.aclose()
