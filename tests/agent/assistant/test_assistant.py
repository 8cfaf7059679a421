"""An assistant in a session without a room: greeting, fillers and apologies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from livekit.agents import (
    Agent,
    AgentSession,
    APIConnectOptions,
    ErrorEvent,
    ModelSettings,
    UserInputTranscribedEvent,
    function_tool,
)
from livekit.agents.llm import ChatContext
from livekit.agents.stt import STTError
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.plugins import sarvam_pooled

from agent.assistant import Assistant, CallInfo
from agent.assistant.apologies import Apologies
from agent.assistant.fillers import Fillers
from agent.assistant.stock_speech import StockSpeech
from agent.config.languages import language
from agent.tools import ToolRuns
from sandbox.conditions import Fault, Latency
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve
from tests.support.clinic import CLINIC, phrases
from tests.support.recorded_output import RATE, RecordedOutput
from tests.support.scripted_llm import ScriptedLLM
from tests.support.tool_llm import Call as ToolCall
from tests.support.tool_llm import ToolLLM
from tests.support.until import until

ANSWER = "We are open until nine."
# How loud the phrases of the store are, to distinguish them from the TTS.
GREETING, FILLER, APOLOGY = 1111, 2222, 3333
CALM = Latency(
    round_trip=0, first_byte=0.01, per_character=0, real_time_factor=0.01, tail_probability=0
)


class Stock:
    """Stock phrases as sound.

    Args:
        greeting: Seconds.
    """

    def __init__(self, *, greeting: float = 0.2) -> None:
        self._greeting = greeting

    def pcm(self, text: str) -> bytes | None:
        stock = phrases("en-IN")
        level, seconds = (FILLER, 0.5) if text in stock.fillers else (GREETING, self._greeting)
        apologies = [stock.say_again_apology, stock.hold_on_apology]
        if text in apologies:
            # Its length identifies it.
            level, seconds = APOLOGY, 0.1 * (1 + apologies.index(text))
        return np.full(round(RATE * seconds), level, "<i2").tobytes()


class Call:
    """A session with an assistant, a voice of tones, and what is heard of it."""

    def __init__(
        self,
        session: AgentSession[None],
        llm: ScriptedLLM,
        output: RecordedOutput,
        stand_in: SarvamStandIn,
        speech: StockSpeech,
    ) -> None:
        self.speech = speech
        self.session = session
        self.llm = llm
        self.output = output
        self.stand_in = stand_in

    async def answer(self) -> None:
        """Have the caller's message answered."""
        await self.session.generate_reply(user_input="When are you open?")
        await self.session.wait_for_idle()

    async def lose_hearing(self) -> None:
        """Have the recogniser fail for good."""
        error = STTError(timestamp=0, label="stt", error=ConnectionError(), recoverable=False)
        self.session.emit("error", ErrorEvent(error=error, source=None))
        await self.session.wait_for_idle()

    @property
    def history(self) -> list[str]:
        """What the agent has said, as the LLM sees it."""
        items = self.session.history.items
        return [
            i.text_content or "" for i in items if i.type == "message" and i.role == "assistant"
        ]


MakeCall = Callable[..., AbstractAsyncContextManager[Call]]


@pytest.fixture
def make_call() -> MakeCall:
    """Starts a session with or without stock phrases."""

    @asynccontextmanager
    async def make(
        stock: Any = None,
        *,
        is_down: bool = False,
        is_interrupted: bool = False,
        greet_on_enter: bool = True,
    ) -> AsyncIterator[Call]:
        stand_in = SarvamStandIn(latency=CALM)
        if is_down:
            stand_in.conditions.set_faults((Fault(kind="refuse"),))
        stand_in.set_options({"voice": "tone"})
        speech = StockSpeech(
            CLINIC.phrases, language("en-IN"), stock.pcm if stock else lambda _: None
        )
        fillers = Fillers(speech, after=0.15) if stock else None
        async with serve(stand_in) as address:
            url = f"ws://{address}/text-to-speech/ws"
            voice = sarvam_pooled.TTS(api_key="k", ws_url=url, phrases=None)
            session: AgentSession[None] = AgentSession(
                llm=(llm := ScriptedLLM(ANSWER)),
                tts=voice,
                tts_text_transforms=None,
                vad=None,
                conn_options=SessionConnectOptions(
                    tts_conn_options=APIConnectOptions(max_retry=0, timeout=10)
                ),
            )
            session.output.audio = (output := RecordedOutput())
            if is_interrupted:
                output.on_sound = session.interrupt
            call = CallInfo(
                id="test",
                prompt="Be brief.",
                speech=speech,
                fillers=fillers,
                apologies=Apologies(speech, session),
                greets_on_enter=greet_on_enter,
            )
            await session.start(Assistant(call))
            try:
                await session.wait_for_idle()
                yield Call(session, llm, output, stand_in, speech)
            finally:
                await session.aclose()
                await voice.aclose()

    return make


async def test_a_greeting_in_the_store_is_played_from_there(make_call: MakeCall) -> None:
    """The TTS is not asked, and the history has the words."""
    async with make_call(Stock()) as call:
        assert call.output.seconds(GREETING) == pytest.approx(0.2)
        assert len(call.output.pcm) == RATE * 0.2 * 2
        assert call.history == [phrases("en-IN").greeting]


async def test_an_agent_that_waits_greets_when_it_is_to(make_call: MakeCall) -> None:
    """Once, and in the language that it has turned to by then."""
    async with make_call(greet_on_enter=False) as call:
        assert call.history == []
        agent = call.session.current_agent
        assert isinstance(agent, Assistant)
        call.speech.switch_language(language("hi-IN"))
        agent.call.greet(call.session)
        await call.session.wait_for_idle()
        assert call.history == [phrases("hi-IN").greeting]


async def test_an_apology_is_in_the_language_that_is_turned_to(make_call: MakeCall) -> None:
    """As all stock phrases are: the call has one object for them."""
    async with make_call(Stock()) as call:
        call.speech.switch_language(language("ta-IN"))
        said: list[str] = []
        call.speech.pcm = lambda text: said.append(text)  # type: ignore[func-returns-value]
        call.llm.fails = True
        await call.answer()
        assert set(said) <= set(phrases("ta-IN").fillers) | {phrases("ta-IN").say_again_apology}
        assert said[-1] == phrases("ta-IN").say_again_apology


async def test_a_greeting_that_is_not_there_is_spoken(make_call: MakeCall) -> None:
    """Later, but the same words."""
    async with make_call() as call:
        assert call.output.seconds(GREETING) == 0
        assert len(call.output.pcm) > RATE
        assert call.history == [phrases("en-IN").greeting]


async def test_a_greeting_in_the_store_needs_no_provider(make_call: MakeCall) -> None:
    """Not the voice, which turns everybody away; and nobody was asked for an answer yet."""
    async with make_call(Stock(), is_down=True) as call:
        assert call.output.seconds(GREETING) == pytest.approx(0.2)
        assert call.history == [phrases("en-IN").greeting]


async def test_a_greeting_can_be_interrupted_from_its_first_frame(make_call: MakeCall) -> None:
    """What had been given ahead comes, and little more: a portion of 0.2 s for each 0.02 s that a
    busy machine takes to interrupt it."""
    async with make_call(Stock(greeting=60.0), is_interrupted=True) as call:
        assert 0 < call.output.seconds(GREETING) < 10


async def test_a_late_answer_is_covered_and_the_filler_is_not_in_the_history(
    make_call: MakeCall,
) -> None:
    """The caller hears a filler, then the answer; the LLM sees the answer alone."""
    async with make_call(Stock()) as call:
        call.llm.delay = 0.6
        before = len(call.output.pcm)
        await call.answer()
        assert 0.3 < call.output.seconds(FILLER) <= 0.5
        assert len(call.output.pcm) - before > RATE * (0.5 + 0.5) * 2
        assert call.history[1:] == [ANSWER]


async def test_an_answer_in_time_is_alone(make_call: MakeCall) -> None:
    """As without fillers."""
    async with make_call(Stock()) as call:
        await call.answer()
        assert call.output.seconds(FILLER) == 0
        assert call.history[1:] == [ANSWER]


async def test_an_answer_that_fails_is_an_apology_from_the_store(make_call: MakeCall) -> None:
    """Asked to say it again, once for each failure; the history does not have it."""
    async with make_call(Stock()) as call:
        call.llm.fails = True
        await call.answer()
        assert call.output.seconds(APOLOGY) == pytest.approx(0.1)
        await call.answer()
        assert call.output.seconds(APOLOGY) == pytest.approx(0.2)
        call.llm.fails = False
        await call.answer()
        assert call.output.seconds(APOLOGY) == pytest.approx(0.2)
        assert call.history[1:] == [ANSWER]


async def test_a_preemptive_reply_that_fails_is_an_apology_only_once_the_turn_is_over(
    make_call: MakeCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller may go on speaking, and the next try succeed."""
    waiting, over = asyncio.Event(), asyncio.Event()

    async def committed(_: ChatContext) -> None:
        waiting.set()
        await over.wait()

    async with make_call(Stock()) as call:
        agent: Any = call.session.current_agent
        monkeypatch.setattr(agent.call, "fillers", None)
        monkeypatch.setattr(agent, "_committed", committed)
        call.llm.fails = True

        async def answer() -> None:
            async for _ in agent.llm_node(agent.chat_ctx, [], ModelSettings()):
                pass

        for is_over in (False, True):
            answering = asyncio.create_task(answer())
            await waiting.wait()
            waiting.clear()
            if is_over:
                over.set()
            else:
                answering.cancel()
            await asyncio.wait([answering])
            await call.session.wait_for_idle()
            assert call.output.seconds(APOLOGY) == pytest.approx(0.1 * is_over)


@pytest.mark.parametrize("node", ["llm_node", "tts_node"])
async def test_a_node_that_is_closed_closes_its_providers_stream(
    make_call: MakeCall, monkeypatch: pytest.MonkeyPatch, node: str
) -> None:
    """At once: a barge-in frees the connection, not the garbage collector."""
    is_closed = asyncio.Event()

    async def stream(*_: object) -> AsyncGenerator[str]:
        try:
            yield "Sure,"
            yield " yes."
        finally:
            is_closed.set()

    monkeypatch.setattr(Agent.default, node, stream)
    async with make_call(Stock()) as call:
        agent: Any = call.session.current_agent
        words = stream()
        pieces = (
            agent.llm_node(agent.chat_ctx, [], ModelSettings())
            if node == "llm_node"
            else agent.tts_node(words, ModelSettings())
        )
        assert await anext(pieces) == "Sure,"
        await pieces.aclose()
        assert is_closed.is_set()
        await words.aclose()


async def test_an_apology_that_is_not_in_the_store_is_spoken(make_call: MakeCall) -> None:
    """Later, and not for the model either."""
    async with make_call() as call:
        call.llm.fails = True
        before = len(call.output.pcm)
        await call.answer()
        assert len(call.output.pcm) - before > RATE
        assert len(call.history) == 1


async def test_a_voice_that_fails_is_an_apology_from_the_store(make_call: MakeCall) -> None:
    """Where the store has none, nothing can be said."""
    for stock, heard in ((Stock(), 0.1), (None, 0.0)):
        async with make_call(stock) as call:
            call.stand_in.conditions.set_faults((Fault(kind="error", at=0, code=400),))
            await call.answer()
            assert call.output.seconds(APOLOGY) == pytest.approx(heard)


async def test_a_caller_who_is_not_heard_is_asked_once_to_hold_on(make_call: MakeCall) -> None:
    """However often LiveKit fails to reconnect the STT; and again in the next outage."""
    async with make_call(Stock()) as call:
        await call.lose_hearing()
        await call.lose_hearing()
        assert call.output.seconds(APOLOGY) == pytest.approx(0.2)
        words = UserInputTranscribedEvent(transcript="hello", is_final=True)
        call.session.emit("user_input_transcribed", words)
        await call.lose_hearing()
        assert call.output.seconds(APOLOGY) == pytest.approx(0.4)
        assert len(call.history) == 1


def test_the_prompt_has_the_openers_in_the_store() -> None:
    """In the language of the call, as they are written there."""
    prompt = str(CLINIC.answer(CLINIC.new_call("hi-IN")).instructions)
    assert all(f'"{opener}"' in prompt for opener in phrases("hi-IN").openers)


async def test_a_long_tool_is_covered_by_a_filler_from_the_store(make_call: MakeCall) -> None:
    """The tool goes on until the caller has heard it; the history does not have it."""
    async with make_call(Stock()) as call:
        agent = call.session.current_agent
        assert isinstance(agent, Assistant)
        fillers = agent.call.fillers
        assert fillers is not None

        entered = asyncio.Event()

        class Clerk(Assistant):
            async def on_enter(self) -> None:
                entered.set()

            @function_tool
            async def look(self) -> str:
                """Look for it."""
                await until(lambda: call.output.seconds(FILLER))
                return "found"

        ToolRuns(filler_after=0.1, say_filler=fillers.say).attach(call.session)
        llm = ToolLLM([ToolCall("look", {})], [ANSWER])
        call.session.update_agent(Clerk(agent.call, llm=llm))
        await entered.wait()
        await call.answer()
        assert llm.results == ["found"]
        assert 0 < call.output.seconds(FILLER) <= 0.5
        assert call.history[1:] == [ANSWER]


async def test_the_prompt_ends_with_the_time_of_the_call() -> None:
    """Behind what is the same in all calls; also in a language that the call changes to."""
    call = CLINIC.new_call("en-IN", now=lambda: datetime(2026, 12, 1, 9, 10))  # noqa: DTZ001
    agent = Assistant(call, instructions="Be brief.")
    end = "\n\nIt is Tuesday 2026-12-01, 09:10."
    assert str(agent.instructions) == call.instructions("Be brief.") + end
    call.speech.switch_language(language("ta-IN"))
    await agent.follow_language()
    assert str(agent.instructions) == call.instructions("Be brief.") + end
    assert "begins in Tamil" in str(agent.instructions)
