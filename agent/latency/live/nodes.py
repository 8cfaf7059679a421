"""An agent whose nodes are listened to. What it does is what LiveKit's own does."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Any

from livekit import rtc
from livekit.agents import Agent, ModelSettings
from livekit.agents.llm import ChatContext, ChatMessage, Tool

from .collector import Collector


class TimedAgent(Agent):
    """An agent whose turns are timed.

    Args:
        timing: None for one that is not.
    """

    def __init__(self, *, instructions: str, timing: Collector | None = None) -> None:
        super().__init__(instructions=instructions)
        self._timing = timing

    async def on_enter(self) -> None:
        """The session has its output by now."""
        if self._timing is not None:
            self._timing.tap()

    async def on_user_turn_completed(self, turn_ctx: ChatContext, new_message: ChatMessage) -> None:
        """The turn is over; what it answers is not touched."""
        if self._timing is not None:
            self._timing.commit(new_message)

    def stt_node(self, audio: AsyncIterable[rtc.AudioFrame], model_settings: ModelSettings) -> Any:
        """The ear."""
        if self._timing is not None:
            audio = self._timing.hear(audio)
        return Agent.default.stt_node(self, audio, model_settings)

    def llm_node(
        self, chat_ctx: ChatContext, tools: list[Tool], model_settings: ModelSettings
    ) -> Any:
        """The head."""
        pieces = Agent.default.llm_node(self, chat_ctx, tools, model_settings)
        return pieces if self._timing is None else self._timing.think(pieces)

    def tts_node(self, text: AsyncIterable[str], model_settings: ModelSettings) -> Any:
        """The voice."""
        frames = Agent.default.tts_node(self, text, model_settings)
        return frames if self._timing is None else self._timing.speak(frames)

    def note_filler(self) -> None:
        """To be called where a filler is given to the room in place of the voice."""
        if self._timing is not None:
            self._timing.fill()
