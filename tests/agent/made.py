"""A call's components and sessions as settings make them, without a provider or a room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from livekit.agents import AgentSession

from agent.call.components import CallComponents, build_components
from agent.call.session import build_session
from agent.config.load import load_settings
from agent.config.settings import Settings
from tests.support.clinic import CLINIC
from tests.support.scripted_llm import ScriptedLLM

KEYS = {f"{name}_API_KEY": "key" for name in ("SARVAM", "DEEPGRAM", "OPENAI", "CARTESIA")}


def settings(**variables: str) -> Settings:
    """The settings of a worker with these variables, and no phrases in its store."""
    return load_settings(
        env_file=Path("none"),
        environ=KEYS | {"PHRASE_STORE_DIR": "/nonexistent/phrases"} | variables,
        needs_room=False,
    )


@asynccontextmanager
async def components(**variables: str) -> AsyncIterator[CallComponents]:
    """The components of a call; closed at the end."""
    made = build_components(settings(**variables), CLINIC)
    try:
        yield made
    finally:
        await made.aclose()


@asynccontextmanager
async def session(**variables: str) -> AsyncIterator[AgentSession[None]]:
    """The session of a call, with an LLM that connects to nothing when it is made."""
    async with components(**variables) as made:
        llm: Any = ScriptedLLM()
        yield build_session(replace(made, llm=llm))
