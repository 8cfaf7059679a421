"""The least that an agent can do: join, publish a track, play a tone. No greeting can be sooner.

Run as `python -m bench.greetings.tone_job start` with LiveKit's variables in the environment.
"""

from __future__ import annotations

import asyncio

import numpy as np
from livekit import rtc
from livekit.agents import AgentServer, JobContext, cli

RATE = 24000
FRAME = 480

# LiveKit's server sends no call to a worker that reports itself busy, as on a busy machine.
server = AgentServer(num_idle_processes=2, load_fnc=lambda: 0.0, port=0)


@server.rtc_session(agent_name="tone")
async def tone(ctx: JobContext) -> None:
    """Play a second of tone once the caller has subscribed."""
    await ctx.connect()
    source = rtc.AudioSource(RATE, 1, queue_size_ms=200)
    track = rtc.LocalAudioTrack.create_audio_track("tone", source)
    publication = await ctx.room.local_participant.publish_track(track)
    await publication.wait_for_subscription()
    samples = (np.sin(np.arange(RATE) * 0.1) * 12000).astype("<i2")
    for start in range(0, RATE, FRAME):
        frame = samples[start : start + FRAME].tobytes()
        await source.capture_frame(rtc.AudioFrame(frame, RATE, 1, FRAME))
    await asyncio.sleep(1)
    ctx.shutdown(reason="the tone was played")


if __name__ == "__main__":
    cli.run_app(server)
