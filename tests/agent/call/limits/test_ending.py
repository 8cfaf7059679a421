"""A call at its limit, in a session without a room: the goodbye is heard, then the call ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from livekit import rtc
from livekit.agents import (
    DEFAULT_API_CONNECT_OPTIONS,
    Agent,
    AgentSession,
    APIConnectionError,
    ConversationItemAddedEvent,
    UserInputTranscribedEvent,
)
from livekit.agents.llm import ChatMessage
from livekit.agents.tts import TTS, ChunkedStream, SynthesizeStream, TTSCapabilities
from livekit.agents.voice import SpeechHandle
from livekit.agents.voice.io import AudioOutputCapabilities

from agent.assistant.pcm_frames import in_portions
from agent.assistant.stock_speech import StockSpeech
from agent.call.limits import clock, ending
from agent.call.limits.clock import CallClock, EndReason
from agent.call.limits.ending import CallEnding
from agent.config.languages import language
from tests.support.clinic import CLINIC
from tests.support.recorded_output import RATE, RecordedOutput
from tests.support.scripted_llm import ScriptedLLM

GOODBYE, REPLY = 1111, 2222
"""How loud each is, to identify it."""
SECONDS = 1.0
"""Of the goodbye."""


class Mute(TTS[Any]):
    """A TTS that is down."""

    def __init__(self) -> None:
        capabilities = TTSCapabilities(streaming=True)
        super().__init__(capabilities=capabilities, sample_rate=RATE, num_channels=1)

    def synthesize(self, text: str, **_: Any) -> ChunkedStream:
        raise NotImplementedError

    def stream(self, **_: Any) -> SynthesizeStream:
        return _Failing(tts=self, conn_options=DEFAULT_API_CONNECT_OPTIONS)


class _Failing(SynthesizeStream):
    async def _run(self, _: Any) -> None:
        raise APIConnectionError("down", retryable=False)


class PausingOutput(RecordedOutput):
    """One that stops in mid-speech, as the room does while the caller talks over the agent."""

    def __init__(self) -> None:
        super().__init__()
        self._capabilities = AudioOutputCapabilities(pause=True)
        self._plays = asyncio.Event()
        self._plays.set()

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await self._plays.wait()
        await super().capture_frame(frame)

    def pause(self) -> None:
        super().pause()
        self._plays.clear()

    def resume(self) -> None:
        super().resume()
        self._plays.set()


def tone(level: int, seconds: float) -> bytes:
    """A sound of this loudness."""
    return np.full(round(RATE * seconds), level, "<i2").tobytes()


async def endless() -> AsyncIterator[rtc.AudioFrame]:
    """A reply that goes on and on."""
    while True:
        async for frame in in_portions(tone(REPLY, 0.1)):
            yield frame
            await asyncio.sleep(0.01)


class Call:
    """A session and its end.

    Args:
        stored: The store has the sound of the goodbye.
    """

    def __init__(self, *, length: float, silence: float, stored: bool) -> None:
        self.session: AgentSession[None] = AgentSession(
            llm=ScriptedLLM(delay=None), tts=Mute(), vad=None
        )
        self.session.output.audio = self.output = PausingOutput()
        self.began = self.now()
        self.clock = CallClock(length=length, silence=silence, now=self.began)
        self.over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.heard_when_over = 0.0
        self.goodbye: SpeechHandle
        pcm = tone(GOODBYE, SECONDS) if stored else None
        self._speech = StockSpeech(CLINIC.phrases, language("en-IN"), lambda _: pcm)
        self.ending = CallEnding(
            self.session, self.clock, say_goodbye=self._say_goodbye, hang_up=self._hang_up
        )

    def now(self) -> float:
        """The loop's clock."""
        return asyncio.get_running_loop().time()

    def _say_goodbye(self) -> SpeechHandle:
        self.goodbye = self._speech.say(self.session, "Goodbye.", allow_interruptions=False)
        return self.goodbye

    async def _hang_up(self, reason: str) -> None:
        self.heard_when_over = self.output.seconds(GOODBYE)
        self.over.set_result(reason)


@asynccontextmanager
async def calling(
    *, length: float = 0.0, silence: float = 0.0, stored: bool = True
) -> AsyncIterator[Call]:
    """A call under way."""
    call = Call(length=length, silence=silence, stored=stored)
    await call.session.start(Agent(instructions=""))
    try:
        yield call
    finally:
        await call.session.aclose()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds of seconds as parts of one."""
    monkeypatch.setattr(clock, "GRACE", 0.3)
    monkeypatch.setattr(ending, "_TAIL", 0.0)


async def test_a_silent_call_ends_with_a_goodbye() -> None:
    """Heard whole, though the TTS is down, and unknown to the model."""
    async with calling(silence=0.2) as call:
        assert await call.over == EndReason.SILENCE
        assert call.heard_when_over == pytest.approx(SECONDS)
        assert not [item for item in call.session.history.items if item.type == "message"]


async def test_words_keep_a_call_open() -> None:
    """Spoken or typed; a transcript without words does not."""
    async with calling(silence=0.3) as call:

        def hear(transcript: str) -> None:
            event = UserInputTranscribedEvent(transcript=transcript, is_final=False)
            call.session.emit("user_input_transcribed", event)

        def read() -> None:
            item = ChatMessage(role="user", content=["yes"])
            call.session.emit("conversation_item_added", ConversationItemAddedEvent(item=item))

        loop = asyncio.get_running_loop()
        loop.call_later(0.1, hear, "yes")
        loop.call_later(0.25, read)
        loop.call_later(0.4, hear, " ")
        await call.over
        assert 0.25 + 0.3 <= call.now() - call.began < 0.4 + 0.3


@pytest.mark.parametrize("state", ["speaking", "talked over", "thinking"])
async def test_a_reply_that_does_not_end_is_cut_off(state: str) -> None:
    """After the grace, and the goodbye is heard whole behind it."""
    async with calling(length=0.2) as call:
        if state == "thinking":
            call.session.generate_reply(user_input="Well?")
        else:
            speech = call.session.say("And so on.", audio=endless())
        if state == "talked over":

            def pause() -> None:
                # What LiveKit does when the VAD hears the caller.
                assert call.session._activity is not None
                call.session._activity._update_paused_speech(speech, 60)
                call.output.pause()

            asyncio.get_running_loop().call_later(0.1, pause)
        assert await call.over == EndReason.LENGTH
        assert call.now() - call.began > 0.5
        assert call.heard_when_over == pytest.approx(SECONDS)
        sound = np.frombuffer(bytes(call.output.pcm), "<i2")
        assert (sound[-round(RATE * SECONDS) :] == GOODBYE).all()


async def test_the_goodbye_is_not_interrupted() -> None:
    """Neither by a caller who talks over it, nor by text that was typed a moment before."""
    async with calling(silence=0.1) as call:

        def talk_over() -> None:
            with pytest.raises(RuntimeError):
                call.session.interrupt()

        call.output.on_sound = talk_over
        await call.over
        assert call.heard_when_over == pytest.approx(SECONDS)
        assert not call.session.input.audio_enabled


async def test_without_a_sound_the_call_ends_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The store has no goodbye, and the TTS is down."""
    async with calling(silence=0.1, stored=False) as call:
        assert await call.over == EndReason.SILENCE
        assert call.heard_when_over == 0
        # LiveKit asks nobody for this error; asyncio would report it in the middle of another test.
        (said,) = call.goodbye._tasks
        assert isinstance(said.exception(), APIConnectionError)


async def test_a_goodbye_that_hangs_keeps_no_call_open(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It has its time, and no more."""
    monkeypatch.setattr(ending, "_GOODBYE", 0.2)
    async with calling(silence=0.1) as call:
        with monkeypatch.context() as hanging:
            hanging.setattr(call.output, "flush", lambda: None)
            assert await call.over == EndReason.SILENCE
        call.output.flush()
    assert "a call ends without its goodbye" in [record.message for record in caplog.records]


async def test_a_room_that_does_not_close_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """LiveKit's API may not answer."""
    monkeypatch.setattr(ending, "_HANG_UP", 0.1)

    async with calling(silence=0.1) as call:
        monkeypatch.setattr(call.ending, "_hang_up", lambda _: asyncio.Event().wait())
        await call.ending._task
    assert "the room did not close in time" in [record.message for record in caplog.records]


async def test_a_session_that_is_closing_is_ended_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It says nothing any more."""

    def closing() -> None:
        raise RuntimeError("AgentSession is closing, cannot use say()")

    async with calling(silence=0.1) as call:
        monkeypatch.setattr(call.ending, "_say_goodbye", closing)
        assert await call.over == EndReason.SILENCE
    assert "a call ends without its goodbye" in [record.message for record in caplog.records]


async def test_a_caller_who_hangs_up_first_is_let_go() -> None:
    """Nothing is waited for any more; nothing is said."""
    async with calling(length=3600, silence=3600) as call:
        await call.session.aclose()
        with pytest.raises(asyncio.CancelledError):
            await call.ending._task
        assert not call.over.done()
