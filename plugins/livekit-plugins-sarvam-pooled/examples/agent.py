"""A voice agent with this TTS: Deepgram hears, OpenAI answers, Sarvam speaks.

    pip install livekit-plugins-sarvam-pooled livekit-plugins-deepgram livekit-plugins-openai
    python agent.py console

`dev` and `start` need LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET; all commands need
SARVAM_API_KEY, DEEPGRAM_API_KEY and OPENAI_API_KEY.
"""

from __future__ import annotations

import os

from livekit.agents import Agent, AgentServer, AgentSession, JobContext, cli
from livekit.plugins import deepgram, openai, sarvam_pooled

# Other servers of the same protocols, such as stand-ins. OPENAI_BASE_URL is read by its client.
DEEPGRAM = os.environ.get("DEEPGRAM_BASE_URL", "https://api.deepgram.com/v1/listen")
SARVAM = os.environ.get("SARVAM_WS_URL", "wss://api.sarvam.ai/text-to-speech/ws")

server = AgentServer()
server.setup_fnc = lambda process: sarvam_pooled.preload()


def build_session() -> AgentSession[None]:
    """The providers of one call, and how turns are taken."""
    return AgentSession(
        stt=deepgram.STT(model="nova-3", language="en-IN", base_url=DEEPGRAM),
        llm=openai.LLM(model="gpt-4.1-mini"),
        tts=sarvam_pooled.TTS(target_language_code="en-IN", ws_url=SARVAM),
        # The plugin cleans the text itself, without the delay of a token.
        tts_text_transforms=None,
        # Silence ends a turn, speech interrupts: neither needs LiveKit's cloud.
        turn_handling={"turn_detection": "vad", "interruption": {"mode": "vad"}},
    )


class Receptionist(Agent):
    """What the agent is."""

    def __init__(self) -> None:
        super().__init__(instructions="You are a receptionist. Answer in one or two sentences.")

    async def on_enter(self) -> None:
        self.session.say("Hello, how can I help you?")


@server.rtc_session()
async def answer(ctx: JobContext) -> None:
    """Take one call."""
    await build_session().start(agent=Receptionist(), room=ctx.room)


if __name__ == "__main__":
    cli.run_app(server)
