"""An agent of a call, in LiveKit's own session."""

from __future__ import annotations

import asyncio

from livekit.agents import AgentSession, function_tool
from livekit.agents.stt import SpeechEventType

from agent.assistant import Assistant, CallInfo
from agent.tools import ToolRuns
from agent.turns.preemptive_reply import PreemptiveReply
from tests.support.clinic import CLINIC
from tests.support.spoken_turns import EventSTT, SilentMicrophone
from tests.support.tool_llm import Call, ToolLLM
from tests.support.until import until


class Booking(Assistant):
    """Counts what it books."""

    def __init__(self, call: CallInfo) -> None:
        super().__init__(call)
        self.booked = 0

    @function_tool
    async def book(self) -> str:
        """Book."""
        self.booked += 1
        return "Booked."


async def test_a_turn_does_not_wait_for_a_preemptive_reply_that_begins_with_a_tool_call() -> None:
    """LiveKit runs the tool after the turn, so until then the reply gets no sound."""
    kinds, stt, playable = SpeechEventType, EventSTT(), asyncio.Event()
    reply, llm = PreemptiveReply(), ToolLLM([Call("book", {})], ["Done."])
    reply.set_playable_callback(playable.set)
    session: AgentSession[None] = AgentSession(
        llm=llm,
        stt=stt,
        turn_handling={
            "turn_detection": "stt",
            "preemptive_generation": {"enabled": True},
            "endpointing": {"min_delay": 0.0, "max_delay": 0.0},
        },
    )
    session.input.audio = SilentMicrophone()
    ToolRuns(timeout=8.0, filler_after=1.0).attach(session)
    reply.listen(session)
    agent = Booking(CLINIC.new_call(preemptive_reply=reply, greets_on_enter=False))
    await session.start(agent)
    stt.hear(kinds.START_OF_SPEECH)
    stt.hear(kinds.PREFLIGHT_TRANSCRIPT, "book it")
    await playable.wait()
    assert not reply.is_pending
    assert agent.booked == 0
    stt.hear(kinds.FINAL_TRANSCRIPT, "book it")
    stt.hear(kinds.END_OF_SPEECH)
    await until(lambda: not llm.answers)
    assert agent.booked == 1
    await session.aclose()
