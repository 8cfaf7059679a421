"""How the tools of a call run, in LiveKit's own session: once, within their time, with a filler,
and with failures as a short text."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Any

import pytest
from livekit.agents import Agent, AgentSession, AgentTask, APIConnectionError, function_tool
from livekit.agents.llm import StopResponse, ToolError
from livekit.agents.stt import SpeechEventType
from livekit.agents.types import APIConnectOptions
from livekit.agents.voice import SpeechHandle
from livekit.agents.voice.agent_session import SessionConnectOptions

from agent.tools import GuardedTools, ToolRuns, tool_rules
from tests.support import virtual_clock
from tests.support.spoken_turns import EventSTT, SilentMicrophone
from tests.support.tool_llm import Call, Piece, ToolLLM
from tests.support.until import until

SECRET = "sk-live-1234567890"


class Counter(GuardedTools, Agent):
    """Counts what it does."""

    def __init__(self) -> None:
        super().__init__(instructions="")
        self.runs: list[str] = []
        self.seconds = 0.0
        self.stopped = 0

    @function_tool
    async def count(self, what: str = "a") -> str:
        """Count."""
        self.runs.append(what)
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        return f"{what}: {len(self.runs)}"

    @function_tool
    @tool_rules(repeatable=True)
    async def look(self) -> int:
        """Only read."""
        self.runs.append("look")
        return len(self.runs)

    @function_tool
    @tool_rules(timeout=60)
    async def long(self) -> str:
        """Take half a minute."""
        await asyncio.sleep(30)
        return "long"

    @function_tool
    async def fail(self) -> str:
        """Fail with a secret in the message."""
        self.runs.append("fail")
        raise ConnectionError(SECRET)

    @function_tool
    async def stop(self, how: str) -> None:
        """Fail with what is no `Exception`."""
        if how == "exit":
            sys.exit(3)
        raise asyncio.CancelledError

    @function_tool
    async def refuse(self) -> str:
        """Fail as LiveKit's docs teach."""
        raise ToolError("Closed on Sundays.")

    @function_tool
    async def silent(self) -> str:
        """Ask for no reply."""
        raise StopResponse

    @function_tool
    async def huge(self) -> str:
        """Give 5 MB."""
        return "x" * 5_000_000

    @function_tool
    async def leave(self) -> Agent:
        """Hand off."""
        self.runs.append("leave")
        return Agent(instructions="next")


class Fillers:
    """Says a filler in the session, and notes when."""

    def __init__(self) -> None:
        self.at: list[float] = []

    def say(self, session: AgentSession[Any]) -> SpeechHandle:
        self.at.append(asyncio.get_running_loop().time())
        return session.say("One moment.", add_to_chat_ctx=False)


class Talk:
    """A session with a counter, in which a test speaks for the caller and the model."""

    def __init__(self, *answers: list[Piece], **rules: Any) -> None:
        self.llm = ToolLLM(*answers)
        self.agent = Counter()
        retries = APIConnectOptions(max_retry=2, retry_interval=0.1)
        self.session: AgentSession[None] = AgentSession(
            llm=self.llm, conn_options=SessionConnectOptions(llm_conn_options=retries)
        )
        ToolRuns(**rules).attach(self.session)

    async def __aenter__(self) -> Talk:
        await self.session.start(self.agent)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.aclose()

    async def say(self, words: str = "Please.") -> list[str]:
        """The results of the tools once the turn is answered."""
        await self.session.run(user_input=words)
        return self.llm.results


COUNT = Call("count", {"what": "a"})


async def test_the_same_call_runs_once_in_a_turn() -> None:
    """Twice in one answer, in another order of arguments or with the default written out, and again
    after its result."""
    async with Talk([COUNT, Call("count", {})], [COUNT], ["Done."]) as talk:
        assert await talk.say() == ["a: 1", "a: 1", "a: 1"]
        assert talk.agent.runs == ["a"]


async def test_it_runs_again_in_the_next_turn_and_with_other_arguments() -> None:
    """The caller has asked again."""
    other = Call("count", {"what": "b"})
    async with Talk([COUNT, other], ["Done."], [COUNT], ["Done."]) as talk:
        await talk.say()
        await talk.say()
        assert talk.agent.runs == ["a", "b", "a"]


async def test_a_tool_that_only_reads_may_be_asked_again() -> None:
    """What it reads may have changed."""
    look = Call("look", {})
    async with Talk([look], [look], ["Done."]) as talk:
        assert await talk.say() == ["1", "2"]


async def test_a_stream_that_breaks_after_a_call_and_is_retried_runs_it_once() -> None:
    """LiveKit runs what the broken stream has called already, and then the retry's."""
    broken = APIConnectionError("lost", retryable=True)
    async with Talk([COUNT, 0.1, broken], [COUNT], ["Done."]) as talk:
        await talk.say()
        assert talk.agent.runs == ["a"]
        assert talk.llm.results == ["a: 1", "a: 1"]


async def test_a_failed_call_is_not_repeated_in_its_turn() -> None:
    """Nobody knows whether it had an effect."""
    fail = Call("fail", {})
    async with Talk([fail], [fail], ["Sorry."]) as talk:
        await talk.say()
        assert talk.agent.runs == ["fail"]
        assert len(set(talk.llm.results)) == 1


async def test_a_hand_off_that_is_called_twice_happens_once() -> None:
    """LiveKit refuses two."""
    async with Talk([Call("leave", {}), Call("leave", {})]) as talk:
        await talk.say()
        assert talk.agent.runs == ["leave"]
        assert talk.session.current_agent is not talk.agent


def spoken(talk: Talk, stt: EventSTT) -> AgentSession[None]:
    """The talk's session with the caller's voice as STT events."""
    session: AgentSession[None] = AgentSession(
        llm=talk.llm,
        stt=stt,
        turn_handling={
            "turn_detection": "stt",
            "preemptive_generation": {"enabled": True},
            "endpointing": {"min_delay": 0.0, "max_delay": 0.0},
        },
    )
    session.input.audio = SilentMicrophone()
    return session


async def test_a_preemptive_reply_runs_no_tool_before_the_turn_is_over() -> None:
    """LiveKit 1.8.9 waits: a discarded reply has done nothing, an adopted one does it once."""
    kinds, stt = SpeechEventType, EventSTT()
    talk = Talk([COUNT], [Call("count", {"what": "b"})], ["Done."])
    session = spoken(talk, stt)
    await session.start(talk.agent)
    stt.hear(kinds.START_OF_SPEECH)
    stt.hear(kinds.PREFLIGHT_TRANSCRIPT, "book it")
    await until(lambda: len(talk.llm.answers) == 2)
    stt.hear(kinds.PREFLIGHT_TRANSCRIPT, "book it at ten")
    await until(lambda: len(talk.llm.answers) == 1)
    assert talk.agent.runs == []
    stt.hear(kinds.FINAL_TRANSCRIPT, "book it at ten")
    stt.hear(kinds.END_OF_SPEECH)
    await until(lambda: not talk.llm.answers)
    assert talk.agent.runs == ["b"]
    await session.aclose()


async def test_an_interrupted_reply_keeps_what_its_tools_have_done() -> None:
    """The tool goes on, the model sees its result in the next turn, and a call that is repeated
    meanwhile waits for it."""
    started, finish = asyncio.Event(), asyncio.Event()

    class Slow(Counter):
        @function_tool
        async def book(self) -> str:
            """Book."""
            self.runs.append("book")
            started.set()
            await finish.wait()
            return "booked"

    talk = Talk([Call("book", {})], [Call("book", {})], ["Done."])
    talk.agent = Slow()
    async with talk:
        talk.session.generate_reply(user_input="Book it.")
        await started.wait()
        talk.session.interrupt()
        again = asyncio.ensure_future(talk.say("Book it, please."))
        await until(lambda: len(talk.llm.answers) == 1)
        finish.set()
        await again
        assert talk.agent.runs == ["book"]
        assert set(talk.llm.results) == {"booked"}


@virtual_clock.without_sockets
async def test_a_tool_over_its_time_limit_is_stopped_and_reported() -> None:
    """The model is to say so; a tool with a limit of its own has that."""
    async with Talk([COUNT], ["Sorry."], [Call("long", {})], ["Done."], timeout=5.0) as talk:
        talk.agent.seconds = 100
        (result,) = await talk.say()
        assert result.startswith("The tool count did not finish within 5 seconds and was stopped.")
        assert "Say so to the caller" in result
        assert talk.agent.stopped == 1
        assert (await talk.say())[-1] == "long"


@virtual_clock.without_sockets
async def test_a_conversation_in_a_tool_has_no_time_limit_and_no_filler() -> None:
    """An `AgentTask` takes as long as the caller does."""

    class Ask(GuardedTools, AgentTask[str]):
        @function_tool
        async def take(self, name: str) -> None:
            """Take it."""
            self.complete(name)

    class Asking(Counter):
        @function_tool
        async def ask(self) -> str:
            """Ask."""
            return await Ask(instructions="Ask.")

    fillers = Fillers()
    talk = Talk(
        [Call("ask", {})],
        [Call("take", {"name": "Asha"})],
        ["Thank you."],
        timeout=5.0,
        say_filler=fillers.say,
    )
    talk.agent = Asking()
    async with talk:
        reply = talk.session.generate_reply(user_input="Hello.")
        await asyncio.sleep(60)
        await talk.session.generate_reply(user_input="Asha.")
        await reply
        assert talk.llm.results == ["Asha"]
        assert fillers.at == []


async def test_a_tool_that_fails_is_a_short_text_without_its_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither the model nor the log gets what the error holds; the log has its kind and line."""
    async with Talk([Call("fail", {})], ["Sorry."]) as talk:
        (result,) = await talk.say()
    assert result.startswith("The tool fail failed, and its result is not known.")
    assert SECRET not in result
    (record,) = (r for r in caplog.records if r.name == "agent.tools.runs")
    assert record.levelno == logging.ERROR
    assert vars(record)["error"] == "ConnectionError"
    assert vars(record)["line"].startswith("tests/agent/tools/test_runs.py:")
    assert not record.exc_info
    others = [r for r in caplog.records if r is not record]
    assert not any(SECRET in f"{r.getMessage()} {r.exc_text} {r.exc_info}" for r in others)


@pytest.mark.parametrize("how", ["exit", "cancelled"])
async def test_a_tool_that_exits_or_awaits_what_is_cancelled_has_failed(
    how: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The first would end the call's process; after the second the caller would hear nothing."""
    async with Talk([Call("stop", {"how": how})], ["Sorry."], ["Yes."]) as talk:
        (result,) = await talk.say()
        assert result.startswith("The tool stop failed, and its result is not known.")
        await talk.say()
        assert talk.llm.answers == []
    assert "a tool failed" in caplog.messages


async def test_a_tool_error_is_the_models_as_it_is() -> None:
    """As LiveKit's docs say; and a tool may ask for no reply."""
    async with Talk([Call("refuse", {})], ["Sorry."], [Call("silent", {})]) as talk:
        assert await talk.say() == ["Closed on Sundays."]
        await talk.say()
        assert len(talk.llm.seen) == 3


async def test_a_result_of_five_megabytes_is_cut() -> None:
    """The call goes on."""
    async with Talk([Call("huge", {})], ["Done."]) as talk:
        (result,) = await talk.say()
        assert len(result) < 10_000
        assert "[cut:" in result


@virtual_clock.without_sockets
async def test_a_long_tool_is_covered_by_one_filler() -> None:
    """After the deadline, once; a tool in time has none."""
    fillers = Fillers()
    talk = Talk([COUNT], ["Done."], [COUNT], ["Done."], filler_after=0.8, say_filler=fillers.say)
    async with talk:
        talk.agent.seconds = 0.7
        await talk.say()
        assert fillers.at == []
        talk.agent.seconds = 7.0
        began = asyncio.get_running_loop().time()
        await talk.say()
        assert [at - began for at in fillers.at] == [pytest.approx(0.8, abs=0.01)]


@virtual_clock.without_sockets
async def test_no_filler_is_said_while_the_caller_speaks() -> None:
    """Nor by a source that has none to say: it is asked again."""
    said: list[float] = []

    def none(_: AgentSession[Any]) -> None:
        said.append(asyncio.get_running_loop().time())

    async with Talk([COUNT], ["Done."], filler_after=0.8, say_filler=none) as talk:
        talk.agent.seconds = 6.0
        asyncio.get_running_loop().call_later(0.5, talk.session._update_user_state, "speaking")
        await talk.say()
        assert said == []
    async with Talk([COUNT], ["Done."], filler_after=0.8, say_filler=none) as talk:
        talk.agent.seconds = 6.0
        await talk.say()
        assert len(said) > 1


@virtual_clock.without_sockets
async def test_a_session_that_closes_meanwhile_is_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody would hear the filler."""

    def closing(_: AgentSession[Any]) -> SpeechHandle:
        raise RuntimeError("the session is closing")

    async with Talk([COUNT], ["Done."], say_filler=closing) as talk:
        talk.agent.seconds = 3.0
        await talk.say()
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]
