"""The collector in a session without a room: replies find their turns, and reports come in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

import numpy as np
import pytest
from livekit import rtc
from livekit.agents import (
    AgentSession,
    UserStateChangedEvent,
)
from livekit.agents.llm import ChatMessage
from livekit.agents.voice import SpeechHandle
from livekit.plugins import sarvam_pooled
from livekit.rtc import EventEmitter

from agent.assistant.timed_agent import TimedAgent
from agent.latency.edges import VAD_LAG
from agent.latency.live.collector import Collector
from agent.latency.marks import Kind, Mark
from agent.livekit_internals.call import current_speech, is_interrupted_by_program
from sandbox.conditions import Latency
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve
from tests.support.recorded_output import RATE, RecordedOutput
from tests.support.scripted_llm import ScriptedLLM

ANSWER = "We are open until nine. Please come in the morning, when it is quiet."
TOKENS = [f"{word} " for word in ANSWER.split()]
CALM = Latency(
    round_trip=0, first_byte=0.03, per_character=0, real_time_factor=0.01, tail_probability=0
)


class Call:
    """A session that is timed."""

    def __init__(self, session: AgentSession[None], collector: Collector) -> None:
        self.session = session
        self.collector = collector

    def speak(self, words: str) -> None:
        """The caller says something, and the turn is committed."""
        now = asyncio.get_running_loop().time()
        self.collector._user_speech.begins(now - 1.0, estimate=now - 1.1)
        self.collector._user_speech.ends(now - 0.05, estimate=now - 0.3)
        self.collector.commit(ChatMessage(role="user", content=[words]))

    async def answer(self) -> None:
        """The agent answers."""
        await self.session.generate_reply(user_input="When are you open?")


@pytest.fixture
async def call(listener: Any) -> AsyncIterator[Call]:
    """A call whose voice is a stand-in."""
    stand_in = SarvamStandIn(latency=CALM)
    stand_in.set_options({"voice": "tone"})
    async with serve(stand_in) as address:
        voice = sarvam_pooled.TTS(
            api_key="k",
            ws_url=f"ws://{address}/text-to-speech/ws",
            on_segment=lambda record: collector.segment(record),
        )
        session: AgentSession[None] = AgentSession(
            llm=ScriptedLLM(*TOKENS),
            tts=voice,
            tts_text_transforms=None,
            vad=None,
        )
        collector = Collector("room", listener, session, setup={})
        session.output.audio = RecordedOutput()
        await session.start(TimedAgent(instructions="", timing=collector))
        try:
            yield Call(session, collector)
        finally:
            await session.aclose()
            await voice.aclose()


async def test_an_answer_is_reported_while_it_sounds_and_when_it_has_ended(
    call: Call, listener: Any
) -> None:
    """Its stages are all there and sum to the total; the second report has all words."""
    call.speak("When are you open?")
    await call.answer()
    (first,), (last,) = listener.played, listener.ended
    assert first.kind is Kind.TURN
    assert first.turn == 1
    assert first.heard == "When are you open?"
    assert (first.at, first.timeline.marks[Mark.FIRST_SAMPLE]) == (
        last.at,
        last.timeline.marks[Mark.FIRST_SAMPLE],
    )
    assert last.said == ANSWER
    assert {stage.name for stage in last.timeline.stages} >= {"llm", "segmentation", "tts"}
    assert last.total_us == sum(stage.us for stage in last.timeline.stages)
    assert not last.timeline.clamped
    assert sum(record.characters for record in listener.segments) >= len(ANSWER) - 2


async def test_what_answers_nobody_is_not_reported(call: Call, listener: Any) -> None:
    """The first sound of a call is its greeting; after it, only answers are timed."""
    await call.session.say("Hello.")
    await call.session.say("Are you there?")
    assert [report.kind for report in listener.ended] == [Kind.GREETING]
    call.speak("Yes.")
    await call.answer()
    await call.session.say("Anything else?")
    assert [report.turn for report in listener.ended] == [0, 1]


async def test_sound_that_was_there_already_is_cached(call: Call, listener: Any) -> None:
    """As a greeting from the store."""

    async def sound() -> AsyncGenerator[rtc.AudioFrame]:
        yield rtc.AudioFrame(np.full(480, 1000, "<i2").tobytes(), RATE, 1, 480)

    await call.session.say("Hello.", audio=sound())
    (report,) = listener.ended
    assert report.flags.cached
    assert report.said == "Hello."


async def test_a_reply_that_is_never_heard_is_not_reported(call: Call, listener: Any) -> None:
    """The turn waits for the one that is; nothing is kept of the other."""
    call.speak("When are you open?")
    await call.session.generate_reply(user_input="?").interrupt()
    assert not listener.ended
    await call.answer()
    assert [report.turn for report in listener.ended] == [1]
    await asyncio.sleep(0)
    assert not call.collector._replies


async def test_a_call_that_ends_in_mid_sentence_is_reported_whole(
    call: Call, listener: Any
) -> None:
    """A reply that plays is completed, once."""
    call.speak("When are you open?")
    reply = call.session.generate_reply(user_input="?")
    await asyncio.wait_for(listener.heard.wait(), 5)
    call.collector.complete_all()
    await reply
    assert len(listener.ended) == 1


async def test_a_segment_outside_any_reply_is_counted_and_reported_in_none(
    listener: Any, make_segment: Callable[..., Any]
) -> None:
    """It is billed, too."""
    collector: Any = Collector("room", listener, EventEmitter(), setup={})  # type: ignore[arg-type]
    collector.segment(make_segment())
    assert len(listener.segments) == 1
    assert not collector._replies


class Stage:
    """A reply whose sound is acted out."""

    def __init__(self, listener: Any) -> None:
        self.speech = SpeechHandle.create()
        current_speech.set(self.speech)
        self.collector = Collector("room", listener, EventEmitter(), setup={})
        self.collector.commit(ChatMessage(role="user", content=["Yes."]))
        now = asyncio.get_running_loop().time()
        self.collector.published(now)
        self.collector.playing(now)
        self.caller("listening", "speaking")

    def caller(self, old: Any, new: Any) -> None:
        """The VAD says so."""
        event = UserStateChangedEvent(old_state=old, new_state=new, created_at=time.time())
        self.collector._on_user_state(event)

    async def end(self) -> None:
        """The reply is over."""
        self.speech._mark_done()
        await asyncio.sleep(0)


@pytest.mark.usefixtures("wall")
async def test_a_caller_who_cuts_in_is_an_interruption(listener: Any) -> None:
    """From the caller's first sound to the last sample that was played."""
    stage = Stage(listener)
    now = asyncio.get_running_loop().time()
    stage.collector.paused(now + 0.3)
    stage.collector.played(now + 0.34)
    stage.speech.interrupt()
    # LiveKit makes the output ready for the next reply before this one is done.
    stage.collector.resumed()
    await stage.end()
    interruption, turn = listener.ended
    assert interruption.kind is Kind.INTERRUPTION
    assert interruption.turn == turn.turn == 1
    assert interruption.total_us == pytest.approx(340_000, abs=1_000)
    assert turn.flags.interrupted


@pytest.mark.parametrize("source", ["audio_activity", "user_turn"])
async def test_what_livekit_stops_for_the_caller_s_voice_is_an_interruption(
    listener: Any, source: Any
) -> None:
    """Also where it does not pause first."""
    stage = Stage(listener)
    now = asyncio.get_running_loop().time()
    stage.speech.interrupt(source=source)
    stage.collector.paused(now + 0.3)
    stage.collector.played(now + 0.34)
    await stage.end()
    assert [report.kind for report in listener.ended] == [Kind.INTERRUPTION, Kind.TURN]
    assert listener.ended[-1].flags.interrupted


async def test_a_caller_who_hangs_up_interrupts_nothing(listener: Any) -> None:
    """Though they have just spoken, and the reply is cut off: LiveKit stops it as it closes."""
    stage = Stage(listener)
    stage.caller("speaking", "listening")
    now = asyncio.get_running_loop().time()
    stage.speech.interrupt(force=True)
    stage.collector.paused(now + 1.6)
    stage.collector.played(now + 1.6)
    await stage.end()
    (turn,) = listener.ended
    assert turn.kind is Kind.TURN
    assert not turn.flags.interrupted


async def test_a_session_that_closes_interrupts_nothing(call: Call, listener: Any) -> None:
    """LiveKit's own close is what the one above acts out."""
    call.speak("When are you open?")
    reply = call.session.generate_reply(user_input="?")
    await asyncio.wait_for(listener.heard.wait(), 5)
    await call.session.aclose()
    assert reply.interrupted
    assert is_interrupted_by_program(reply)
    assert [report.kind for report in listener.ended] == [Kind.TURN]
    assert not listener.ended[0].flags.interrupted


async def test_the_vads_dates_are_the_callers_and_not_the_events(
    listener: Any, wall: float
) -> None:
    """LiveKit dates both back by what the VAD has counted; no frame was heard here."""
    collector = Collector("room", listener, EventEmitter(), setup={})
    now = asyncio.get_running_loop().time()
    collector._on_user_state(
        UserStateChangedEvent(old_state="listening", new_state="speaking", created_at=wall - 0.9)
    )
    interruption = collector._user_speech.interruption(now)
    assert interruption is not None
    assert interruption[Mark.CALLER_BEGINS] == pytest.approx(now - 0.9)
    collector._on_user_state(
        UserStateChangedEvent(old_state="speaking", new_state="listening", created_at=wall - 0.3)
    )
    marks = collector._user_speech.commit(now)
    assert marks[Mark.SPEECH_END] == pytest.approx(now - 0.3 - VAD_LAG)


async def test_a_cough_is_no_interruption(listener: Any) -> None:
    """The agent goes on, and only the answer is reported."""
    stage = Stage(listener)
    now = asyncio.get_running_loop().time()
    stage.collector.paused(now + 0.3)
    stage.collector.played(now + 0.34)
    stage.collector.resumed()
    await stage.end()
    assert [report.kind for report in listener.ended] == [Kind.TURN]


async def test_the_fallback_tts_is_reported(listener: Any) -> None:
    """The first one is down when it begins; what comes later does not change it."""
    stage = Stage(listener)
    stage.collector.primary_tts(available=False)

    async def sound() -> AsyncGenerator[rtc.AudioFrame]:
        yield rtc.AudioFrame(bytes(960), RATE, 1, 480)

    async for _ in stage.collector.on_tts_stream(sound()):
        stage.collector.primary_tts(available=True)
    await stage.end()
    assert listener.ended[0].flags.fallback_tts


async def test_a_filler_is_reported(listener: Any) -> None:
    """Its sound is the first that the caller hears."""
    stage = Stage(listener)
    stage.collector.mark_filler()
    await stage.end()
    assert listener.ended[0].flags.filler
