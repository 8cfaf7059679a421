"""An agent whose nodes are timed: each is LiveKit's own, with the collector listening."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Any

from livekit import rtc
from livekit.agents import Agent, ModelSettings
from livekit.agents.llm import ChatContext, ChatMessage, Tool

from ..latency.live.collector import Collector


class TimedAgent(Agent):
    """An agent whose turns are timed.

    Args:
        timing: The call's collector; None for no timing.
        options: LiveKit's arguments of an `Agent`.
    """

    def __init__(
        self, *, instructions: str, timing: Collector | None = None, **options: Any
    ) -> None:
        super().__init__(instructions=instructions, **options)
        self._timing = timing

    async def on_enter(self) -> None:
        """Time the session's output, which exists by now."""
        if self._timing is not None:
            self._timing.wrap_audio_output()

    async def on_user_turn_completed(self, turn_ctx: ChatContext, new_message: ChatMessage) -> None:
        """Note that the turn is over; its reply is not changed."""
        if self._timing is not None:
            self._timing.commit(new_message)

    def stt_node(self, audio: AsyncIterable[rtc.AudioFrame], model_settings: ModelSettings) -> Any:
        """LiveKit's STT node, timed."""
        if self._timing is not None:
            audio = self._timing.on_stt_audio(audio)
        return Agent.default.stt_node(self, audio, model_settings)

    def llm_node(
        self, chat_ctx: ChatContext, tools: list[Tool], model_settings: ModelSettings
    ) -> Any:
        """LiveKit's LLM node, timed."""
        pieces = self.model_node(chat_ctx, tools, model_settings)
        return pieces if self._timing is None else self._timing.on_llm_stream(pieces)

    def model_node(
        self, chat_ctx: ChatContext, tools: list[Tool], model_settings: ModelSettings
    ) -> Any:
        """What `llm_node` times: LiveKit's LLM node. A task may answer without the LLM."""
        return Agent.default.llm_node(self, chat_ctx, tools, model_settings)

    def tts_node(self, text: AsyncIterable[str], model_settings: ModelSettings) -> Any:
        """LiveKit's TTS node, timed."""
        frames = Agent.default.tts_node(self, text, model_settings)
        return frames if self._timing is None else self._timing.on_tts_stream(frames)

    def mark_filler(self) -> None:
        """Note that a filler goes to the room instead of the TTS's frames."""
        if self._timing is not None:
            self._timing.mark_filler()
