"""An agent built as LiveKit's own starter for Python is, with the same providers as ours.

The starter (`livekit-examples/agent-starter-python`, src/agent.py, 2026) takes Silero with its
defaults, the framework's turn detector, `preemptive_generation` and the providers' plugins, and
leaves everything else at LiveKit's defaults. This agent does the same with Deepgram's nova-3,
OpenAI's protocol and the official Sarvam plugin. Two things had to differ: the starter's text turn
detector (`MultilingualModel`) is deprecated and needs a download, so its successor replaces it,
pinned to the version that runs offline; and noise cancellation, which needs LiveKit Cloud, is left
out.

Run as `python -m bench.rooms.starter start` with LiveKit's and the providers' variables.
"""

from __future__ import annotations

import os

from livekit.agents import Agent, AgentServer, AgentSession, JobContext, JobProcess, cli, inference
from livekit.plugins import deepgram, openai, sarvam, silero

GREETING = "Hello, this is Asha Clinic. How can I help you?"

# LiveKit's server sends no call to a worker that reports itself busy, as on a busy machine.
server = AgentServer(num_idle_processes=1, load_fnc=lambda: 0.0, port=0)


def prewarm(process: JobProcess) -> None:
    """Load the VAD, as the starter does."""
    process.userdata["vad"] = silero.VAD.load()


server.setup_fnc = prewarm


class Assistant(Agent):
    """Greets, so that a caller knows when to speak; the starter's assistant waits."""

    def __init__(self) -> None:
        super().__init__(instructions="You are the receptionist of a clinic. Answer briefly.")

    async def on_enter(self) -> None:
        self.session.say(GREETING)


@server.rtc_session(agent_name=os.environ.get("AGENT_NAME", ""))
async def answer(ctx: JobContext) -> None:
    """One call."""
    session: AgentSession[None] = AgentSession(
        stt=deepgram.STT(
            model="nova-3", language="en-IN", base_url=os.environ["DEEPGRAM_BASE_URL"]
        ),
        llm=openai.LLM(model="gpt-4.1-mini", base_url=os.environ["OPENAI_BASE_URL"]),
        tts=sarvam.TTS(
            target_language_code="en-IN",
            ws_url=os.environ["SARVAM_WS_URL"],
            base_url=os.environ["SARVAM_BASE_URL"],
        ),
        vad=ctx.proc.userdata["vad"],
        turn_handling={
            "turn_detection": inference.TurnDetector(version="v1-mini"),
            "preemptive_generation": {"enabled": True},
            # Set, as development and production differ; the other mode needs LiveKit Cloud.
            "interruption": {"mode": "vad"},
        },
    )
    await session.start(agent=Assistant(), room=ctx.room)
    await ctx.connect()


if __name__ == "__main__":
    cli.run_app(server)
