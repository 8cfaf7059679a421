"""Conversations with an assistant in a test, by text: LiveKit's session, and a stand-in LLM.

    async with conversation("clinic", "hi-IN") as session:
        result = await session.run(user_input="कल कब खुलेगा?")
        result.expect.next_event().is_message(role="assistant")

LiveKit's documentation of tests says what `session` and `result` can do.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from livekit.agents import AgentSession
from livekit.agents.llm import LLM
from livekit.plugins import openai

from agent.assistant.load import load_assistant
from sandbox.conditions import INSTANT
from sandbox.openai import OpenAIStandIn
from sandbox.standin import serve

_ASSISTANTS = Path(__file__).parents[1] / "assistants"


@asynccontextmanager
async def conversation(
    assistant: str | Path, language: str | None = None, *, llm: LLM[Any] | None = None, **call: Any
) -> AsyncIterator[AgentSession[None]]:
    """A session with an assistant, which has entered but not greeted.

    Args:
        assistant: The name of its folder in `assistants/`, or a path.
        language: Code of the call's language; by default its first.
        llm: The LLM; by default a stand-in that answers without delay, and has the call's clock.
        call: Other fields of `CallInfo`, such as `variables` or `now`.
    """
    loaded = load_assistant(_ASSISTANTS / assistant)
    info = loaded.new_call(language, greets_on_enter=False, **call)
    async with serve(OpenAIStandIn(latency=INSTANT, clock=info.now)) as address:
        stand_in = openai.LLM(base_url=f"http://{address}/v1", api_key="any", model="stand-in")
        async with stand_in, AgentSession(llm=llm or stand_in) as session:
            await session.start(loaded.answer(info))
            yield session
