"""The receptionist in a session without a room: its greeting, and what it says while it thinks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import numpy as np
import pytest
from livekit import rtc
from livekit.agents import DEFAULT_API_CONNECT_OPTIONS, AgentSession
from livekit.agents.llm import LLM, ChatChunk, ChatContext, ChoiceDelta, LLMStream
from livekit.agents.voice.io import AudioOutput, AudioOutputCapabilities
from livekit.plugins import sarvam_pooled

from agent.assistant import Receptionist, instructions
from agent.fillers import Fillers
from agent.languages import language
from prewarm.phrases import phrases
from sandbox.conditions import Latency
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve

RATE = 24000
ANSWER = "We are open until nine."
# How loud the phrases of the store are, so that they are told from the voice.
GREETING, FILLER = 1111, 2222
CALM = Latency(
    round_trip=0, first_byte=0.01, per_character=0, real_time_factor=0.01, tail_probability=0
)


class Ear(AudioOutput):
    """Takes sound as fast as it comes, and keeps it."""

    def __init__(self) -> None:
        super().__init__(
            label="ear",
            sample_rate=RATE,
            next_in_chain=None,
            capabilities=AudioOutputCapabilities(pause=False),
        )
        self.pcm = bytearray()
        self._position = 0.0

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if not self._position:
            self.on_playback_started(created_at=0.0)
        self._position += frame.duration
        self.pcm += frame.data.tobytes()

    def flush(self) -> None:
        super().flush()
        if position := self._position:
            self._position = 0.0
            self.on_playback_finished(playback_position=position, interrupted=False)

    def clear_buffer(self) -> None:
        self.flush()

    def seconds(self, level: int) -> float:
        """How long a sound of this loudness was heard."""
        return float(np.count_nonzero(np.frombuffer(bytes(self.pcm), "<i2") == level)) / RATE


class Model(LLM[Any]):
    """Writes one sentence after `delay` seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.delay = 0.0

    def chat(self, *, chat_ctx: ChatContext, **_: Any) -> LLMStream:
        return _Writing(self, chat_ctx=chat_ctx, tools=[], conn_options=DEFAULT_API_CONNECT_OPTIONS)


class _Writing(LLMStream):
    async def _run(self) -> None:
        model: Any = self._llm
        await asyncio.sleep(model.delay)
        delta = ChoiceDelta(role="assistant", content=ANSWER)
        self._event_ch.send_nowait(ChatChunk(id="1", delta=delta))


class Stock:
    """Stock phrases as sound; `None` for those that are not there."""

    def pcm(self, text: str) -> bytes | None:
        level, seconds = (FILLER, 0.5) if text in phrases("en-IN").fillers else (GREETING, 0.2)
        return np.full(round(RATE * seconds), level, "<i2").tobytes()


class Call:
    """A session with the receptionist, a voice of tones, and what is heard of it."""

    def __init__(self, session: AgentSession[None], model: Model, ear: Ear) -> None:
        self.session = session
        self.model = model
        self.ear = ear

    async def answer(self) -> None:
        """Have the caller's message answered."""
        await self.session.generate_reply(user_input="When are you open?")

    @property
    def history(self) -> list[str]:
        """What the agent has said, as the model is told."""
        items = self.session.history.items
        return [
            i.text_content or "" for i in items if i.type == "message" and i.role == "assistant"
        ]


MakeCall = Callable[..., AbstractAsyncContextManager[Call]]


@pytest.fixture
def make_call() -> MakeCall:
    """Starts a session with or without stock phrases."""

    @asynccontextmanager
    async def make(stock: Any = None) -> AsyncIterator[Call]:
        stand_in = SarvamStandIn(latency=CALM)
        stand_in.set_options({"voice": "tone"})
        fillers = None
        if stock:
            texts = phrases("en-IN").fillers
            fillers = Fillers(texts, stock.pcm, sample_rate=RATE, after=0.15)
        async with serve(stand_in) as address:
            voice = sarvam_pooled.TTS(api_key="k", ws_url=f"ws://{address}/text-to-speech/ws")
            session: AgentSession[None] = AgentSession(
                llm=(model := Model()), tts=voice, tts_text_transforms=None, vad=None
            )
            session.output.audio = (ear := Ear())
            agent = Receptionist(language("en-IN"), stock=stock, fillers=fillers)
            await session.start(agent)
            try:
                await session.wait_for_idle()
                yield Call(session, model, ear)
            finally:
                await session.aclose()
                await voice.aclose()

    return make


async def test_a_greeting_in_the_store_is_played_from_there(make_call: MakeCall) -> None:
    """The voice is not asked, and the model is told that it was said."""
    async with make_call(Stock()) as call:
        assert call.ear.seconds(GREETING) == pytest.approx(0.2)
        assert len(call.ear.pcm) == RATE * 0.2 * 2
        assert call.history == [phrases("en-IN").greeting]


async def test_a_greeting_that_is_not_there_is_spoken(make_call: MakeCall) -> None:
    """Later, but the same words."""
    async with make_call() as call:
        assert call.ear.seconds(GREETING) == 0
        assert len(call.ear.pcm) > RATE
        assert call.history == [phrases("en-IN").greeting]


async def test_a_late_answer_is_covered_and_the_filler_is_not_in_the_history(
    make_call: MakeCall,
) -> None:
    """The caller hears a filler, then the answer; the model is told of the answer alone."""
    async with make_call(Stock()) as call:
        call.model.delay = 0.6
        before = len(call.ear.pcm)
        await call.answer()
        assert 0.3 < call.ear.seconds(FILLER) <= 0.5
        assert len(call.ear.pcm) - before > RATE * (0.5 + 0.5) * 2
        assert call.history[1:] == [ANSWER]


async def test_an_answer_in_time_is_alone(make_call: MakeCall) -> None:
    """As without fillers."""
    async with make_call(Stock()) as call:
        await call.answer()
        assert call.ear.seconds(FILLER) == 0
        assert call.history[1:] == [ANSWER]


def test_the_model_is_told_of_the_openers_in_the_store() -> None:
    """In the language of the call, as they are written there."""
    told = instructions(language("hi-IN"))
    assert all(f'"{opener}"' in told for opener in phrases("hi-IN").openers)
